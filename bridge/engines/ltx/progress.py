"""What is told while the model works. No torch: whoever shows progress reads this too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["encode", "stage1", "upsample", "stage2", "decode"]


@dataclass(frozen=True)
class Step:
    """`done` of `total` pieces of a stage. `note` is a sentence about what was changed for want of memory; `done` is
    then 0, because the stage begins again.
    """

    stage: Stage
    done: int
    total: int
    note: str = ""


Tell = Callable[[Step], None]
"""What it raises, as a rule `JobCancelled`, ends the work within one step."""
