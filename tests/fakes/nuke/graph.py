"""A script: operators, how they hang together, and what undo remembers of them."""

from __future__ import annotations

import copy
import itertools
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Op:
    number: int
    kind: str
    name: str
    parent: int
    """0 is Root."""
    inputs: list[int | None] = field(default_factory=list)
    knobs: dict[str, Any] = field(default_factory=dict)
    """Name to value; what a knob is stands in `kinds`."""
    kinds: dict[str, str] = field(default_factory=dict)
    at: tuple[int, int] = (0, 0)
    selected: bool = False
    locked: bool = False
    """A Viewer that keeps its inputs, a Group whose graph cannot be changed."""
    stated: dict[str, Any] = field(default_factory=dict)
    """What tests say of its picture: alpha, size, channels, range, error."""


class Graph:
    """`steps` are the titles of what can be undone, the oldest first."""

    def __init__(self) -> None:
        self.ops: dict[int, Op] = {0: Op(0, "Root", "Root", 0)}
        self.modified = False
        self.disabled = 0
        self.steps: list[str] = []
        self._numbers = itertools.count(1)
        self._before: list[dict[int, Op]] = []
        self._open: list[str] = []
        self.stale: dict[int, list[int]] = {}

    # Undo

    def edit(self, title: str) -> None:
        """Whatever follows is an edit: a step of its own, unless one is open."""
        self.modified = True
        if not self.disabled and not self._open:
            self._before.append(copy.deepcopy(self.ops))
            self.steps.append(title)

    def begin(self) -> None:
        if not self._open and not self.disabled:
            self._before.append(copy.deepcopy(self.ops))
            self.steps.append("")
        self._open.append("")

    def name(self, title: str) -> None:
        if not self._open:
            raise RuntimeError("Undo.name without Undo.begin")
        if not self.disabled:
            self.steps[-1] = title

    def end(self) -> None:
        if not self._open:
            raise RuntimeError("Undo.end without Undo.begin")
        self._open.pop()

    def cancel(self) -> None:
        if not self._open:
            raise RuntimeError("Undo.cancel without Undo.begin")
        self._open.pop()
        if not self.disabled:
            self.undo()

    def undo(self) -> None:
        self.ops = self._before.pop()
        self.steps.pop()

    @property
    def balanced(self) -> bool:
        return not self._open and not self.disabled

    # Operators

    def add(self, kind: str, parent: int, name: str = "") -> Op:
        base = name or kind
        taken = {op.name for op in self.ops.values() if op.parent == parent and op.number}
        free = (
            name
            if name and name not in taken
            else next(f"{base}{n}" for n in itertools.count(1) if f"{base}{n}" not in taken)
        )
        op = Op(next(self._numbers), kind, free, parent)
        self.ops[op.number] = op
        return op

    def remove(self, op: Op, heal: bool = True) -> None:
        """By hand, what hung below hangs on the first input then; `nuke.delete` promises nothing of the kind."""
        above = op.inputs[0] if op.inputs and heal else None
        del self.ops[op.number]
        for each in self.ops.values():
            each.inputs = [above if number == op.number else number for number in each.inputs]

    def children(self, parent: int) -> list[Op]:
        return [op for op in self.ops.values() if op.parent == parent and op.number]

    def full_name(self, op: Op) -> str:
        if not op.parent:
            return op.name
        return f"{self.full_name(self.ops[op.parent])}.{op.name}"

    def below(self, number: int) -> list[int]:
        return [op.number for op in self.ops.values() if number in op.inputs]
