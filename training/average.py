"""An average of weights over the steps of a training run."""

from __future__ import annotations

import torch
from torch import nn


class Average:
    """An exponential moving average of the weights: a cheap ensemble over the last steps."""

    def __init__(self, model: nn.Module, keep: float = 0.995) -> None:
        self.keep, self.step = keep, 0
        self.weights = {k: v.detach().clone() for k, v in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        self.step += 1
        keep = min(self.keep, self.step / (self.step + 10))
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                self.weights[name].lerp_(value, 1 - keep)
