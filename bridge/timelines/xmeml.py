"""Final Cut Pro 7 XML, as Premiere Pro and DaVinci Resolve write it.

OpenTimelineIO's adapter reads it. It is written by adding to the document that was read, so that links, effects and all
else that the adapter does not know stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

import opentimelineio as otio

from bridge.domain.errors import TimelineUnsupported
from bridge.domain.frames import Timecode, nominal_rate
from bridge.timelines.adapters import only_timeline, read_with
from bridge.timelines.document import METADATA, Placement, clips_of
from bridge.timelines.xmlfile import child, xml_bytes

_MARK = "Superwhite: "


class XmemlDocument:
    def __init__(self, root: Element, path: Path) -> None:
        self._root = root
        self._elements: dict[str, Element] = {}
        self.timeline: Any = only_timeline(read_with("fcp_xml", tostring(root, encoding="unicode"), path), path)
        self.warnings: Sequence[str] = ()
        self._video = self._find_video(path)
        self._pair(path)

    def place(self, placements: Sequence[Placement]) -> tuple[bytes, list[str]]:
        warnings: list[str] = []
        video = self._video
        after = max(index for index, element in enumerate(video) if element.tag == "track") + 1
        for lane in range(max(each.lane for each in placements) + 1):
            track = Element("track")
            child(track, "enabled", "TRUE")
            child(track, "locked", "FALSE")
            here = [each for each in placements if each.lane == lane]
            for each in sorted(here, key=lambda placement: placement.clip.record_start):
                track.append(self._clipitem(each))
            video.insert(after + lane, track)
        for each in placements:
            _set(self._elements[each.clip.id], "enabled", "FALSE")
            if each.clip.reveal_before or each.clip.reveal_after:
                warnings.append(f"The transitions of “{each.clip.name}” are not on the HDR track, which cuts hard.")
        return xml_bytes(self._root, "xmeml"), warnings

    def _find_video(self, path: Path) -> Element:
        for sequence in self._root.iter("sequence"):
            video = sequence.find("media/video")
            if video is not None and video.find("track") is not None:
                return video
        raise TimelineUnsupported(f"“{path.name}” holds no video track.")

    def _pair(self, path: Path) -> None:
        """Note the element of every clip, and give to the clips what the adapter leaves in their elements."""
        tracks = [track for track in self.timeline.tracks if track.kind == otio.schema.TrackKind.Video]
        elements = self._video.findall("track")
        for number, (track, element) in enumerate(zip(tracks, elements, strict=False), start=1):
            track.enabled = _is_on(element)
            items = list(clips_of(track))
            found = [item for item in element if item.tag in ("clipitem", "generatoritem")]
            if len(tracks) != len(elements) or len(items) != len(found):
                raise TimelineUnsupported(
                    f"“{path.name}” is laid out in a way that Superwhite cannot follow.",
                    detail=f"video track {number}: {len(items)} clips in {len(found)} elements",
                )
            for place, (item, clipitem) in enumerate(zip(items, found, strict=True), start=1):
                self._elements[f"V{number}/{place}"] = clipitem
                item.enabled = _is_on(clipitem)
                if (clipitem.findtext("comments/clipcommenta") or "").startswith(_MARK):
                    item.metadata[METADATA] = {}
                if _is_retimed(clipitem):
                    item.effects.append(otio.schema.TimeEffect(effect_name="timeremap"))

    def _clipitem(self, placement: Placement) -> Element:
        clip, result, rate = placement.clip, placement.result, placement.rate
        identity = f"superwhite-{clip.id.replace('/', '-')}"
        item = Element("clipitem", id=self._free(identity))
        child(item, "name", placement.name)
        child(item, "enabled", "TRUE" if clip.enabled else "FALSE")
        child(item, "duration", str(result.frames))
        _rate(item, rate)
        child(item, "start", str(clip.record_start))
        child(item, "end", str(clip.record_end))
        child(item, "in", str(placement.placed.handles_before))
        child(item, "out", str(placement.placed.handles_before + placement.length))
        file = child(item, "file", id=self._free(f"{identity}-file"))
        child(file, "name", placement.bracket_name)
        child(file, "pathurl", placement.first_file.as_uri())
        _rate(file, rate)
        child(file, "duration", str(result.frames))
        timecode = child(file, "timecode")
        _rate(timecode, rate)
        child(timecode, "string", str(Timecode.from_frame(placement.first, rate)))
        child(timecode, "frame", str(placement.first))
        child(timecode, "displayformat", "NDF")
        picture = child(child(child(file, "media"), "video"), "samplecharacteristics")
        child(picture, "width", str(result.width))
        child(picture, "height", str(result.height))
        comments = child(item, "comments")
        child(comments, "clipcommenta", f"{_MARK}{result.sidecar}")
        child(
            comments,
            "clipcommentb",
            f"{result.color_name}, RGB 1.0 = {result.reference_white} cd/m2, from {clip.id} {clip.name}",
        )
        return item

    def _free(self, identity: str) -> str:
        taken = {element.get("id") for element in self._root.iter()}
        names = (identity if count == 1 else f"{identity}-{count}" for count in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)


def _set(element: Element, tag: str, text: str) -> None:
    found = element.find(tag)
    if found is None:
        found = Element(tag)
        element.insert(0, found)
    found.text = text


def _rate(parent: Element, rate: Fraction) -> None:
    nominal = nominal_rate(rate)
    element = child(parent, "rate")
    child(element, "timebase", str(nominal))
    child(element, "ntsc", "FALSE" if rate == nominal else "TRUE")


def _is_on(element: Element) -> bool:
    return (element.findtext("enabled") or "TRUE").strip().upper() != "FALSE"


def _is_retimed(clipitem: Element) -> bool:
    """Whether a time remap changes anything: Premiere Pro writes some that do not."""
    settings = {
        (parameter.findtext("parameterid") or "").strip(): (parameter.findtext("value") or "").strip().upper()
        for effect in clipitem.iterfind("filter/effect")
        if (effect.findtext("effectid") or "").strip() == "timeremap"
        for parameter in effect.iterfind("parameter")
    }
    return (
        re.fullmatch(r"100(\.0*)?", settings.get("speed", "100")) is None
        or settings.get("reverse", "FALSE") != "FALSE"
        or settings.get("variablespeed", "0") != "0"
    )
