"""New timeline files, each of which holds everything that is placed on its timeline, and the removal of old ones."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from bridge.client import calls
from bridge.domain.errors import BridgeLost, OutputNotWritable
from bridge.domain.timeline import PlacedClip, TimelineOrder

from .arrange import shown
from .journal import Intent, Journal, JournalStore, Placement, digest, is_unchanged
from .line import Line


@dataclass(frozen=True)
class Written:
    """`path` is the file that holds what `journal` says. `new` tells that it was written now, `beside_results` that
    the timeline's own folder could not be written to.
    """

    journal: Journal
    path: Path
    new: bool
    beside_results: bool = False
    warnings: tuple[str, ...] = ()


class Writer:
    def __init__(self, line: Line, store: JournalStore) -> None:
        self._line = line
        self._store = store

    def write(
        self, journal: Journal, placements: Sequence[Placement], places: Mapping[str, str], rate: Fraction | None
    ) -> Written:
        """Let a file hold `placements`, but for those that are replaced or have no place in `places`.

        Nothing is changed where this raises. Raises what the bridge answers, and `HostFailure`.
        """
        top = [each for each in shown(placements) if each.id in places]
        placed = tuple(_placed(each, places[each.id]) for each in top)
        order = TimelineOrder(source=journal.timeline, placed=placed, folder=journal.timeline.parent, rate=rate)
        sha256, warnings = self._rehearse(order)
        kept = [file for file in journal.files if set(file.holds) <= {each.id for each in placements}]
        if kept and kept[-1].sha256 == sha256 and kept[-1].path.is_file():
            done = journal.model_copy(update={"placements": tuple(placements), "rate": rate})
            self._store.write(done)
            return Written(done, kept[-1].path, new=False)
        journal = journal.model_copy(update={"rate": rate})
        intent = Intent(
            folder=order.folder,
            sha256=sha256,
            holds=tuple(each.id for each in top),
            placements=tuple(placements),
        )
        try:
            done, path = self._carry_out(journal, intent, order)
        except OutputNotWritable:
            folder = top[-1].deliverable.directory.parent
            intent = intent.model_copy(update={"folder": folder})
            done, path = self._carry_out(journal, intent, order.model_copy(update={"folder": folder}))
        return Written(done, path, new=True, beside_results=intent.folder != order.folder, warnings=warnings)

    def _rehearse(self, order: TimelineOrder) -> tuple[str, tuple[str, ...]]:
        """The digest of the file to be, by which a crash can be told from a success, and the bridge's notes."""
        with tempfile.TemporaryDirectory(dir=self._store.folder) as folder:
            trial = self._line.do(calls.write_timeline(order.model_copy(update={"folder": Path(folder)})))
            return digest(trial.path), trial.warnings

    def _carry_out(self, journal: Journal, intent: Intent, order: TimelineOrder) -> tuple[Journal, Path]:
        self._store.write(journal.model_copy(update={"intent": intent}))
        call = calls.write_timeline(order)
        try:
            path = self._line.once(call).path
        except BridgeLost:
            path = journal.find(intent) or self._line.do(call).path
        done = journal.with_file(intent, path)
        self._store.write(done)
        return done, path

    def sweep(self, journal: Journal) -> tuple[Journal, tuple[str, ...]]:
        """Remove the files that hold a placement which was reverted, and say which; those that a person has changed
        since stay, and are no longer ours.
        """
        live = {each.id for each in journal.placements}
        stale = [file for file in journal.files if not set(file.holds) <= live]
        if not stale:
            return journal, ()
        sentences = tuple(
            _removed(file.path, unchanged=is_unchanged(file.path, file.sha256))
            for file in stale
            if file.path.exists()
        )
        kept = tuple(file for file in journal.files if file not in stale)
        journal = journal.model_copy(update={"files": kept})
        self._store.write(journal)
        return journal, sentences


def _placed(placement: Placement, clip: str) -> PlacedClip:
    result = placement.deliverable
    return PlacedClip(
        clip=clip,
        deliverable=result,
        handles_before=result.handles_before,
        handles_after=result.handles_after,
    )


def _removed(path: Path, *, unchanged: bool) -> str:
    if not unchanged:
        text = QCoreApplication.translate("StandaloneHost", "“{name}” was changed since it was written, so it stays.")
        return text.format(name=path.name)
    try:
        path.unlink()
    except OSError as error:
        text = QCoreApplication.translate("StandaloneHost", "“{name}” could not be removed: {reason}.")
        return text.format(name=path.name, reason=error.strerror)
    return QCoreApplication.translate("StandaloneHost", "“{name}” was removed.").format(name=path.name)
