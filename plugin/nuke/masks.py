"""Mattes that a clip brings along: its alpha, and Roto nodes."""

from __future__ import annotations

import nuke

from bridge.domain.host import HostMask

ALPHA = "alpha"
_ROTO = ("Roto", "RotoPaint")
_MOST_STEPS = 50
"""How far up a tree is searched for Roto nodes."""


def is_roto(node: nuke.Node) -> bool:
    return node.Class() in _ROTO


def masks_of(node: nuke.Node, rotos: list[nuke.Node]) -> tuple[HostMask, ...]:
    """The alpha of `node`, the Roto nodes selected with it, those drawn right on it, and those that it comes from."""
    found: dict[str, HostMask] = {}
    if "rgba.alpha" in node.channels():
        found[ALPHA] = HostMask(ALPHA, f"Alpha of {node.name()}", "alpha")
    drawn = [each for each in node.dependent(nuke.INPUTS, False) if is_roto(each)]
    for roto in (*rotos, *drawn, *_above(node)):
        if roto != node:
            found.setdefault(roto.fullName(), HostMask(roto.fullName(), roto.name(), "matte"))
    return tuple(found.values())


def _above(node: nuke.Node) -> list[nuke.Node]:
    found: list[nuke.Node] = []
    seen: set[str] = set()
    waiting = [node]
    while waiting and len(seen) < _MOST_STEPS:
        each = waiting.pop(0)
        if each.fullName() in seen:
            continue
        seen.add(each.fullName())
        if is_roto(each):
            found.append(each)
        waiting += [above for index in range(each.inputs()) if (above := each.input(index)) is not None]
    return found
