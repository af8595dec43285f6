"""`superwhite doctor --accept HOST`: the round trip in a running host, step by step, on a project to throw away."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

import typer
from rich.table import Table
from rich.text import Text

from bridge.client import Bridge
from bridge.domain.errors import HostRefused, SuperwhiteError
from bridge.domain.host import NEW_TRACK, SKIP, Host, HostClip, HostFacts, HostFailure, PlaceOrder, Result
from bridge.domain.hosted import result_of, source_spec
from bridge.domain.workflow import LiftRequest, Origin, OutputSpec

from .console import emit_json, emit_table, say
from .follow import follow
from .hosted import attached
from .lift import DEFAULT_FOLDER

LONGEST = 250
"""Frames that the selected clip may have: this is about the way there and back, not about the lift."""

State = Literal["passed", "failed", "left out"]
_MARKS: dict[State, str] = {
    "passed": "[green]passed[/]",
    "failed": "[red]failed[/]",
    "left out": "[yellow]left out[/]",
}

_NO_ANSWER = ("lost", "busy")
"""Kinds of failure that are no refusal."""

Lift = Callable[[HostFacts, HostClip], Result]
"""Makes a sequence of a clip. Raises `SuperwhiteError`."""


@dataclass(frozen=True)
class Step:
    step: str
    state: State
    seconds: float
    sentence: str


class _Fault(Exception):
    """The host has not done what it said, or what it must."""


class _LeftOut(Exception):
    """The host does not offer it, or does not show it."""


@dataclass
class Acceptance:
    """`confirm` is asked before anything in the project is changed, `select` once a clip is to be selected."""

    host: Host
    lift: Lift
    confirm: Callable[[HostFacts], bool]
    select: Callable[[], object]
    steps: list[Step] = field(default_factory=list["Step"])
    facts: HostFacts | None = None
    _clip: HostClip | None = None
    _result: Result | None = None
    _placement: str = ""

    @property
    def passed(self) -> bool:
        return bool(self.steps) and not any(step.state == "failed" for step in self.steps)

    def run(self) -> None:
        """Every step whose forerunners have passed. What was placed is taken back, whatever else has failed. Raises
        `HostRefused` when the user does not want it.
        """
        if not self._step("what is open", self._look):
            return
        assert self.facts
        if not self.confirm(self.facts):
            raise HostRefused("Nothing was changed.", remedy="")
        self.select()
        if not (self._step("selection", self._selection) and self._step("lift", self._make)):
            return
        self._step("another project is refused", self._elsewhere)
        if not self._step("place", self._place):
            return
        self._step("source disabled", lambda: self._enabled(False))
        self._step("place again changes nothing", self._place_again)
        self._step("skip where a result lies", self._skip)
        if self._step("revert", self._revert):
            self._step("source enabled", lambda: self._enabled(True))
            self._step("revert again does no harm", self._revert_again)

    def _step(self, name: str, work: Callable[[], str]) -> bool:
        begun = time.monotonic()
        state: State = "failed"
        try:
            sentence = work()
            state = "passed"
        except _LeftOut as reason:
            state, sentence = "left out", str(reason)
        except _Fault as fault:
            sentence = str(fault)
        except HostFailure as failure:
            sentence = f"{failure.sentence} {failure.remedy} {failure.detail}".strip()
        except SuperwhiteError as error:
            sentence = f"{error.sentence} {error.remedy}".strip()
        self.steps.append(Step(name, state, round(time.monotonic() - begun, 2), sentence))
        return state != "failed"

    def _look(self) -> str:
        self.facts = self.host.facts()
        if not self.facts.project:
            raise _Fault(f"No project is open in {self.facts.title}.")
        abilities = self.facts.abilities
        if not (abilities.place and abilities.revert):
            raise _Fault(f"{self.facts.title} {self.facts.version} offers no placing and reverting.")
        return f"{self.facts.title} {self.facts.version}, “{self.facts.project_title or self.facts.project}”."

    def _selection(self) -> str:
        selection = self.host.selection()
        if len(selection.clips) != 1:
            raise _Fault(f"{len(selection.clips)} clips are selected, not one. {' '.join(selection.notes)}".strip())
        clip = selection.clips[0]
        if not clip.liftable or not clip.media:
            raise _Fault(f"“{clip.name}” cannot be lifted: {clip.reason or 'it has no media.'}")
        if not clip.enabled:
            raise _Fault(f"“{clip.name}” is disabled.")
        start, end = (
            (clip.record_start, clip.record_end) if clip.on_timeline else (clip.source_start, clip.source_end)
        )
        length = end - start
        if not clip.on_timeline <= length <= LONGEST:
            raise _Fault(f"“{clip.name}” has {length} frames; select one of at most {LONGEST}.")
        if self.host.selection().revision != selection.revision:
            raise _Fault("The same selection has another revision when it is asked for again.")
        self._clip = clip
        return f"“{clip.name}”, {length} frames, track {clip.track}." if clip.on_timeline else f"“{clip.name}”."

    def _make(self) -> str:
        assert self.facts
        assert self._clip
        self._result = self.lift(self.facts, self._clip)
        count = self._result.last - self._result.first + 1
        return f"{count} frames in {self._result.directory}."

    def _order(self, **changes: str) -> PlaceOrder:
        assert self.facts
        assert self._result
        result = replace(self._result, job=changes.get("job", self._result.job))
        return PlaceOrder(changes.get("project", self.facts.project), (result,), changes.get("conflict", NEW_TRACK))

    def _elsewhere(self) -> str:
        try:
            placing = self.host.place(self._order(project="a project that is not open"))
        except HostFailure as failure:
            if failure.kind in _NO_ANSWER:
                raise
            return failure.sentence
        self.host.revert(tuple(each.placement for each in placing.placed))
        raise _Fault("A result for another project was placed in this one.")

    def _place(self) -> str:
        placing = self.host.place(self._order())
        placed = [each.placement for each in placing.placed if each.placement]
        if len(placed) != 1:
            raise _Fault(f"One result was to be placed, {len(placed)} were. {placing.sentence}")
        self._placement = placed[0]
        return " ".join((placing.sentence, *placing.notes))

    def _enabled(self, wanted: bool) -> str:
        assert self._clip
        if not self._clip.on_timeline:
            raise _LeftOut("A clip that is on no timeline stays enabled.")
        clip = next((each for each in self.host.selection().clips if each.id == self._clip.id), None)
        if clip is None:
            raise _LeftOut("The clip is not selected any more, so its state does not show.")
        if clip.enabled != wanted:
            raise _Fault(f"“{clip.name}” is {'enabled' if clip.enabled else 'disabled'}.")
        return f"“{clip.name}” is {'enabled' if wanted else 'disabled'}."

    def _place_again(self) -> str:
        before = self.host.selection().revision
        placing = self.host.place(self._order())
        new = [each.placement for each in placing.placed if each.placement not in ("", self._placement)]
        if new:
            self.host.revert(tuple(new))
            raise _Fault("A result that lay in its place already was placed once more.")
        if self.host.selection().revision != before:
            raise _Fault("Placing what lay in its place already has changed the selected clip.")
        return placing.sentence

    def _skip(self) -> str:
        assert self.facts
        if SKIP not in self.facts.abilities.conflicts:
            raise _LeftOut(f"{self.facts.title} does not offer it.")
        placing = self.host.place(self._order(job="acceptance", conflict=SKIP))
        placed = tuple(each.placement for each in placing.placed if each.placement not in ("", self._placement))
        if placed:
            self.host.revert(placed)
            raise _Fault("A second result was placed, which was to be skipped.")
        return placing.sentence

    def _revert(self) -> str:
        return self.host.revert((self._placement,))

    def _revert_again(self) -> str:
        try:
            return self.host.revert((self._placement,))
        except HostFailure as failure:
            if failure.kind in _NO_ANSWER:
                raise
            return failure.sentence


def accept(host: str, *, out: Path | None, yes: bool, as_json: bool) -> int:
    """Run it against the host that is open now; returns the exit code. Raises `SuperwhiteError`."""
    folder = (out or DEFAULT_FOLDER / "acceptance").absolute()
    with attached(host, None) as remote:
        acceptance = Acceptance(
            remote,
            lambda facts, clip: _lifted(facts, clip, folder),
            confirm=lambda facts: yes or _confirmed(facts, folder),
            select=lambda: yes or _asked_to_select(),
        )
        acceptance.run()
    facts = acceptance.facts
    if as_json:
        about = {"title": facts.title, "version": facts.version, "project": facts.project} if facts else {}
        steps = [asdict(step) for step in acceptance.steps]
        emit_json({"host": host, **about, "passed": acceptance.passed, "steps": steps})
    else:
        emit_table(_table(acceptance.steps))
        say("The acceptance has passed." if acceptance.passed else "The acceptance has failed.")
    return 0 if acceptance.passed else 1


def _lifted(facts: HostFacts, clip: HostClip, folder: Path) -> Result:
    bridge = Bridge.attach_or_start()
    origin = Origin(
        host=facts.name, project=facts.project, project_title=facts.project_title, clip=clip.id, batch="acceptance"
    )
    output = OutputSpec(folder=folder, review=False)
    job = bridge.submit(LiftRequest(source=source_spec(clip, 0), output=output, origin=origin))
    follow(bridge, job)
    return result_of(bridge.job(job.id))


def _confirmed(facts: HostFacts, folder: Path) -> bool:
    say(f"{facts.title} {facts.version} has “{facts.project_title or facts.project}” open.")
    say("One clip of it is lifted by this machine, and the result put on its timeline and taken off it again.")
    say(f"The clip is disabled and enabled again. The frames stay in {folder}.")
    say("Do this in a project to throw away, and leave the application alone meanwhile.")
    return typer.confirm("Go on?", err=True)


def _asked_to_select() -> None:
    say(f"Select one clip on the timeline, of at most {LONGEST} frames, and nothing else.")
    typer.prompt("Then press Enter", default="", show_default=False, err=True)


def _table(steps: list[Step]) -> Table:
    table = Table("", "Step", "Seconds", "What the application said", box=None, pad_edge=False)
    for step in steps:
        table.add_row(_MARKS[step.state], step.step, f"{step.seconds:.2f}", Text(step.sentence))
    return table
