"""Selected nodes as clips."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, cast

import nuke

from bridge.domain.host import HostClip
from plugin.hosting.rates import exact_rate

from .marks import placement_of
from .masks import masks_of
from .script import script_rate, value_of

_SILENT = frozenset({"Viewer", "BackdropNode", "StickyNote", "Dot", "Input", "Output"})
"""Nodes that are selected along with others by a rectangle; nobody means them."""

_VIEWS = ("%V", "%v")
_NUMBER = re.compile(r"%0?(?P<width>\d*)d")


@dataclass(frozen=True)
class Source:
    """`first` and `last` number the files that must exist, both included, where `media` is a pattern."""

    clip: HostClip
    first: int = 0
    last: int = 0


def is_meant(node: nuke.Node) -> bool:
    return node.Class() not in _SILENT


def describe(node: nuke.Node, rotos: list[nuke.Node]) -> Source:
    """What this node is to Superwhite; files are not looked at. `rotos` are selected with it."""
    first, last = int(node.firstFrame()), int(node.lastFrame())
    clip = HostClip(
        id=node.fullName(),
        name=node.name(),
        media=None,
        track_name=_group_name(node),
        rate=script_rate(),
        record_start=first,
        record_end=last + 1,
        source_start=first,
        source_end=last + 1,
        media_start_known=False,
        enabled=not value_of(node, "disable", False),
        masks=masks_of(node, rotos),
    )
    if placement_of(node):
        return Source(_refused(clip, "This is a result of Superwhite."))
    if node.Class() == "Read":
        return _read(node, clip)
    if not any(channel.startswith("rgba.") for channel in node.channels()):
        return Source(_refused(clip, "The node carries no picture."))
    return Source(_rendered(clip, "The node is no Read: Nuke renders it first."))


def checked(source: Source) -> HostClip:
    """The clip, after a look at the drive: not on Nuke's main thread."""
    clip, media = source.clip, source.clip.media
    if media is None or not clip.liftable:
        return clip
    files = {file_of(media, number) for number in (source.first, source.last)}
    missing = sorted(file for file in files if not os.path.isfile(file))  # noqa: PTH113
    if not missing:
        return clip
    return replace(clip, liftable=False, reason=f"The media is offline: “{PurePath(missing[0]).name}” is not there.")


def media_of(read: nuke.Node) -> str:
    """The file or printf pattern that a Read reads, evaluated and absolute; views are not filled in."""
    knob = cast(nuke.File_Knob, read["file"])
    path = str(knob.getEvaluatedValue() or "")
    if path and not PurePath(path).is_absolute():
        root = nuke.root()
        folder = str(cast(nuke.File_Knob, root["project_directory"]).getEvaluatedValue() or "")
        path = os.path.join(folder or os.path.dirname(str(root.name())), path)  # noqa: PTH118, PTH120
    return path


def is_pattern(media: str) -> bool:
    """Whether a number goes into it: Nuke turns `####` into `%04d` itself."""
    return _NUMBER.search(media) is not None


def file_of(media: str, number: int) -> str:
    return _NUMBER.sub(lambda match: f"{number:0{match['width'] or 1}d}", media)


def _read(read: nuke.Node, clip: HostClip) -> Source:
    media = media_of(read)
    if not media:
        return Source(_refused(clip, "The Read has no file."))
    if any(token in media for token in _VIEWS):
        views = nuke.views()
        if len(views) > 1:
            return Source(_refused(clip, "The Read has a file for each view: use one Read for each view."))
        media = media.replace("%V", views[0]).replace("%v", views[0][:1])
    first, last = int(read["first"].value()), int(read["last"].value())
    numbered = is_pattern(media)
    # Files go by their own numbers. A movie's frames have none: Nuke calls the first of them `origfirst`, which is 1.
    base = 0 if numbered else int(read["origfirst"].value())
    clip = replace(
        clip,
        media=media,
        source_rate=_own_rate(read),
        source_start=first - base,
        source_end=last + 1 - base,
        media_start_known=not numbered,
    )
    if last < first:
        return Source(_refused(clip, "The Read ends before it begins."))
    if read.lastFrame() - read.firstFrame() != last - first or (not numbered and has_expression(read)):
        return Source(_rendered(replace(clip, media=None), "The Read is retimed: Nuke renders it first."))
    return Source(clip, first, last) if numbered else Source(clip)


def has_expression(read: nuke.Node) -> bool:
    """Whether a Read computes which frame it reads, so that its frames have no fixed place in the script."""
    return str(value_of(read, "frame_mode", "")) == "expression" and bool(str(value_of(read, "frame", "")).strip())


def _own_rate(read: nuke.Node) -> str:
    stated: Any = read.metadata("input/frame_rate")
    rate = exact_rate(float(stated)) if isinstance(stated, (int, float)) else None
    return str(rate) if rate else script_rate()  # Nuke plays frame for frame


def _group_name(node: nuke.Node) -> str:
    return node.fullName().rpartition(".")[0]


def _refused(clip: HostClip, reason: str) -> HostClip:
    return replace(clip, liftable=False, reason=reason)


def _rendered(clip: HostClip, reason: str) -> HostClip:
    """Media is made of it over the node's range in the script, frame for frame at the script's rate."""
    return replace(
        clip,
        liftable=False,
        exportable=True,
        reason=reason,
        source_rate=clip.rate,
        source_start=clip.record_start,
        source_end=clip.record_end,
        media_start_known=False,
    )
