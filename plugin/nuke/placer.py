"""Placing and reverting, by the journal."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any

import nuke

from bridge.domain.host import REPLACE, SKIP, HostFailure, Placed, PlaceOrder, Placing, Result
from plugin.hosting.journal import PLACED, REVERTED, Entry, Journal
from plugin.hosting.main_thread import Main
from plugin.hosting.results import demand_files

from .insert import Inserted, Wire, demand_editable, insert, insertion_point, is_whole
from .marks import job_of, ours, placement_of
from .removal import Removed, remove
from .script import Script, node_named
from .undo import undo_step


@dataclass(frozen=True)
class _Earlier:
    """A result for the same source that is there already."""

    placement: str
    job: str
    names: tuple[str, ...]
    whole: bool


@dataclass(frozen=True)
class _Before:
    """What is known of a source before anything is changed."""

    at: str
    wires: tuple[Wire, ...]
    earlier: tuple[_Earlier, ...]


class Placer:
    def __init__(self, journal: Journal, main: Main, script: Script) -> None:
        self._journal = journal
        self._main = main
        self._script = script

    def place(self, order: PlaceOrder) -> Placing:
        for result in order.results:
            demand_files(result)
        with self._journal.alone():
            self._main(self._demand_script, order.project)
            done: list[Entry] = []
            placed: list[Placed] = []
            notes: list[str] = []
            try:
                for result in order.results:
                    placement, entry, told = self._place_one(order, result)
                    placed.append(Placed(result.job, placement))
                    done += [entry] if entry else []
                    notes += told
            except BaseException:
                for entry in reversed(done):
                    self._main(_take_out, entry)
                    self._journal.turned(entry, REVERTED)
                raise
        return Placing(tuple(placed), _told(placed, done), tuple(notes))

    def revert(self, placements: tuple[str, ...]) -> str:
        with self._journal.alone():
            known = [(placement, self._journal.read(placement)) for placement in placements]
            for placement, entry in known:
                self._main(self._demand_reachable, placement, entry)
            count = 0
            notes: list[str] = []
            for placement, entry in known:
                removed: Removed = self._main(_take_out, entry or Entry(placement, "", "", ""))
                count += removed.there
                notes += removed.notes
                if entry is not None and entry.phase != REVERTED:
                    self._journal.turned(entry, REVERTED)
        if not count:
            return "Nothing was left to take back: the results had been deleted by hand."
        taken = "The result was" if count == 1 else f"{count} results were"
        return " ".join([f"{taken} taken out, and the sources are connected as before.", *notes])

    def _place_one(self, order: PlaceOrder, result: Result) -> tuple[str, Entry | None, list[str]]:
        before: _Before = self._main(_look, result.clip)
        mine = next((each for each in before.earlier if each.job == result.job and each.whole), None)
        if mine is not None:
            self._settle(mine, order.project, result)
            return mine.placement, None, []
        others = [each for each in before.earlier if each.job != result.job]
        if others and order.conflict == SKIP:
            return "", None, []
        replaced = others if order.conflict == REPLACE else []
        entry = self._journal.intend(
            result.job,
            order.project,
            result.clip,
            before={"at": before.at, "wires": before.wires},
            replaces=replaced[-1].placement if replaced else "",
        )
        try:
            inserted: Inserted = self._main(_put_in, result, entry.placement, tuple(replaced))
        except BaseException:
            self._main(_take_out, entry)
            self._journal.turned(entry, REVERTED)
            raise
        entry = self._journal.turned(entry, PLACED, made=asdict(inserted))
        for each in replaced:
            if (old := self._journal.read(each.placement)) is not None:
                self._journal.turned(old, REVERTED)
        return entry.placement, entry, list(inserted.notes)

    def _settle(self, mine: _Earlier, project: str, result: Result) -> None:
        """The journal lags behind the script where Nuke was ended between the two, or was reverted by an undo."""
        entry = self._journal.read(mine.placement) or Entry(mine.placement, result.job, project, result.clip)
        if entry.phase != PLACED:
            made = entry.made or {"read": mine.names[0], "switch": mine.names[1], "wires": []}
            self._journal.turned(entry, PLACED, made=made)

    def _demand_script(self, project: str) -> None:
        if not self._script.is_open(project):
            raise HostFailure(
                f"Another script is open now: “{self._script.title()}”.",
                remedy=f"Open “{PurePath(project).name}” again, then import.",
                detail=f"{project}, not {self._script.project()}",
            )

    def _demand_reachable(self, placement: str, entry: Entry | None) -> None:
        """A script is known by what it holds: it may have been saved under other names since."""
        if entry is None or entry.phase == REVERTED or self._script.is_open(entry.project):
            return
        if not ours(_names(entry.made), placement):
            raise HostFailure(
                f"The result lies in another script, “{PurePath(entry.project).name}”.",
                remedy="Open that script, then revert.",
                detail=f"{entry.project}, not {self._script.project()}",
            )


# What follows runs on Nuke's main thread, a slice each.


def _look(clip: str) -> _Before:
    source = node_named(clip)
    demand_editable(source)
    at, feeds = insertion_point(source)
    earlier: list[_Earlier] = []
    switch: nuke.Node | None = at
    while switch is not None and switch != source:
        read = switch.input(1)
        names = ("" if read is None else read.fullName(), switch.fullName())
        whole = read is not None and placement_of(read) == placement_of(switch) and is_whole(switch, read, source)
        earlier.append(_Earlier(placement_of(switch), job_of(switch), names, whole))
        switch = switch.input(0)
    wires = tuple((node.fullName(), index) for node, index in feeds)
    return _Before(at.fullName(), wires, tuple(reversed(earlier)))


def _put_in(result: Result, placement: str, replaced: tuple[_Earlier, ...]) -> Inserted:
    source = node_named(result.clip)
    with undo_step(f"Superwhite: HDR for {source.name()}"):
        for each in replaced:
            remove(each.placement, each.names, ())
        return insert(source, result, placement)


def _take_out(entry: Entry) -> Removed:
    names = _names(entry.made)
    if not ours(names, entry.placement):
        return Removed(False)
    wires = tuple((str(name), int(index)) for name, index in entry.made.get("wires", ()))
    with undo_step("Superwhite: revert"):
        return remove(entry.placement, names, wires)


def _names(made: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(made[key]) for key in ("read", "switch") if made.get(key))


def _told(placed: list[Placed], new: list[Entry]) -> str:
    skipped = sum(not each.placement for each in placed)
    if len(new) == 1:
        sentence = f"The result lies beside “{new[0].clip}”, behind a Switch that shows it."
    elif new:
        sentence = f"{len(new)} results lie beside their sources, each behind a Switch that shows it."
    elif skipped:
        return "Nothing was changed: there are earlier results."
    else:
        return "Nothing was changed: the results are in the script already."
    return f"{sentence} {skipped} with an earlier result was left alone." if skipped else sentence
