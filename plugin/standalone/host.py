"""The `Host` of people whose editing application takes files and no scripts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from threading import Lock

from PySide6.QtCore import QCoreApplication

from bridge import __version__
from bridge.client import Bridge, calls, state_home
from bridge.domain.cut import TimelineClip
from bridge.domain.host import (
    Exported,
    HostAbilities,
    HostFacts,
    HostFailure,
    HostMask,
    JobLine,
    Placed,
    PlaceOrder,
    Placing,
    Result,
    Selection,
)
from bridge.domain.job import Deliverable, Imported, Ready
from bridge.domain.timeline import TimelineFacts, TimelineQuery
from qt_panels.counts import counts

from .arrange import places_of, put, shown, without
from .journal import Journal, JournalStore, Placement
from .line import Line, failing_as_host
from .opened import LOOSE, Opened, open_paths
from .writer import Writer, Written


@dataclass(frozen=True)
class _Finished:
    """`clip` is what was lifted; none where the job does not tell."""

    result: Result
    deliverable: Deliverable
    clip: TimelineClip | None


class StandaloneHost:
    """A `bridge.domain.host.Host`.

    What is open and selected is set from the panel's GUI thread; everything that reads or writes blocks, and belongs to
    others. `connect` finds or starts the bridge; journals are kept in `folder`.
    """

    def __init__(self, connect: Callable[[], Bridge], folder: Path | None = None) -> None:
        self._line = Line(connect)
        self._store = JournalStore(folder or state_home() / "standalone")
        self._writer = Writer(self._line, self._store)
        self._lock = Lock()
        self._opened = Opened()
        self._selected: frozenset[str] = frozenset()
        self._revision = 0

    # What is open

    def read(self, paths: Sequence[Path], rate: Fraction | None = None) -> Opened:
        """Read what `paths` name, and change nothing. Blocks; any thread. Raises `SuperwhiteError`s."""
        return open_paths(self._line, paths, rate)

    def show(self, opened: Opened, selected: Collection[str] = ()) -> None:
        """Have this open from now on."""
        with self._lock:
            self._opened = opened
            self._select(selected)

    def select(self, ids: Collection[str]) -> None:
        with self._lock:
            self._select(ids)

    @property
    def opened(self) -> Opened:
        with self._lock:
            return self._opened

    def _select(self, ids: Collection[str]) -> None:
        self._selected = frozenset(ids) & {clip.id for clip in self._opened.clips}
        self._revision += 1

    # The protocol

    def facts(self) -> HostFacts:
        opened = self.opened
        abilities = HostAbilities(place=opened.facts is not None, revert=True, places_together=True)
        if opened.facts is not None:
            title = opened.facts.path.name
        elif opened.clips:
            title = counts.clips(len(opened.clips))
        else:
            title = ""
        name = QCoreApplication.translate("StandaloneHost", "Timeline files")
        return HostFacts("standalone", name, __version__, opened.project, title, abilities)

    def selection(self) -> Selection:
        with self._lock:
            clips = tuple(clip for clip in self._opened.clips if clip.id in self._selected)
            notes = self._opened.facts.warnings if self._opened.facts else ()
            return Selection(str(self._revision), clips, notes)

    def export(self, clip: str, folder: str, handles: int) -> Exported:  # noqa: ARG002 - the protocol names them
        raise self._cannot_export()

    def export_mask(self, clip: str, mask: str, folder: str) -> HostMask:  # noqa: ARG002 - so here
        raise self._cannot_export()

    def place(self, order: PlaceOrder) -> Placing:
        """Write a timeline file with these results, and with all that was placed on this timeline before."""
        if order.project in ("", LOOSE):
            raise HostFailure(
                QCoreApplication.translate(
                    "StandaloneHost", "These clips lie on no timeline, so there is nothing to place them on."
                ),
                kind="unsupported",
                remedy=QCoreApplication.translate(
                    "StandaloneHost", "Drag the result from its folder onto your timeline."
                ),
            )
        timeline = Path(order.project)
        with failing_as_host():
            finished = [self._finished(result) for result in order.results]
            rate = next((each.clip.rate for each in finished if each.clip), self._rate_of(timeline))
            facts = self._line.do(calls.read_timeline(TimelineQuery(path=timeline, rate=rate))).facts
            key = self._store.key(timeline)
            with self._store.locked(key):
                journal, notes = self._settled(key)
                journal = journal or Journal(timeline=timeline)
                new = [_placement(key, each, facts) for each in finished]
                places = places_of((*without(journal.placements, {each.id for each in new}), *new), facts)
                placements = journal.placements
                for each in new:
                    if each.id not in places:
                        raise _not_there(each.clip.name, timeline)
                    placements = put(placements, each, order.conflict, places)
                live = {each.id for each in placements}
                placed = tuple(Placed(each.job, each.id if each.id in live else "") for each in new)
                if not any(each.placement for each in placed):
                    return Placing(placed, _skipped(len(new)), notes)
                written = self._writer.write(journal, placements, places, rate)
            skipped = sum(not each.placement for each in placed)
            if skipped:
                notes = (*notes, _skipped(skipped))
            notes = (*notes, *_left_out(written.journal, places), *written.warnings)
            return Placing(placed, _told(written), notes)

    def revert(self, placements: tuple[str, ...]) -> str:
        """Remove the files that hold these placements; where others are left, a file holds those without them."""
        # Keys become names of files: what is no key of ours must not become a path.
        keys = {key for placement in placements if (key := placement.partition(".")[0]).isalnum()}
        sentences: list[str] = []
        with failing_as_host(), ExitStack() as locks:
            # All journals are at hand before the first is changed.
            books: dict[str, Journal] = {}
            for key in sorted(keys):
                locks.enter_context(self._store.locked(key))
                journal, notes = self._settled(key)
                sentences += notes
                if journal is not None and any(each.id in placements for each in journal.placements):
                    books[key] = journal
            for journal in books.values():
                sentences += self._without(journal, placements)
        return " ".join(sentences) or QCoreApplication.translate("StandaloneHost", "Nothing was left to revert.")

    def show_jobs(self, jobs: tuple[JobLine, ...]) -> None:
        """There is no place for jobs but the panel."""

    def close(self) -> None:
        self._line.close()

    # Helpers

    def _cannot_export(self) -> HostFailure:
        return HostFailure(
            QCoreApplication.translate("StandaloneHost", "A timeline file cannot be rendered here."),
            kind="unsupported",
            remedy=QCoreApplication.translate(
                "StandaloneHost", "Render the clip in your editing application, and open the result."
            ),
        )

    def _rate_of(self, timeline: Path) -> Fraction | None:
        opened = self.opened
        return opened.rate if opened.project == str(timeline) else None

    def _settled(self, key: str) -> tuple[Journal | None, tuple[str, ...]]:
        """The journal after what a crash has left undone in it was cleared up. Only under its lock."""
        found, notes = self._store.read(key)
        if found is None:
            return None, notes
        journal = found.settled()
        if journal is not found:
            self._store.write(journal)
        journal, sentences = self._writer.sweep(journal)
        return journal, (*notes, *sentences)

    def _finished(self, result: Result) -> _Finished:
        job = self._line.do(calls.job(result.job))
        if not isinstance(job.state, Ready | Imported):
            raise HostFailure(
                QCoreApplication.translate(
                    "StandaloneHost", "The lift of “{name}” is not finished, so it cannot be placed."
                ).format(name=job.request.source.path.name),
                detail=f"{job.id}: {job.state.state}",
                remedy=QCoreApplication.translate("StandaloneHost", "Wait for it, or retry it, then import again."),
            )
        deliverable = job.state.result
        first, last = deliverable.file(0), deliverable.file(deliverable.frames - 1)
        if not first.is_file() or not last.is_file():
            raise HostFailure(
                QCoreApplication.translate("StandaloneHost", "“{name}” is not where it was written.").format(
                    name=deliverable.directory.name
                ),
                detail=f"{first} to {last.name}",
                remedy=QCoreApplication.translate("StandaloneHost", "Reconnect the drive, or lift the clip again."),
            )
        return _Finished(result, deliverable, job.request.source.cut)

    def _without(self, journal: Journal, reverted: Collection[str]) -> list[str]:
        """Sentences about what was done to take `reverted` out."""
        remaining = without(journal.placements, reverted)
        kept = [file for file in journal.files if set(file.holds) <= {each.id for each in remaining}]
        wanted = tuple(each.id for each in shown(remaining))
        present = next((file.path for file in kept[-1:] if file.holds == wanted and file.path.is_file()), None)
        if wanted and present is None:
            query = TimelineQuery(path=journal.timeline, rate=journal.rate)
            facts = self._line.do(calls.read_timeline(query)).facts
            places = places_of(remaining, facts)
            if any(each in places for each in wanted):
                written = self._writer.write(journal, remaining, places, journal.rate)
                journal, present = written.journal, written.path
        if journal.placements != remaining:
            journal = journal.model_copy(update={"placements": remaining})
            self._store.write(journal)
        _, removed = self._writer.sweep(journal)
        sentences = list(removed) or [
            QCoreApplication.translate("StandaloneHost", "The timeline file was gone already.")
        ]
        if present is not None:
            text = QCoreApplication.translate("StandaloneHost", "“{name}” holds what is still placed.")
            sentences.append(text.format(name=present.name))
        return sentences


def _placement(key: str, finished: _Finished, facts: TimelineFacts) -> Placement:
    clip = finished.clip or next((clip for clip in facts.clips if clip.id == finished.result.clip), None)
    if clip is None:
        raise _not_there(finished.result.clip, facts.path)
    job = finished.result.job
    return Placement(id=f"{key}.{job}", job=job, clip=clip, deliverable=finished.deliverable)


def _not_there(name: str, timeline: Path) -> HostFailure:
    text = QCoreApplication.translate(
        "StandaloneHost", "“{clip}” is not on “{timeline}” any more as it was when it was lifted."
    )
    return HostFailure(
        text.format(clip=name, timeline=timeline.name),
        remedy=QCoreApplication.translate("StandaloneHost", "Open the timeline again and lift the clip anew."),
    )


def _skipped(count: int) -> str:
    return counts.clips_left(count)


def _left_out(journal: Journal, places: Collection[str]) -> list[str]:
    """Earlier results that could not come along, and those that did but are offline."""
    sentences: list[str] = []
    for each in shown(journal.placements):
        if each.id not in places:
            text = QCoreApplication.translate(
                "StandaloneHost", "“{name}” is left out: its clip is not on the timeline any more."
            )
        elif not each.deliverable.directory.is_dir():
            text = QCoreApplication.translate(
                "StandaloneHost", "“{name}” is on the timeline, but its media is offline."
            )
        else:
            continue
        sentences.append(text.format(name=each.deliverable.directory.name))
    return sentences


def _told(written: Written) -> str:
    held = written.journal.files[-1].holds
    made = [each.deliverable for each in written.journal.placements if each.id in held]
    lifted = all(each.kind == "sequence" for each in made)
    clips = counts.hdr_clips(len(held)) if lifted else counts.clips(len(held))
    if not written.new:
        text = QCoreApplication.translate(
            "StandaloneHost", "“{name}” holds these clips already; nothing was changed."
        )
    elif written.beside_results:
        text = QCoreApplication.translate(
            "StandaloneHost",
            "The folder of the timeline cannot be written to, so “{name}” lies in {folder}. It holds {clips}: "
            "import it into your editing application.",
        )
    else:
        text = QCoreApplication.translate(
            "StandaloneHost",
            "“{name}” was written beside the timeline with {clips}: import it into your editing application.",
        )
    return text.format(name=written.path.name, folder=written.path.parent, clips=clips)
