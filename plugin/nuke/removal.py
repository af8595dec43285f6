"""Results out of the script again, with respect for what was done by hand since."""

from __future__ import annotations

from dataclasses import dataclass

import nuke

from .insert import Wire
from .marks import ours, placement_of
from .script import dependents, named


@dataclass(frozen=True)
class Removed:
    """`there` is false where nothing of it was left. `notes` say what the user had changed."""

    there: bool
    notes: tuple[str, ...] = ()


def remove(placement: str, names: tuple[str, ...], wires: tuple[Wire, ...]) -> Removed:
    """`names` and `wires` are those of `Inserted`; they may be empty, where nobody knows them any more."""
    found = ours(names, placement)
    switch, read = found.get("Switch"), found.get("Read")
    if switch is None and read is None:
        return Removed(False)
    notes: list[str] = []
    if switch is None:
        notes.append("Its Switch had been deleted by hand.")
    else:
        notes += _left_alone(switch, wires)
        above = switch.input(0)
        for node, index in dependents(switch):
            node.setInput(index, above)
        nuke.delete(switch)
    if read is None:
        notes.append("Its Read had been deleted by hand.")
    elif users := sorted({node.name() for node, _ in dependents(read)}):
        notes.append(f"“{read.name()}” was kept: {', '.join(users)} uses it.")
    else:
        nuke.delete(read)
    return Removed(True, tuple(notes))


def _left_alone(switch: nuke.Node, wires: tuple[Wire, ...]) -> list[str]:
    now = {(node.fullName(), index) for node, index in dependents(switch)}
    gone = [(node, index) for name, index in wires if (name, index) not in now and (node := named(name)) is not None]
    changed = sorted({node.name() for node, index in gone if not _is_ours(node.input(index))})
    return [f"{', '.join(changed)} had been connected elsewhere by hand and was left alone."] if changed else []


def _is_ours(node: nuke.Node | None) -> bool:
    """A later result for the same source lies between."""
    return node is not None and bool(placement_of(node))
