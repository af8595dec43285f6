"""Frames that Nuke renders, through a Write that is gone afterwards as if it had never been."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import Any

import nuke

from bridge.domain.host import HostFailure

from .color import pick, says
from .masks import is_roto
from .script import uses_ocio

NUMBER = "%08d"
PLATE_COLOUR = "lin_rec709"
"""What plates are rendered in: scene-linear Rec.709, 1.0 being reference white."""

_MOST_FREE = (1920, 1080)
"""What a Non-commercial Nuke renders at most."""


def render_plate(node: nuke.Node, file: str, first: int, last: int) -> None:
    """RGB, linear Rec.709, half. Blocks Nuke, which shows its own progress and lets the user cancel."""
    with _write(node, file, first, last) as write:
        write["channels"].setValue("rgb")
        knob = write["colorspace"]
        name = pick(PLATE_COLOUR, nuke.getColorspaceList(knob), uses_ocio())
        knob.setValue(name)
        if not says(str(knob.value()), name):
            raise HostFailure(
                f"Nuke does not render in “{name}”.",
                remedy="Check the OCIO configuration in the Project Settings.",
                detail=f"colorspace: {knob.value()}",
            )


def render_matte(node: nuke.Node, file: str, first: int, last: int) -> None:
    """The alpha of `node` alone; of a Roto its shapes, without what the alpha held that it is drawn on."""
    replace = node.knob("replace") if is_roto(node) else None
    with _write(node, file, first, last, replace) as write:
        write["channels"].setValue("alpha")
        write["raw"].setValue(True)


@contextmanager
def _write(
    node: nuke.Node, file: str, first: int, last: int, meanwhile: nuke.Knob | None = None
) -> Generator[nuke.Node, None, None]:
    """A Write behind `node`, to be set up in the block; it renders at its end. Nothing of it is left, come what may.

    The knob `meanwhile` is on as long as it renders.
    """
    _demand_size(node)
    root = nuke.root()
    with ExitStack() as restored:
        if not root.modified():
            restored.callback(root.setModified, False)
        if not nuke.Undo.disabled():
            nuke.Undo.disable()
            restored.callback(nuke.Undo.enable)
        # Proxy mode would render at the size of the proxy.
        restored.enter_context(_changed(root["proxy"], False))
        if meanwhile is not None:
            restored.enter_context(_changed(meanwhile, True))
        with node.parent():
            write = nuke.nodes.Write()
        restored.callback(nuke.delete, write)
        if not write.setInput(0, node):
            raise HostFailure(f"“{node.name()}” cannot be rendered.", detail=node.Class())
        write["file"].setValue(file)
        write["file_type"].setValue("exr")  # the knobs of a format exist once it has been chosen
        write["datatype"].setValue("16 bit half")
        write["compression"].setValue("Zip (1 scanline)")
        write["create_directories"].setValue(True)
        yield write
        try:
            nuke.execute(write, first, last, 1, [nuke.views()[0]])
        except RuntimeError as error:
            raise _failed(node, str(error)) from error


@contextmanager
def _changed(knob: nuke.Knob, value: Any) -> Generator[None, None, None]:
    before = knob.value()
    knob.setValue(value)
    try:
        yield
    finally:
        knob.setValue(before)


def _demand_size(node: nuke.Node) -> None:
    if nuke.env["nc"] and (node.width() > _MOST_FREE[0] or node.height() > _MOST_FREE[1]):
        raise HostFailure(
            f"Nuke Non-commercial renders no picture of {node.width()} by {node.height()} pixels.",
            kind="unsupported",
            remedy="Use a Read for the media itself, or reformat to 1920 by 1080.",
        )


def _failed(node: nuke.Node, message: str) -> HostFailure:
    if "cancel" in message.lower():
        return HostFailure(f"The render of “{node.name()}” was cancelled.", detail=message)
    return HostFailure(
        f"Nuke could not render “{node.name()}”.",
        remedy="Look for errors in the nodes above it.",
        detail=message,
    )


def range_of(node: nuke.Node) -> tuple[int, int]:
    """First and last frame of `node` in the script. Raises `HostFailure` where they cannot be numbers of files."""
    first, last = int(node.firstFrame()), int(node.lastFrame())
    if first < 0 or last < first:
        raise HostFailure(
            f"“{node.name()}” runs from frame {first} to {last}, which cannot be rendered into numbered files.",
            remedy="Move it to begin at frame 0 or later.",
        )
    return first, last


Render = Callable[[nuke.Node, str, int, int], None]
