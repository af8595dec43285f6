"""Placing and reverting, by the journal."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from bridge.domain.host import REPLACE, SKIP, HostFailure, Placed, PlaceOrder, Placing, Result
from plugin.hosting.journal import PLACED, REVERTED, Entry, Journal
from plugin.hosting.main_thread import Main
from plugin.hosting.results import demand_files

from .insert import Inserted, insert, span
from .marks import job_of, placement_of
from .projects import Projects, place_of, placed, results_of
from .removal import Removed, demand_unlocked, remove


@dataclass(frozen=True)
class _Before:
    """What is known of a clip before anything is changed; `there` is the placement of a job that is done already."""

    enabled: bool
    times: tuple[int, int]
    there: str
    earlier: tuple[str, ...]


class Placer:
    def __init__(self, journal: Journal, main: Main, projects: Projects) -> None:
        self._journal = journal
        self._main = main
        self._projects = projects

    def place(self, order: PlaceOrder) -> Placing:
        for result in order.results:
            demand_files(result)
        with self._journal.alone():
            self._main(self._projects.demand, order.project)
            done: list[Entry] = []
            made: list[Placed] = []
            notes: list[str] = []
            try:
                for result in order.results:
                    placement, entry, told = self._place_one(order, result)
                    made.append(Placed(result.job, placement))
                    done += [entry] if entry else []
                    notes += told
            except BaseException:
                for entry in reversed(done):
                    self._main(self._take_out, entry)
                    self._journal.turned(entry, REVERTED)
                raise
        return Placing(tuple(made), _told(made, len(done)), tuple(dict.fromkeys(notes)))

    def revert(self, placements: tuple[str, ...]) -> str:
        with self._journal.alone():
            entries = [entry for placement in placements if (entry := self._journal.read(placement)) is not None]
            for entry in entries:
                self._main(self._demand_removable, entry)
            count = 0
            notes: list[str] = []
            for entry in entries:
                removed: Removed = self._main(self._take_out, entry)
                count += removed.there
                notes += removed.notes
                if entry.phase != REVERTED:
                    self._journal.turned(entry, REVERTED)
        if not count:
            return " ".join(["Nothing was left to take back: the results had been deleted by hand.", *notes])
        taken = "The result was" if count == 1 else f"{count} results were"
        return " ".join([f"{taken} taken off the timeline, and the sources are enabled as before.", *notes])

    def _place_one(self, order: PlaceOrder, result: Result) -> tuple[str, Entry | None, tuple[str, ...]]:
        before: _Before = self._main(self._look, order.project, result)
        if before.there:
            entry = self._journal.read(before.there)
            entry = entry or Entry(before.there, result.job, order.project, result.clip, before={"enabled": True})
            if entry.phase != PLACED:
                self._journal.turned(entry, PLACED, made=entry.made or {"times": before.times})
            return before.there, None, ()
        if before.earlier and order.conflict == SKIP:
            return "", None, ()
        replaced = before.earlier if order.conflict == REPLACE else ()
        entry = self._journal.intend(
            result.job,
            order.project,
            result.clip,
            before={"enabled": before.enabled or self._was_enabled(before.earlier)},
            replaces=replaced[-1] if replaced else "",
        )
        try:
            inserted: Inserted = self._main(self._put_in, order.project, result, entry.placement, replaced)
        except BaseException:
            self._main(self._take_out, entry)
            self._journal.turned(entry, REVERTED)
            raise
        entry = self._journal.turned(entry, PLACED, made=asdict(inserted))
        for each in replaced:
            if (old := self._journal.read(each)) is not None:
                self._journal.turned(old, REVERTED)
        return entry.placement, entry, inserted.notes

    def _was_enabled(self, earlier: tuple[str, ...]) -> bool:
        """Whether the source was enabled before the first of these results disabled it."""
        entries = [entry for each in earlier if (entry := self._journal.read(each)) is not None]
        return any(entry.before.get("enabled", False) for entry in entries)

    # What follows runs on Hiero's main thread, a slice each.

    def _look(self, project: str, result: Result) -> _Before:
        opened = self._projects.demand(project)
        place = place_of(opened, result.clip)
        if place.track.isLocked():
            raise HostFailure(
                f"The track “{place.track.name()}” is locked, so “{place.item.name()}” cannot be disabled.",
                remedy="Unlock the track, then import again.",
            )
        earlier = results_of(opened, result.clip)
        for each in earlier:
            demand_unlocked(opened, placement_of(each.item))
        times = span(place.item)
        mine = [
            placement_of(each.item)
            for each in earlier
            if job_of(each.item) == result.job and span(each.item) == times
        ]
        others = tuple(placement_of(each.item) for each in earlier if job_of(each.item) != result.job)
        return _Before(place.item.isEnabled(), times, mine[-1] if mine else "", others)

    def _put_in(self, project: str, result: Result, placement: str, replaced: tuple[str, ...]) -> Inserted:
        opened = self._projects.demand(project)
        place = place_of(opened, result.clip)
        old = tuple(found for each in replaced if (found := placed(opened, each)) is not None)
        with opened.beginUndo(f"Superwhite: HDR for {place.item.name()}"):
            return insert(opened, place, result, placement, old)

    def _demand_removable(self, entry: Entry) -> None:
        if entry.phase == REVERTED and self._projects.opened(entry.project) is None:
            return
        demand_unlocked(self._projects.demand(entry.project), entry.placement)

    def _take_out(self, entry: Entry) -> Removed:
        opened = self._projects.opened(entry.project)
        if opened is None or (entry.phase == REVERTED and placed(opened, entry.placement) is None):
            return Removed(False)
        times = tuple(int(each) for each in entry.made.get("times", ()))
        enable = bool(entry.before.get("enabled", True))
        with opened.beginUndo("Superwhite: revert"):
            return remove(opened, entry.placement, entry.clip, times, enable)  # type: ignore[arg-type]


def _told(made: list[Placed], new: int) -> str:
    skipped = sum(not each.placement for each in made)
    if new:
        results = "The result lies" if new == 1 else f"{new} results lie"
        sources = "the source is" if new == 1 else "the sources are"
        sentence = f"{results} on a track of its own above, and {sources} disabled."
        return f"{sentence} {skipped} with an earlier result was left alone." if skipped else sentence
    if skipped:
        return "Nothing was changed: there are earlier results."
    return "Nothing was changed: the results are on the timeline already."
