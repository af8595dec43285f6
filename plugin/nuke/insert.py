"""A result in the script: a Read, and a Switch between it and the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import nuke

from bridge.domain.host import HostFailure, Result

from .color import pick, says
from .marks import mark, placement_of, switch_among
from .script import dependents, uses_ocio, value_of
from .sources import has_expression, is_pattern, media_of

_BESIDE, _BELOW = 120, 60
"""Pixels of the node graph between the source, and the Read and Switch."""

_COPIED = ("before", "after")
"""What a Read shows outside its range."""

Wire = tuple[str, int]
"""A node by its full name, and one of its inputs."""


@dataclass(frozen=True)
class Inserted:
    read: str
    switch: str
    wires: tuple[Wire, ...]
    """What the source has fed and the switch feeds now."""
    notes: tuple[str, ...] = ()


def insertion_point(source: nuke.Node) -> tuple[nuke.Node, list[tuple[nuke.Node, int]]]:
    """The source, or the last of the switches of ours behind it, and what it feeds: results go above those before."""
    at, feeds = source, dependents(source)
    while (above := switch_among(feeds)) is not None:
        at, feeds = above, dependents(above)
    return at, feeds


def insert(source: nuke.Node, result: Result, placement: str) -> Inserted:
    """Everything is read back. Raises `HostFailure`; whoever calls undoes what was done until then."""
    at, feeds = insertion_point(source)
    with source.parent():
        read = nuke.nodes.Read()
        switch = nuke.nodes.Switch()
    for node in (read, switch):
        mark(node, placement, result.job)
    _load(read, source, result)
    _set_colour(read, source, result)
    _set_range(read, source, result)
    read["label"].setValue("Superwhite" if result.is_movie else "HDR")
    read.setXYpos(source.xpos() + _BESIDE, source.ypos())
    switch.setXYpos(at.xpos(), at.ypos() + _BELOW)
    _connect(switch, 0, at)
    _connect(switch, 1, read)
    switch["which"].setValue(1)
    if int(switch["which"].value()) != 1:
        raise HostFailure("Nuke did not set the Switch.", detail=f"which: {switch['which'].value()}")
    moved: list[Wire] = []
    notes: list[str] = []
    for node, index in feeds:
        node.setInput(index, switch)
        if node.input(index) == switch:
            moved.append((node.fullName(), index))
        elif node.Class() == "Viewer":  # a locked one keeps what it shows
            notes.append(f"“{node.name()}” is locked and still shows “{at.name()}”.")
        else:
            raise HostFailure(
                f"“{node.name()}” could not be connected to the result.",
                remedy="Unlock the node, then import again.",
            )
    return Inserted(read.fullName(), switch.fullName(), tuple(moved), tuple(notes))


def demand_editable(source: nuke.Node) -> None:
    """Raises `HostFailure` for a graph that Nuke would change without saying so, or not at all."""
    parent = source.parent()
    kind = parent.Class()
    if (
        isinstance(parent, nuke.Gizmo)
        or kind in ("LiveGroup", "Precomp")
        or (kind == "Group" and parent.subgraphLocked())
    ):
        raise HostFailure(
            f"“{source.name()}” is inside “{parent.name()}”, which cannot be changed.",
            remedy="Unlock it, or copy it to a Group, then lift the clip there.",
        )


def media_path(result: Result) -> str:
    """As Nuke writes paths, on every system."""
    return f"{result.directory}/{result.pattern}".replace("\\", "/")


def _load(read: nuke.Node, source: nuke.Node, result: Result) -> None:
    path = media_path(result)
    knob = cast(nuke.File_Knob, read["file"])
    # Unlike setValue, this sets the range as well, and takes numbers after a path for one.
    knob.fromUserText(path if result.is_movie else f"{path} {result.first}-{result.last}")
    if media_of(read) != path:
        raise HostFailure(
            f"Nuke reads the path of “{result.pattern}” as another one.",
            remedy="Choose an output folder without brackets, dollar and percent signs, and lift the clip again.",
            detail=f"{path} became {media_of(read)}",
        )
    if read.knob("localizationPolicy") is not None:
        read["localizationPolicy"].setValue("off")
    for name in _COPIED:
        if source.Class() == "Read" and source.knob(name) is not None:
            read[name].setValue(source[name].value())


def _set_colour(read: nuke.Node, source: nuke.Node, result: Result) -> None:
    read["raw"].setValue(False)
    knob = read["colorspace"]
    listed = [str(each) for each in nuke.getColorspaceList(knob)]
    name = _codes_like(source, listed) if result.is_movie else ""
    name = name or pick(result.color, listed, uses_ocio())
    knob.setValue(name)
    if not says(str(knob.value()), name) or read["raw"].value():
        raise HostFailure(
            f"Nuke does not read the result as “{name}”.",
            remedy="Check the OCIO configuration in the Project Settings, then import again.",
            detail=f"colorspace: {knob.value()}",
        )


def _codes_like(source: nuke.Node, listed: list[str]) -> str:
    """How the source's codes are read: those of a movie made of it mean the same. Empty where it holds no codes."""
    if source.Class() != "Read" or media_of(source).lower().endswith(".exr") or value_of(source, "raw", False):
        return ""
    current = str(source["colorspace"].value())
    return next((entry.split("\t")[0] for entry in listed if says(entry, current.split("\t")[0])), "")


def _set_range(read: nuke.Node, source: nuke.Node, result: Result) -> None:
    """The frames of the cut, at the frames of the script at which the source has them."""
    # Nuke counts the frames of a movie from 1.
    by = 1 if result.is_movie else 0
    whole = (result.first + by, result.last + by)
    cut = (whole[0] + result.handles_before, whole[1] - result.handles_after)
    wanted: dict[str, Any] = {"origfirst": whole[0], "origlast": whole[1], "first": cut[0], "last": cut[1]}
    for name, value in wanted.items():
        read[name].setValue(value)
    starts = int(source.firstFrame())
    if source.Class() == "Read" and has_expression(source):
        same = is_pattern(media_of(source)) and int(source["first"].value()) == cut[0]
        if not same:
            raise HostFailure(
                f"“{source.name()}” computes its frames from numbers that the result does not have.",
                remedy="Lift the clip again.",
            )
        read["frame_mode"].setValue("expression")
        read["frame"].setValue(source["frame"].value())
    elif cut[0] != starts:
        read["frame_mode"].setValue("start at")
        read["frame"].setValue(str(starts))
    found = {name: int(read[name].value()) for name in wanted}
    there = (int(read.firstFrame()), int(read.lastFrame()))
    if found != wanted or there != (starts, int(source.lastFrame())):
        raise HostFailure(
            f"The result does not have the frames of “{source.name()}”.",
            remedy="The source was changed since it was lifted: lift it again.",
            detail=f"{found}, at {there}; the source at {starts}-{source.lastFrame()}",
        )


def _connect(node: nuke.Node, index: int, above: nuke.Node) -> None:
    node.setInput(index, above)
    if node.input(index) != above:
        raise HostFailure(f"“{above.name()}” could not be connected to the Switch.")


def is_whole(switch: nuke.Node, read: nuke.Node, source: nuke.Node) -> bool:
    """Whether a result is still where it was put: behind its source, however many results lie between."""
    at: nuke.Node | None = switch
    for _ in range(100):
        if at is None or at == source:
            break
        at = at.input(0) if placement_of(at) else None
    return at is not None and switch.input(1) == read
