"""What is ours in a project says so: custom properties that are saved with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

JOB, PLACEMENT, CLIP = "superwhite_job", "superwhite_placement", "superwhite_clip"


@dataclass(frozen=True)
class Lying:
    """A result that lies in the project. `place` grows with how late it came."""

    placement: str
    job: str
    clip: str
    title: str
    place: int


def mark(thing: Any, placement: str, job: str, clip: str) -> None:
    thing[JOB], thing[PLACEMENT], thing[CLIP] = job, placement, clip


def marked(thing: Any, name: str) -> str:
    """Empty where it bears no such mark."""
    return str(thing.get(name, ""))
