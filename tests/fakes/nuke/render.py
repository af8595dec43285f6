"""Pictures: small, real EXR files, whose pixels tell what they were made of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import OpenEXR

if TYPE_CHECKING:
    from .app import App
    from .graph import Op

SHAPE = 4
"""Columns that a Roto's shape covers, from the left."""


def render(app: App, write: Op, frame: int) -> None:
    if write.kind != "Write":
        raise RuntimeError(f"{write.name} is not executable")
    knobs = write.knobs
    path = Path(re.sub(r"%0?(\d*)d", lambda m: f"{frame:0{m[1] or 1}d}", app.evaluate(knobs["file"])))
    if knobs["file_type"] != "exr":
        raise RuntimeError(f"{write.name}: no file type")
    if not path.parent.is_dir():
        if not knobs["create_directories"]:
            raise RuntimeError(f"{write.name}: {path.parent} does not exist")
        path.parent.mkdir(parents=True)
    if write.inputs[:1] in ([], [None]):
        raise RuntimeError(f"{write.name} has no input")
    planes = picture(app, app.graph.ops[write.inputs[0]], frame)
    names = {"alpha": "A", "rgb": "RGB", "rgba": "RGBA"}[knobs["channels"]]
    kind = np.float16 if knobs["datatype"] == "16 bit half" else np.float32
    scale = 2 if app.graph.ops[0].knobs["proxy"] else 1
    header = {
        "type": OpenEXR.scanlineimage,
        "compression": OpenEXR.ZIPS_COMPRESSION if "1 scan" in knobs["compression"] else OpenEXR.ZIP_COMPRESSION,
        "comments": "raw" if knobs["raw"] else knobs["colorspace"],
    }
    channels = {name: np.ascontiguousarray(planes[name][::scale, ::scale]).astype(kind) for name in names}
    OpenEXR.File(header, channels).write(str(path))


def picture(app: App, op: Op, frame: int) -> dict[str, np.ndarray]:
    """Red is the frame's number in hundredths; alpha what stands in `stated`, and the shape of a Roto."""
    width, height = app.size_of(op)
    if op.kind in ("Roto", "RotoPaint"):
        above = next((picture(app, app.graph.ops[each], frame) for each in op.inputs if each is not None), None)
        planes = above or {name: np.zeros((height, width)) for name in "RGBA"}
        if op.knobs["replace"]:
            planes = {**planes, "A": np.zeros((height, width))}
        alpha = planes["A"].copy()
        alpha[:, :SHAPE] = 1
        return {**planes, "A": alpha}
    for each in op.inputs:
        if each is not None:
            return picture(app, app.graph.ops[each], frame)
    return {
        "R": np.full((height, width), frame / 100),
        "G": np.zeros((height, width)),
        "B": np.zeros((height, width)),
        "A": np.full((height, width), float(op.stated.get("alpha", 0))),
    }
