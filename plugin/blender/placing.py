"""Orders carried out: what was begun is finished or undone, and every step is in the journal before it is taken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bridge.domain.host import REPLACE, SKIP, HostFailure, Placed, PlaceOrder, Placing, Result
from plugin.hosting.journal import INTENDED, PLACED, REVERTED, Entry, Journal
from plugin.hosting.main_thread import Main
from plugin.hosting.results import demand_files

from . import api, node_spot, strip_spot
from .marks import Lying
from .nodes import MovieRates
from .project import Project
from .speeds import Speeds
from .studio import refuse_while_rendering


@dataclass(frozen=True)
class Clip:
    """What the id of a clip says."""

    kind: str
    scene: str
    name: str

    @classmethod
    def of(cls, text: str) -> Clip:
        """Raises `HostFailure` for what is no id of ours."""
        try:
            kind, scene, name = json.loads(text)
        except (ValueError, TypeError) as error:
            raise HostFailure("This result was not made from a clip of Blender.", detail=text) from error
        if kind not in ("strip", "node"):
            raise HostFailure("This result was not made from a clip of Blender.", detail=text)
        return cls(kind, str(scene), str(name))


class Placer:
    def __init__(self, journal: Journal, main: Main, project: Project, speeds: Speeds, rates: MovieRates) -> None:
        self._journal = journal
        self._main = main
        self._project = project
        self._speeds = speeds
        self._rates = rates

    # Place

    def place(self, order: PlaceOrder) -> Placing:
        for result in order.results:
            demand_files(result)
        placed: list[Placed] = []
        new: list[tuple[Entry, Result]] = []
        notes: dict[str, None] = {}
        replaced: list[str] = []
        with self._journal.alone():
            project: str = self._main(self._opened, order.project)
            try:
                for result in order.results:
                    earlier: list[Lying] = self._main(self._earlier, result.clip)
                    there = self._settled(result, earlier)
                    if there is not None:
                        placed.append(Placed(result.job, there))
                    elif order.conflict == SKIP and earlier:
                        placed.append(Placed(result.job, ""))
                    else:
                        entry, more = self._put(project, result, earlier)
                        new.append((entry, result))
                        placed.append(Placed(result.job, entry.placement))
                        notes.update(dict.fromkeys(more))
                        if order.conflict == REPLACE:
                            replaced += [each.placement for each in earlier]
            except BaseException:
                for entry, _ in reversed(new):
                    self._take(entry)
                raise
            for placement in replaced:
                self._replaced(placement, new)
            if new:
                self._main(_undo_step, "Place HDR clips")
        return Placing(tuple(placed), _told(placed, new), tuple(notes))

    def _opened(self, project: str) -> str:
        refuse_while_rendering()
        if not self._project.is_open(project):
            raise HostFailure(
                "Another project is open in Blender than the one that these clips are from.",
                remedy="Open that project, then import again.",
                detail=f"{project}, open: {self._project.current()}",
            )
        return self._project.current()

    def _earlier(self, clip: str) -> list[Lying]:
        return _spot(Clip.of(clip)).lying(clip)

    def _settled(self, result: Result, earlier: list[Lying]) -> str | None:
        """The placement of `result` where it lies there whole; what a crash has left in halves is removed."""
        for each in [each for each in earlier if each.job == result.job]:
            entry = self._journal.read(each.placement)
            if entry is not None and entry.phase == PLACED:
                return each.placement
            if entry is not None and entry.phase == INTENDED:
                self._take(entry)
                earlier.remove(each)
        return None

    def _put(self, project: str, result: Result, earlier: list[Lying]) -> tuple[Entry, tuple[str, ...]]:
        clip = Clip.of(result.clip)
        plan: Any
        if clip.kind == "strip":
            plan = self._main(strip_spot.plan, clip.scene, clip.name, result, self._speeds)
            before = plan.was
        else:
            plan = self._main(node_spot.plan, clip.scene, clip.name, result, self._rates)
            before = {"links": plan.links}
        for each in earlier:  # how the source was before the first of them is how it was
            entry = self._journal.read(each.placement)
            if entry is not None and "mute" in entry.before:
                before = {**before, "mute": entry.before["mute"]}
                break
        entry = self._journal.intend(result.job, project, result.clip, before=before)
        try:
            made = self._strip(plan, result, entry) if clip.kind == "strip" else self._node(plan, result, entry)
        except BaseException:
            self._take(entry)
            raise
        return self._journal.turned(entry, PLACED, made=made), plan.notes

    def _strip(self, plan: strip_spot.StripPlan, result: Result, entry: Entry) -> dict[str, Any]:
        name = self._main(strip_spot.create, plan, result, entry.placement)
        if not result.is_movie:
            done = 1
            while done < len(plan.numbers):
                done = self._main(strip_spot.grow, plan, result, name, done)
        return self._main(strip_spot.finish, plan, result, name)

    def _node(self, plan: node_spot.NodePlan, result: Result, entry: Entry) -> dict[str, Any]:
        return self._main(node_spot.put, plan, result, entry.placement)

    def _replaced(self, placement: str, new: list[tuple[Entry, Result]]) -> None:
        """Take an earlier result away for a new one of the same clip, which moves to its channel."""
        entry = self._journal.read(placement)
        if entry is None:
            return
        self._take(entry, enable=False)
        if Clip.of(entry.clip).kind != "strip":
            return
        for each, _ in new:
            if each.clip == entry.clip and "channel" in entry.made:
                made = self._main(strip_spot.put_in_place, Clip.of(each.clip).scene, each.made, entry.made)
                self._journal.turned(each, PLACED, made=made, replaces=placement)

    # Revert

    def revert(self, placements: tuple[str, ...]) -> str:
        with self._journal.alone():
            found = [entry for entry in map(self._journal.read, placements) if entry and entry.phase != REVERTED]
            self._main(self._can_revert, found)
            told: list[str] = []
            for entry in sorted(found, key=lambda entry: -entry.order):
                told += self._take(entry)
            if not found:
                return "Nothing was left to revert."
            self._main(_undo_step, "Revert HDR clips")
        what = "One HDR clip was" if len(found) == 1 else f"{len(found)} HDR clips were"
        return " ".join((f"{what} taken off again.", *dict.fromkeys(told)))

    def _can_revert(self, entries: list[Entry]) -> None:
        refuse_while_rendering()
        there = {each.placement for each in (*strip_spot.lying(), *node_spot.lying())}
        for entry in entries:
            if entry.placement not in there and not self._project.is_open(entry.project):
                raise HostFailure(
                    "These HDR clips lie in another project than the one that is open in Blender.",
                    remedy="Open that project, then revert.",
                    detail=entry.project,
                )

    def _take(self, entry: Entry, enable: bool = True) -> list[str]:
        told: list[str] = self._main(_taken, entry, enable)
        self._journal.turned(entry, REVERTED)
        return told


def _spot(clip: Clip) -> Any:
    return strip_spot if clip.kind == "strip" else node_spot


def _taken(entry: Entry, enable: bool) -> list[str]:
    clip = Clip.of(entry.clip)
    if clip.kind == "node":
        there = any(each.placement == entry.placement for each in node_spot.lying())
        told = node_spot.take(entry.placement, entry.before)
        return told if there or entry.phase == INTENDED else ["A result had been removed by hand before."]
    told = [strip_spot.moved(entry.placement, entry.made)] if entry.phase == PLACED else []
    told += strip_spot.take(entry.placement)
    others = strip_spot.lying(entry.clip)
    if enable and not others:
        told.append(strip_spot.restore(clip.scene, clip.name, entry.before))
    return [sentence for sentence in told if sentence]


def _undo_step(message: str) -> None:
    """Nothing that scripts do is undone by Ctrl+Z unless they say so."""
    window = next(api.windows(), None)
    if window is None or api.bpy.app.background:
        return
    with api.bpy.context.temp_override(window=window):
        if api.bpy.ops.ed.undo_push.poll():
            api.bpy.ops.ed.undo_push(message=message)


def _told(placed: list[Placed], new: list[tuple[Entry, Result]]) -> str:
    skipped = sum(not each.placement for each in placed)
    if not new:
        if skipped:
            return "Earlier results were left as they are; nothing was changed."
        return "This lies in the project already; nothing was changed."
    if len(new) == 1:
        entry = new[0][0]
        clip = Clip.of(entry.clip)
        if clip.kind == "node":
            sentence = f"“{clip.name}” has an HDR node beside it, which took over its links."
        else:
            sentence = f"The HDR clip lies on channel {entry.made['channel']} above “{clip.name}”, which is muted."
    else:
        sentence = f"{len(new)} HDR clips were placed above their sources, which are muted."
    return sentence + (f" {skipped} were left as they are." if skipped else "")
