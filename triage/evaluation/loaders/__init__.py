"""Data sets that people know, read in their official formats from where the user has put them.

Nothing is downloaded and nothing of them is in this project; each function says where its data come from and under
what licence. What comes back is a `Dataset` with documents of its own::

    data = scifact("scifact/data")
    with triage.load(data.documents) as t:
        print(triage.evaluate(t, data))
"""

from __future__ import annotations

from triage.evaluation.loaders.averitec import averitec
from triage.evaluation.loaders.beir import beir
from triage.evaluation.loaders.climate_fever import climate_fever
from triage.evaluation.loaders.fever import fever
from triage.evaluation.loaders.scifact import scifact

__all__ = ["averitec", "beir", "climate_fever", "fever", "scifact"]
