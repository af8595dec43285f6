"""What Superwhite asks of an editing application, whichever it is.

Loaded inside the interpreters of hosts: standard library only, Python 3.9 syntax. Everything but `Host` itself is plain
data that `dataclasses.asdict` and JSON carry to another process.

Frames are whole numbers and ranges half open, as everywhere in Superwhite; rates are strings such as "24000/1001",
because JSON has no fractions. An adapter turns its host's inclusive ends and floating rates into these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

NEW_TRACK, REPLACE, SKIP = "new_track", "replace", "skip"
CONFLICTS = (NEW_TRACK, REPLACE, SKIP)
"""What to do where an earlier result for the same clip is in the timeline: put the new one above it, in its place, or
leave the earlier one alone."""


class HostFailure(Exception):
    """A host cannot do it: `kind` is `unsupported`, `refused`, `busy` or `lost`. `remedy` is for the user."""

    def __init__(self, sentence: str, *, kind: str = "refused", remedy: str = "", detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.kind = kind
        self.remedy = remedy
        self.detail = detail


@dataclass(frozen=True)
class HostAbilities:
    """What an adapter offers in this application, version and edition.

    `export` makes media of a clip that has none to read directly (compound, retimed, generated); `masks` are offered
    beside clips; `places_together` asks for all results of one click at once, because each placing writes a new file;
    `shows_jobs` has a place of its own in which jobs are listed.
    """

    export: bool = False
    masks: bool = False
    place: bool = False
    revert: bool = False
    places_together: bool = False
    shows_jobs: bool = False
    conflicts: tuple[str, ...] = CONFLICTS


@dataclass(frozen=True)
class HostFacts:
    """`name` is the adapter's ("resolve", "standalone"). `project` identifies what is open now, over restarts; empty
    when nothing is.
    """

    name: str
    title: str
    version: str
    project: str
    project_title: str
    abilities: HostAbilities


@dataclass(frozen=True)
class HostMask:
    """A mask that a clip brings along: `kind` is alpha, matte or mask. `path` is empty until it has been exported."""

    id: str
    title: str
    kind: str
    path: str = ""


@dataclass(frozen=True)
class HostClip:
    """One clip as the host uses it. The fields from `name` to `enabled` are those of
    `bridge.domain.cut.TimelineClip`, which says what they mean; `on_timeline` is false for a clip by itself, which is
    taken whole, and whose record range means nothing.

    `reason` says why it cannot be lifted as it is; `exportable` that `Host.export` can make media of it nevertheless.
    """

    id: str
    name: str
    media: str | None
    on_timeline: bool = True
    track: int = 1
    track_name: str = ""
    rate: str | None = None
    record_start: int = 0
    record_end: int = 0
    source_rate: str | None = None
    source_start: int = 0
    source_end: int = 0
    media_start_known: bool = True
    reveal_before: int = 0
    reveal_after: int = 0
    liftable: bool = True
    reason: str = ""
    enabled: bool = True
    exportable: bool = False
    masks: tuple[HostMask, ...] = ()


@dataclass(frozen=True)
class Selection:
    """What is selected now. `revision` changes whenever anything in it does, so that a poll costs little."""

    revision: str
    clips: tuple[HostClip, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exported:
    """Media that a host has rendered. `first` is the number of its first frame; `handles_*` those it could give."""

    path: str
    rate: str
    first: int
    frames: int
    handles_before: int = 0
    handles_after: int = 0


@dataclass(frozen=True)
class Result:
    """A finished sequence to be placed. Files are `directory/pattern` (printf) from `first` to `last`, both included.

    `color` is the name of a scene-linear space (`bridge.domain.color.OutputColor`), 1.0 being `reference_white` cd/m2.
    With `rec709` it is a movie instead: `pattern` is its name, and its frames count from 0.
    """

    job: str
    clip: str
    directory: str
    pattern: str
    first: int
    last: int
    rate: str
    handles_before: int
    handles_after: int
    width: int
    height: int
    color: str
    reference_white: int

    @property
    def is_movie(self) -> bool:
        return self.color == "rec709"


@dataclass(frozen=True)
class PlaceOrder:
    """`project` is that of `HostFacts`: results never land in another one that was opened meanwhile."""

    project: str
    results: tuple[Result, ...]
    conflict: str = NEW_TRACK


@dataclass(frozen=True)
class Placed:
    """What came of one result: `placement` is the id for `Host.revert`, empty where it was skipped."""

    job: str
    placement: str


@dataclass(frozen=True)
class Placing:
    """`sentence` tells the user what was done and where."""

    placed: tuple[Placed, ...]
    sentence: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class JobLine:
    """A job in a line. `state` is a word for people; `fraction` is 0 to 1, none where nobody knows."""

    job: str
    title: str
    state: str
    fraction: float | None = None


class Host(Protocol):
    """An editing application. Every method may block and raises `HostFailure`.

    All calls come from one thread, which is not the panel's GUI thread; an adapter whose host wants its own main thread
    goes there by itself. Nothing is changed without a journal entry that was written before, by which `revert` works
    also after a restart.
    """

    def facts(self) -> HostFacts: ...

    def selection(self) -> Selection: ...

    def export(self, clip: str, folder: str, handles: int) -> Exported:
        """Render a selected clip into `folder`, ungraded, with up to `handles` extra frames at both ends."""
        ...

    def export_mask(self, clip: str, mask: str, folder: str) -> HostMask:
        """Render one of a clip's masks over the clip's range; the answer names its path."""
        ...

    def place(self, order: PlaceOrder) -> Placing:
        """Import sequences and put them above their clips, at the same frames; the sources are disabled, not removed.

        All or nothing. Placing a job that already lies where it should is no error and changes nothing.
        """
        ...

    def revert(self, placements: tuple[str, ...]) -> str:
        """Undo these placings and enable the sources again; returns a sentence that says what was done."""
        ...

    def show_jobs(self, jobs: tuple[JobLine, ...]) -> None:
        """List these jobs inside the application, in place of those before. Called only where `shows_jobs` is."""
        ...

    def close(self) -> None: ...
