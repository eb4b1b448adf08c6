"""What `import triage` offers."""

from __future__ import annotations

import triage


def test_public_names_are_sorted_and_there() -> None:
    assert triage.__all__ == sorted(triage.__all__)
    for name in triage.__all__:
        assert getattr(triage, name).__doc__, name
