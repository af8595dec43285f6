"""FCPXML, as Final Cut Pro and DaVinci Resolve write it.

OpenTimelineIO's adapter counts in whole frames per second (23 for 23.976), rounds down, and knows the assets of
versions before 1.9 only. So the document is read here, in exact seconds, and written by adding to it: titles, effects
and all else stay as they are. Element and attribute names are those of Apple's FCPXML DTD 1.8 to 1.13.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, indent

import opentimelineio as otio

from bridge.domain.errors import TimelineUnreadable, TimelineUnsupported
from bridge.domain.frames import nominal_rate
from bridge.timelines.document import METADATA, Placement
from bridge.timelines.xmlfile import child, xml_bytes

_MEDIA = ("asset-clip", "clip", "video")
_NESTED = ("ref-clip", "sync-clip", "mc-clip")
_MADE = ("title", "live-drawing")
_ITEMS = (*_MEDIA, *_NESTED, *_MADE, "audio", "gap", "audition", "spine")
_PICTURE_EFFECTS = (
    "adjust-blend",
    "adjust-conform",
    "adjust-corners",
    "adjust-crop",
    "adjust-stabilization",
    "adjust-transform",
    "filter-video",
    "filter-video-mask",
)
# What the DTD puts after the connected clips of a clip.
_AFTER_CONNECTED = (
    "marker",
    "chapter-marker",
    "rating",
    "keyword",
    "analysis-marker",
    "hidden-clip-marker",
    "audio-channel-source",
    "audio-role-source",
    "sync-source",
    "mc-source",
    "filter-video",
    "filter-video-mask",
    "filter-audio",
    "metadata",
)

_SECONDS = re.compile(r"\s*(-?\d{1,18}(?:\.\d{1,18}|/0*[1-9]\d{0,17})?)s?\s*", re.ASCII)
_LONGEST = 10**9  # seconds: thirty years


@dataclass(frozen=True)
class _Place:
    """An element on the timeline. Times are seconds from the start of the timeline.

    `anchor` is the item of the primary storyline that it is, or is connected to, and begins at `anchor_start`.
    """

    element: Element
    lane: int
    start: Fraction
    duration: Fraction
    anchor: Element
    anchor_start: Fraction


@dataclass(frozen=True)
class _Cut:
    """A transition: `lead` seconds of it lie before the cut."""

    lane: int
    at: Fraction
    lead: Fraction
    duration: Fraction
    name: str


class FcpxmlDocument:
    def __init__(self, root: Element, path: Path) -> None:
        self._root = root
        self._path = path
        self.warnings: Sequence[str] = ()
        projects = list(root.iter("project"))
        sequence = projects[0].find("sequence") if len(projects) == 1 else None
        spine = sequence.find("spine") if sequence is not None else None
        if sequence is None or spine is None:
            raise TimelineUnsupported(
                f"“{path.name}” holds {len(projects) or 'no'} projects, and one with a timeline is needed.",
                remedy="Export one project to a file.",
            )
        self._assets = {each.get("id", ""): each for each in root.iterfind("resources/asset")}
        self._formats = {each.get("id", ""): each for each in root.iterfind("resources/format")}
        rate = self._format_rate(sequence.get("format"))
        if rate is None:
            raise TimelineUnreadable(f"“{path.name}” states no frame rate for its timeline.")
        self._rate = rate
        self._places: list[_Place] = []
        self._cuts: list[_Cut] = []
        self._walk(spine, 0, Fraction(0), self._seconds(sequence, "tcStart"), None)
        self._by_id: dict[str, _Place] = {}
        self.timeline: Any = self._timeline(projects[0].get("name", ""), self._seconds(sequence, "tcStart"))

    def place(self, placements: Sequence[Placement]) -> tuple[bytes, list[str]]:
        warnings: list[str] = []
        top = max(each.lane for each in self._places)
        for each in placements:
            where = self._by_id[each.clip.id]
            if each.clip.reveal_before or each.clip.reveal_after:
                warnings.append(f"The transitions of “{each.clip.name}” are not on the HDR track, which cuts hard.")
            asset = self._assets.get(self._reference(where.element) or "")
            if asset is not None and asset.get("hasAudio") == "1" and where.element.get("srcEnable") != "video":
                warnings.append(
                    f"“{each.clip.name}” carries sound, which Final Cut Pro turns off with the clip: detach the sound "
                    "there before you export, or turn the clip on again below the HDR clip."
                )
            self._connect(each, where, top + 1 + each.lane)
            where.element.set("enabled", "0")
        return xml_bytes(self._root, "fcpxml"), warnings

    # Reading

    def _walk(
        self,
        storyline: Element,
        lane: int,
        begin: Fraction,
        own_begin: Fraction,
        anchor: tuple[Element, Fraction] | None,
    ) -> None:
        """Note what lies on a storyline, one after the other from `begin`, which is `own_begin` in its own time."""
        now = begin
        for element in storyline:
            if element.tag == "transition":
                self._cut(element, lane, now, self._seconds(element, "offset") - own_begin + begin)
            elif element.tag in _ITEMS:
                self._note(element, lane, now, anchor)
                now += self._duration(_active(element))

    def _note(self, element: Element, lane: int, start: Fraction, anchor: tuple[Element, Fraction] | None) -> None:
        element = _active(element)
        held = anchor or (element, start)
        if element.tag != "gap":
            self._places.append(_Place(element, lane, start, self._duration(element), *held))
        if element.tag not in ("gap", *_MEDIA, *_NESTED, *_MADE, "audio"):
            return
        local = self._seconds(element, "start")
        for connected in element:
            if connected.tag not in _ITEMS or connected.get("lane") is None:
                continue
            at = start + self._seconds(_active(connected), "offset") - local
            above = lane + self._lane(connected)
            if connected.tag == "spine":
                self._walk(connected, above, at, Fraction(0), held)
            else:
                self._note(connected, above, at, held)

    def _lane(self, element: Element) -> int:
        try:
            return int(element.get("lane", "0"))
        except ValueError as error:
            raise self._unreadable(f"lane {element.get('lane')}") from error

    def _cut(self, transition: Element, lane: int, at: Fraction, offset: Fraction) -> None:
        duration = self._seconds(transition, "duration")
        lead = at - offset if transition.get("offset") else duration / 2
        if not 0 <= lead <= duration:  # the storyline of some programs does not count from the timecode
            lead = duration / 2
        self._cuts.append(_Cut(lane, at, lead, duration, transition.get("name", "")))

    def _timeline(self, name: str, start: Fraction) -> Any:
        timeline = otio.schema.Timeline(name, global_start_time=self._time(start, self._rate))
        lanes = sorted({place.lane for place in self._places if not self._is_sound(place.element)})
        for number, lane in enumerate(lanes, start=1):
            track = otio.schema.Track(f"V{number}", kind=otio.schema.TrackKind.Video)
            timeline.tracks.append(track)
            now = Fraction(0)
            cuts = {cut.at: cut for cut in self._cuts if cut.lane == lane}
            places = [each for each in self._places if each.lane == lane and not self._is_sound(each.element)]
            for index, place in enumerate(sorted(places, key=lambda each: each.start), start=1):
                if place.start < now:
                    raise self._unreadable(f"“{place.element.get('name')}” overlaps another clip in lane {lane}")
                if place.start > now:
                    self._append_cut(track, cuts.pop(now, None))
                    length = self._time(place.start - now, self._rate)
                    track.append(otio.schema.Gap(source_range=otio.opentime.TimeRange(duration=length)))
                self._append_cut(track, cuts.pop(place.start, None))
                track.append(self._item(place))
                self._by_id[f"V{number}/{index}"] = place
                now = place.start + place.duration
            self._append_cut(track, cuts.pop(now, None))
        return timeline

    def _append_cut(self, track: Any, cut: _Cut | None) -> None:
        if cut is not None:
            track.append(
                otio.schema.Transition(
                    name=cut.name,
                    transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
                    in_offset=self._time(cut.lead, self._rate),
                    out_offset=self._time(cut.duration - cut.lead, self._rate),
                )
            )

    def _item(self, place: _Place) -> Any:
        element = place.element
        length = self._time(place.duration, self._rate)
        name = element.get("name", "")
        if element.tag in _NESTED or (element.tag == "clip" and element.find("spine") is not None):
            item = otio.schema.Stack(name, source_range=otio.opentime.TimeRange(duration=length))
        else:
            asset = self._assets.get(self._reference(element) or "")
            if asset is None:
                reference = otio.schema.GeneratorReference(name=name)
                item = otio.schema.Clip(name, reference, otio.opentime.TimeRange(duration=length))
            else:
                item = self._media_clip(element, asset, name, length)
        item.enabled = element.get("enabled", "1") != "0"
        item.effects.extend(otio.schema.Effect(effect_name=e.tag) for e in element if e.tag in _PICTURE_EFFECTS)
        if self._is_retimed(element):
            item.effects.append(otio.schema.TimeEffect(effect_name="timeMap"))
        return item

    def _media_clip(self, element: Element, asset: Element, name: str, length: Any) -> Any:
        rate = self._format_rate(asset.get("format")) or self._rate
        start, duration = self._seconds(asset, "start"), self._seconds(asset, "duration")
        available = otio.opentime.TimeRange(self._time(start, rate), self._time(duration, rate))
        url = asset.get("src") or next((each.get("src", "") for each in asset.iterfind("media-rep")), "")
        clip = otio.schema.Clip(name)
        if url:
            clip.media_reference = otio.schema.ExternalReference(url, available)
        else:
            clip.media_reference = otio.schema.MissingReference(available_range=available)
        in_point = self._time(self._in_point(element, start), rate)
        clip.source_range = otio.opentime.TimeRange(in_point, length)
        if any(each.get("key", "").startswith(f"com.{METADATA}.") for each in element.iterfind("metadata/md")):
            clip.metadata[METADATA] = {}
        return clip

    def _in_point(self, element: Element, asset_start: Fraction) -> Fraction:
        """The first frame in the media's own time."""
        if element.get("start") is None:
            return asset_start
        start = self._seconds(element, "start")
        inner = element.find("video") if element.tag == "clip" else None
        if inner is None:
            return start
        offset = self._seconds(inner, "offset")
        if not offset <= start < offset + self._seconds(inner, "duration"):
            # OpenTimelineIO writes media time here, and an offset of 0 that has no meaning.
            return start
        return start - offset + (self._seconds(inner, "start") if inner.get("start") else asset_start)

    def _is_retimed(self, element: Element) -> bool:
        if element.find("timeMap") is not None:
            return True
        conform = element.find("conform-rate")
        if conform is None or conform.get("scaleEnabled", "1") == "0" or conform.get("srcFrameRate") is None:
            return False
        try:
            return round(float(conform.get("srcFrameRate", ""))) != nominal_rate(self._rate)
        except ValueError as error:
            raise self._unreadable(f"srcFrameRate {conform.get('srcFrameRate')}") from error

    def _is_sound(self, element: Element) -> bool:
        if element.tag == "audio" or element.get("srcEnable") == "audio":
            return True
        if element.tag == "clip":
            return element.find("video") is None and element.find("spine") is None
        asset = self._assets.get(self._reference(element) or "")
        return asset is not None and asset.get("hasVideo", "0") != "1" and asset.get("hasAudio") == "1"

    def _reference(self, element: Element) -> str | None:
        if element.tag == "clip":
            inner = element.find("video")
            return inner.get("ref") if inner is not None else None
        return element.get("ref")

    def _duration(self, element: Element) -> Fraction:
        if element.tag == "spine":
            return Fraction(0)
        if element.get("duration") is None:
            asset = self._assets.get(self._reference(element) or "")
            return self._seconds(asset, "duration") if asset is not None else Fraction(0)
        return self._seconds(element, "duration")

    def _format_rate(self, identity: str | None) -> Fraction | None:
        found = self._formats.get(identity or "")
        if found is None or not found.get("frameDuration"):
            return None
        duration = self._seconds(found, "frameDuration")
        if not Fraction(1, 1000) <= duration < 1:
            raise self._unreadable(f"frameDuration {found.get('frameDuration')}")
        return 1 / duration

    def _seconds(self, element: Element, attribute: str) -> Fraction:
        """A time such as `1001/24000s` or `3600s`; 0 where it is not written, as the DTD says."""
        text = element.get(attribute)
        if text is None:
            return Fraction(0)
        match = _SECONDS.fullmatch(text)
        if match is None or abs(seconds := Fraction(match[1])) > _LONGEST:
            raise self._unreadable(f"{attribute} {text[:40]}")
        return seconds

    def _unreadable(self, detail: str) -> TimelineUnreadable:
        return TimelineUnreadable(f"“{self._path.name}” cannot be read as a timeline.", detail=detail)

    @staticmethod
    def _time(seconds: Fraction, rate: Fraction) -> Any:
        return otio.opentime.RationalTime(float(seconds * rate), float(rate))

    # Writing

    def _connect(self, placement: Placement, where: _Place, lane: int) -> None:
        offset = self._seconds(where.anchor, "start") + where.start - where.anchor_start
        asset, form = self._add_asset(placement)
        clip = Element(
            "asset-clip",
            {
                "ref": asset,
                "lane": str(lane),
                "offset": _written(offset),
                "name": placement.name,
                "start": _written(placement.in_number / placement.rate),
                "duration": _written(where.duration),
                "format": form,
                "tcFormat": "NDF",
                "enabled": "1" if placement.clip.enabled else "0",
            },
        )
        metadata = child(clip, "metadata")
        for key, value in placement.metadata.items():
            child(metadata, "md", key=f"com.{METADATA}.{key}", value=value)
        indent(clip)
        after = (index for index, element in enumerate(where.anchor) if element.tag in _AFTER_CONNECTED)
        where.anchor.insert(next(after, len(where.anchor)), clip)

    def _add_asset(self, placement: Placement) -> tuple[str, str]:
        """A new asset and its format, as ids. The format is not the source's, whose colour space is another."""
        resources = self._root.find("resources")
        if resources is None:
            raise self._unreadable("no resources")
        result, rate = placement.result, placement.rate
        form, identity = self._free("r"), self._free("r", 1)
        child(
            resources,
            "format",
            id=form,
            frameDuration=_written(1 / rate),
            width=str(result.width),
            height=str(result.height),
        )
        asset = child(
            resources,
            "asset",
            id=identity,
            name=placement.bracket_name,
            start=_written(placement.first / rate),
            duration=_written(result.frames / rate),
            hasVideo="1",
            format=form,
        )
        source = placement.first_file.as_uri()
        if self._version() < (1, 9):
            asset.set("src", source)
        else:
            child(asset, "media-rep", kind="original-media", src=source)
        return identity, form

    def _free(self, prefix: str, skip: int = 0) -> str:
        taken = {element.get("id") for element in self._root.iter()}
        names = [name for n in range(1, len(taken) + 3) if (name := f"{prefix}{n}") not in taken]
        return names[skip]

    def _version(self) -> tuple[int, ...]:
        try:
            return tuple(int(part) for part in self._root.get("version", "").split("."))
        except ValueError as error:
            raise self._unreadable(f"version {self._root.get('version')}") from error


def _active(element: Element) -> Element:
    """The take of an audition that plays, its first."""
    while element.tag == "audition" and len(element):
        element = element[0]
    return element


def _written(seconds: Fraction) -> str:
    return f"{seconds}s"
