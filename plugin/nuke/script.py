"""The script that is open: its identity, and its nodes."""

from __future__ import annotations

import uuid
from pathlib import PurePath
from typing import Any

import nuke

from bridge.domain.host import HostFailure
from plugin.hosting.rates import exact_rate

_UNSAVED = ("", "Root")
"""What Root is called until the script has a file."""


class Script:
    """Knows a script again that is saved under another name, as is done for every version of a shot.

    Every method belongs to Nuke's main thread.
    """

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._untitled = ""
        self._forget()
        nuke.addOnScriptLoad(self._forget)
        nuke.addOnScriptClose(self._forget)

    def close(self) -> None:
        nuke.removeOnScriptLoad(self._forget)
        nuke.removeOnScriptClose(self._forget)

    def project(self) -> str:
        name = str(nuke.root().name())
        project = self._untitled if name in _UNSAVED else name
        self._names.add(project)
        return project

    def title(self) -> str:
        name = str(nuke.root().name())
        return "Untitled" if name in _UNSAVED else PurePath(name).name

    def is_open(self, project: str) -> bool:
        """Whether this is the script that was open when `project` was told."""
        return project == self.project() or project in self._names

    def _forget(self) -> None:
        self._names.clear()
        self._untitled = f"untitled:{uuid.uuid4().hex}"


def script_rate() -> str:
    return str(exact_rate(float(nuke.root().realFps())) or 24)


def uses_ocio() -> bool:
    return str(value_of(nuke.root(), "colorManagement", "Nuke")) == "OCIO"


def value_of(node: nuke.Node, name: str, default: Any = None) -> Any:
    """The value of a knob; `default` where the node has none of this name."""
    knob = node.knob(name)
    return default if knob is None else knob.value()


def selected_nodes() -> list[nuke.Node]:
    """In the node graph that was worked in last, which may be that of a Group."""
    hit: Any = getattr(nuke, "lastHitGroup", None)
    group: nuke.Group = hit() if hit is not None else nuke.root()
    return list(group.selectedNodes())


def named(name: str) -> nuke.Node | None:
    """The node of this full name, `Group1.Read2` inside a group, whatever the current context is."""
    with nuke.root():
        return nuke.toNode(name)


def node_named(name: str) -> nuke.Node:
    node = named(name)
    if node is None:
        raise HostFailure(
            f"“{name}” is not in the script any more, or has another name now.",
            remedy="Undo the change, or lift the clip anew.",
        )
    return node


def dependents(node: nuke.Node) -> list[tuple[nuke.Node, int]]:
    """Every input in the node's own graph that `node` feeds.

    Every node is looked at, for `dependent` answers from a cache, and the first time after a change with what was true
    before. A Non-commercial Nuke lists ten nodes at most, so there it is asked nevertheless, twice.
    """
    if nuke.env["nc"]:
        mask = nuke.INPUTS | nuke.HIDDEN_INPUTS
        node.dependent(mask, True)
        candidates = node.dependent(mask, True)
    else:
        candidates = node.parent().nodes()
    found = [
        (each, index)
        for each in candidates
        for index in range(each.inputs())
        if (above := each.input(index)) is not None and above == node
    ]
    return sorted(found, key=lambda wire: (wire[0].fullName(), wire[1]))


def every_node() -> list[nuke.Node]:
    """All nodes of the script, those inside groups too."""
    with nuke.root():
        return list(nuke.allNodes(recurseGroups=True))
