"""CMX 3600 edit decision lists.

OpenTimelineIO's adapter reads the events. They are written by changing the lines of the list that was read: an EDL has
one video track and no way to say that a clip is off, so the HDR clips take the places of their sources, and the events,
transitions and comments of all others stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio

from bridge.domain.errors import TimelineUnsupported
from bridge.domain.frames import Timecode, nominal_rate
from bridge.timelines.adapters import read_with
from bridge.timelines.document import METADATA, Placement, clips_of

_TIMECODE = r"\d{2}:\d{2}:\d{2}[:;.,]\d{2,3}"
_EVENT = re.compile(
    rf"(?P<edit>\d{{1,6}})\s+(?P<reel>\S+)\s+(?P<channel>\S+)\s+(?P<kind>\S+(?:\s+\d+)?)\s+"
    rf"(?P<source_in>{_TIMECODE})\s+(?P<source_out>{_TIMECODE})\s+(?P<record_in>{_TIMECODE})\s+"
    rf"(?P<record_out>{_TIMECODE})\s*"
)
_ANY_TIMECODE = re.compile(rf"\b{_TIMECODE}\b")
_COMMENT = re.compile(
    r"\*\s*(?P<key>(?P<side>FROM|TO) (?P<what>CLIP NAME|CLIP|FILE)|SOURCE FILE)\s*:\s*(?P<value>.*)"
)
_SPEED = re.compile(r"M2\s+.*?\s(?P<speed>-?\d+(?:\.\d+)?)\s+" + _TIMECODE)
_DROP = re.compile(r"^\s*FCM:\s*DROP FRAME", re.MULTILINE | re.IGNORECASE)
_BRACKETS = re.compile(r"\[(\d+)-\d+\]")

_MARK = "* SUPERWHITE:"
_USUAL_RATES = (24, 25, 30, 50, 60)


@dataclass
class _Event:
    """Lines of the list, by number: those with timecodes, of which a transition has two, and those after them."""

    lines: list[int] = field(default_factory=list)
    comments: list[int] = field(default_factory=list)
    channel: str = ""


class EdlDocument:
    def __init__(self, text: str, path: Path, rate: Fraction | None) -> None:
        self._lines = text.splitlines()
        self._drop = _DROP.search(text) is not None or any(";" in code for code in _ANY_TIMECODE.findall(text))
        self._rate = rate or self._guess(text)
        self.warnings: list[str] = []
        if rate is None:
            self.warnings.append(
                f"An EDL states no frame rate; {float(self._rate):.5g} frames per second are assumed for “{path.name}”."
            )
        marked = _ANY_TIMECODE.sub(self._mark_drop, text) if self._drop and ";" not in text else text
        self.timeline: Any = read_with("cmx_3600", marked, path, rate=float(self._rate))
        _start_at_first_event(self.timeline)
        self._events = dict(self._video_events())
        self._complete(path)

    def place(self, placements: Sequence[Placement]) -> tuple[bytes, list[str]]:
        added: dict[int, list[str]] = {}
        for each in placements:
            event = self._events[each.clip.id]
            self._replace(event.lines[-1], each)
            side = "TO" if len(event.lines) > 1 else "FROM"
            added[event.lines[-1]] = self._describe(event, each, side)
            following = self._following(each.clip.id)
            if following is not None and len(following.lines) > 1:
                # The first line of a transition repeats the end of the clip that it leaves.
                self._replace(following.lines[0], each)
                self._describe(following, each, "FROM")
        lines = [text for number, line in enumerate(self._lines) for text in (line, *added.get(number, ()))]
        return ("\n".join(lines) + "\n").encode(), [
            "An EDL has one video track and cannot turn a clip off: in the new list the HDR clips stand in the places "
            "of their sources. The list that was read is as it was."
        ]

    def _guess(self, text: str) -> Fraction:
        """The lowest usual rate that has all the frame numbers in `text`."""
        highest = max((int(code[9:]) for code in _ANY_TIMECODE.findall(text)), default=0)
        rates = [rate for rate in _USUAL_RATES if rate > highest] or [_USUAL_RATES[-1]]
        if self._drop:
            return Fraction(60000 if highest >= 30 else 30000, 1001)
        return Fraction(rates[0])

    @staticmethod
    def _mark_drop(code: re.Match[str]) -> str:
        """Some systems say `FCM: DROP FRAME` and write plain colons."""
        return f"{code[0][:8]};{code[0][9:]}"

    def _video_events(self) -> Iterator[tuple[str, _Event]]:
        """Every event with a picture, with the id of its clip: as the adapter, one track for each channel name."""
        tracks: dict[str, int] = {}
        counts: dict[str, int] = {}
        for event in self._all_events():
            name = "V" if event.channel == "B" or event.channel.endswith("/V") else event.channel
            if name.startswith("A"):
                continue
            number = tracks.setdefault(name, len(tracks) + 1)
            counts[name] = counts.get(name, 0) + 1
            yield f"V{number}/{counts[name]}", event

    def _all_events(self) -> list[_Event]:
        events: list[_Event] = []
        edit = None
        for number, line in enumerate(self._lines):
            match = _EVENT.fullmatch(line.strip())
            if match is None:
                if events:
                    events[-1].comments.append(number)
                continue
            if int(match["edit"]) != edit:
                events.append(_Event())
            edit = int(match["edit"])
            events[-1].lines.append(number)
            events[-1].channel = match["channel"]
        return events

    def _complete(self, path: Path) -> None:
        """Tell the clips what their comments say and the adapter leaves out."""
        tracks = [track for track in self.timeline.tracks if track.kind == otio.schema.TrackKind.Video]
        clips = {
            f"V{n}/{k}": clip for n, t in enumerate(tracks, start=1) for k, clip in enumerate(clips_of(t), start=1)
        }
        if clips.keys() != self._events.keys():
            raise TimelineUnsupported(
                f"“{path.name}” is laid out in a way that Superwhite cannot follow.",
                detail=f"{len(clips)} clips in {len(self._events)} events",
            )
        nominal = nominal_rate(self._rate)
        for identity, clip in clips.items():
            event = self._events[identity]
            texts = [self._lines[number].strip() for number in event.comments]
            speeds = [match["speed"] for text in texts if (match := _SPEED.match(text))]
            if any(float(speed) not in (float(self._rate), nominal) for speed in speeds) and not clip.effects:
                clip.effects.append(otio.schema.TimeEffect(effect_name="M2"))
            if any(text.startswith(_MARK) for text in texts):
                clip.metadata[METADATA] = {}
            clip.media_reference = self._reference(clip, texts)

    def _reference(self, clip: Any, comments: Sequence[str]) -> Any:
        reference = clip.media_reference
        if isinstance(reference, otio.schema.ImageSequenceReference):
            # The adapter takes the source timecode for the first file, wherever in the sequence the event begins.
            head, tail, width = reference.name_prefix, reference.name_suffix, reference.frame_zero_padding
            folder = f"{reference.target_url_base}/" if reference.target_url_base else ""
            numbers = next((m[0] for text in comments if (m := _BRACKETS.search(text))), f"%0{width}d")
            return otio.schema.ExternalReference(f"{folder}{head}{numbers}{tail}")
        if isinstance(reference, otio.schema.MissingReference):
            for text in comments:
                match = _COMMENT.match(text)
                if match and match["key"] == "SOURCE FILE" and match["value"].strip():
                    return otio.schema.ExternalReference(match["value"].strip())
            # Premiere Pro and DaVinci Resolve write the name of the file only: it may lie beside the list.
            if Path(clip.name).suffix:
                return otio.schema.ExternalReference(clip.name)
        return reference

    def _following(self, identity: str) -> _Event | None:
        track, place = identity.split("/")
        return self._events.get(f"{track}/{int(place) + 1}")

    def _replace(self, number: int, placement: Placement) -> None:
        """Make the event line `number` one of the HDR clip, whose frames bear the numbers of their timecodes."""
        match = _EVENT.fullmatch(self._lines[number].strip())
        if match is None:
            raise ValueError(f"line {number} is no event")
        clip = placement.clip
        moved = placement.in_number - (clip.source_start + clip.reveal_before)
        codes = [self._moved(match[name], moved) for name in ("source_in", "source_out")]
        reel = re.sub(r"\s+", "_", placement.name)
        self._lines[number] = (
            f"{match['edit']}  {reel:8} {match['channel']:5} {match['kind']:8} "
            f"{codes[0]} {codes[1]} {match['record_in']} {match['record_out']}"
        )

    def _moved(self, code: str, by: int) -> str:
        if not by:
            return code
        drop = self._drop and nominal_rate(self._rate) % 30 == 0
        address = Timecode.parse(code)
        frame = Timecode(address.hours, address.minutes, address.seconds, address.frames, drop).to_frame(self._rate)
        text = str(Timecode.from_frame(frame + by, self._rate, drop))
        return f"{text[:8]}{code[8]}{text[9:]}"

    def _describe(self, event: _Event, placement: Placement, side: str) -> list[str]:
        """Put the HDR clip into the comments about `side`; returns those that are not there yet."""
        path = f"{placement.result.directory.as_posix()}/{placement.bracket_name}"
        wanted = {f"{side} CLIP NAME": placement.bracket_name, f"{side} CLIP": path}
        for number in event.comments:
            match = _COMMENT.match(self._lines[number].strip())
            if match is None:
                continue
            if match["key"] in (f"{side} FILE", "SOURCE FILE"):
                self._lines[number] = f"* {match['key']}: {path}"
            elif match["key"] in wanted:
                self._lines[number] = f"* {match['key']}: {wanted.pop(match['key'])}"
        sidecar = f"{_MARK} {placement.result.sidecar} FROM {placement.clip.name}"
        return [f"* {key}: {value}" for key, value in wanted.items()] + [sidecar]


def _start_at_first_event(timeline: Any) -> None:
    """Let the timeline begin with its first event, whose record timecode becomes that of the timeline.

    The adapter keeps record timecodes as source ranges of the tracks, with a negative start.
    """
    tracks = list(timeline.tracks)
    if not tracks:
        return
    zero = otio.opentime.RationalTime(0, tracks[0].duration().rate)
    starts = [zero if track.source_range is None else -track.source_range.start_time for track in tracks]
    first = min(starts)
    for track, start in zip(tracks, starts, strict=True):
        track.source_range = None
        if start > first:
            track.insert(0, otio.schema.Gap(source_range=otio.opentime.TimeRange(duration=start - first)))
    timeline.global_start_time = first
