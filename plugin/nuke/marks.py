"""How nodes of ours are known again: by knobs, which are saved with the script and survive new names."""

from __future__ import annotations

import nuke

from .script import every_node, named, value_of

PLACEMENT, JOB = "superwhite_placement", "superwhite_job"
TILE_COLOUR = 0x4ECD25FF
_CLASSES = ("Read", "Switch")


def mark(node: nuke.Node, placement: str, job: str) -> None:
    node.addKnob(nuke.Tab_Knob("superwhite", "Superwhite"))
    for name, label, value in ((PLACEMENT, "placement", placement), (JOB, "job", job)):
        knob = nuke.String_Knob(name, label)
        node.addKnob(knob)
        knob.setValue(value)
        knob.setEnabled(False)
    node["tile_color"].setValue(TILE_COLOUR)


def placement_of(node: nuke.Node) -> str:
    """Empty for a node that is none of ours."""
    return str(value_of(node, PLACEMENT, ""))


def job_of(node: nuke.Node) -> str:
    return str(value_of(node, JOB, ""))


def ours(names: tuple[str, ...], placement: str) -> dict[str, nuke.Node]:
    """The nodes of a placement by their class, wherever they are now.

    `names` are those that they had: a Non-commercial Nuke lists ten nodes only, but finds every one by its name.
    """
    found = _of(placement, [node for name in names if (node := named(name)) is not None])
    return found if len(found) == len(_CLASSES) else {**_of(placement, every_node()), **found}


def _of(placement: str, nodes: list[nuke.Node]) -> dict[str, nuke.Node]:
    return {node.Class(): node for node in nodes if node.Class() in _CLASSES and placement_of(node) == placement}


def switch_among(feeds: list[tuple[nuke.Node, int]]) -> nuke.Node | None:
    """The switch of ours that stands behind a source, of all that the source feeds."""
    for node, index in feeds:
        if index == 0 and node.Class() == "Switch" and placement_of(node):
            return node
    return None
