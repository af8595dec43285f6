"""What a timeline file holds, and where the HDR clips go."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from .cut import TimelineClip
from .job import Deliverable
from .wire import Frozen, Rate


class TimelineFacts(Frozen):
    """What a timeline file holds. `start_frame` is the timeline's first timecode as a frame count."""

    path: Path
    name: str
    rate: Rate
    start_frame: int
    tracks: tuple[str, ...] = Field(description="Names of the video tracks, from the bottom.")
    clips: tuple[TimelineClip, ...]
    warnings: tuple[str, ...] = ()


class PlacedClip(Frozen):
    """A finished lift. `handles_before` and `handles_after` are the frames of the deliverable outside the cuts of the
    clip, those that transitions show included: `lift_range` says both.
    """

    clip: str = Field(description="Id of the timeline clip.")
    deliverable: Deliverable
    handles_before: int = Field(ge=0)
    handles_after: int = Field(ge=0)


class WrittenTimeline(Frozen):
    path: Path
    warnings: tuple[str, ...] = ()


class TimelineQuery(Frozen):
    """Read `path` and choose the clips with these names or ids; `all` chooses every clip that can be lifted."""

    path: Path
    select: tuple[str, ...] = ()
    rate: Rate | None = Field(default=None, description="Rate of a format that does not say its own (EDL).")


class TimelineChoice(Frozen):
    """`skipped` says of each clip that `all` left out, why."""

    facts: TimelineFacts
    chosen: tuple[TimelineClip, ...]
    skipped: tuple[str, ...]


class TimelineOrder(Frozen):
    """Write a timeline made from `source` into `folder`, with the placed clips above and their sources disabled.

    Several `placed` for one clip lie above each other, the last on top.
    """

    source: Path
    placed: tuple[PlacedClip, ...]
    folder: Path
    rate: Rate | None = None
