"""Sequences, tracks and their items: new wrappers with every answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .media import Clip, MediaSource, Tag, TimeBase, new_guid

if TYPE_CHECKING:
    from .app import App, Project

APP: list[App] = []
"""The one that runs."""


def app() -> App:
    found = APP[-1]
    found.demand_main()
    return found


class MediaType:
    kVideo, kAudio = 1, 2


@dataclass
class ItemData:
    name: str
    kind: int = MediaType.kVideo
    source: Any = None
    times: list[float] = field(default_factory=lambda: [0, 0, 0.0, 0.0])
    """Timeline in and out, source in and out; outs are inclusive."""
    speed: float = 1.0
    enabled: bool = True
    tags: list[Tag] = field(default_factory=list)
    linked: list[Any] = field(default_factory=list)
    into: Any = None
    out: Any = None
    track: Any = None
    guid: str = field(default_factory=new_guid)


class _Wrapper:
    def __init__(self, data: Any) -> None:
        self._data = data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Wrapper) and other._data is self._data

    def __hash__(self) -> int:
        return id(self._data)

    def guid(self) -> str:
        return str(self._data.guid)

    def name(self) -> str:
        return str(self._data.name)


class Transition:
    def __init__(self, first: int, last: int) -> None:
        self._first, self._last = first, last

    def timelineIn(self) -> int:
        return self._first

    def timelineOut(self) -> int:
        return self._last


class EffectTrackItem:
    def __init__(self, kind: str) -> None:
        self._kind = kind

    def isRetimeEffect(self) -> bool:
        return self._kind == "TimeWarp"


class TrackItem(_Wrapper):
    MediaType = MediaType
    kVideo, kAudio = MediaType.kVideo, MediaType.kAudio

    def isNull(self) -> bool:
        return self._data.track is None

    def mediaType(self) -> object:
        return self._data.kind

    def parentTrack(self) -> VideoTrack | None:
        return None if self._data.track is None else VideoTrack(self._data.track)

    def source(self) -> Any:
        found = self._data.source
        return Clip(found._data) if isinstance(found, Clip) else found

    def setSource(self, clip: Clip) -> Clip:
        self._data.source = clip
        if self._data.track is None:  # its length becomes that of the clip
            frames = clip.mediaSource().duration()
            self._data.times = [0, frames - 1, 0.0, float(frames - 1)]
        return clip

    def sourceIn(self) -> float:
        return float(self._data.times[2])

    def sourceOut(self) -> float:
        return float(self._data.times[3])

    def timelineIn(self) -> int:
        return int(self._data.times[0])

    def timelineOut(self) -> int:
        return int(self._data.times[1])

    def setTimes(self, timelineIn: int, timelineOut: int, sourceIn: float, sourceOut: float) -> None:
        app().edit("times")
        self._data.times = [timelineIn, timelineOut, float(sourceIn), float(sourceOut)]
        span = timelineOut - timelineIn
        self._data.speed = (sourceOut - sourceIn) / span if span else 1.0

    def playbackSpeed(self) -> float:
        return float(self._data.speed)

    def isEnabled(self) -> bool:
        return bool(self._data.enabled)

    def setEnabled(self, enable: bool) -> None:
        app().edit("enabled")
        if not self._data.track.locked and "setEnabled" not in app().refused:
            self._data.enabled = enable

    def inTransition(self) -> Transition | None:
        return self._data.into

    def outTransition(self) -> Transition | None:
        return self._data.out

    def linkedItems(self) -> tuple[Any, ...]:
        return tuple(self._data.linked)

    def tags(self) -> tuple[Tag, ...]:
        return tuple(tag._copy() for tag in self._data.tags)

    def addTag(self, tag: Tag) -> Tag:
        app().edit("tag")
        self._data.tags.append(tag._copy())
        return self._data.tags[-1]

    def copy(self) -> TrackItem:
        return TrackItem(replace(self._data, track=None, guid=new_guid(), tags=list(self._data.tags), linked=[]))


@dataclass
class TrackData:
    name: str
    items: list[ItemData] = field(default_factory=list)
    effects: list[list[Any]] = field(default_factory=list)
    locked: bool = False
    enabled: bool = True
    sequence: Any = None
    guid: str = field(default_factory=new_guid)


class TrackBase(_Wrapper):
    eRemoveLinkedItems, eDontRemoveLinkedItems = 1, 2


class VideoTrack(TrackBase):
    def __init__(self, name: str | TrackData) -> None:
        super().__init__(TrackData(name) if isinstance(name, str) else name)

    def isLocked(self) -> bool:
        return bool(self._data.locked)

    def isEnabled(self) -> bool:
        return bool(self._data.enabled)

    def items(self) -> tuple[TrackItem, ...]:
        app()
        return tuple(TrackItem(each) for each in sorted(self._data.items, key=lambda item: item.times[0]))

    def subTrackItems(self) -> tuple[tuple[Any, ...], ...]:
        return tuple(tuple(each) for each in self._data.effects)

    def parent(self) -> Sequence | None:
        return self._data.sequence

    def createTrackItem(self, name: str) -> TrackItem:
        return TrackItem(ItemData(name))

    def addTrackItem(self, clip: TrackItem) -> TrackItem:
        """Cuts or deletes what lies there, and says nothing."""
        app().edit("add item")
        data = clip._data
        if self._data.sequence is None:
            raise RuntimeError("the track is in no sequence")
        if self._data.locked:
            raise RuntimeError("the track is locked")
        if "addTrackItem" in app().refused:
            return clip
        first, last = data.times[:2]
        for each in list(self._data.items):
            if each.times[0] <= last and each.times[1] >= first:
                if each.times[0] < first:
                    each.times[1] = first - 1
                else:
                    self._data.items.remove(each)
                    each.track = None
        data.track = self._data
        self._data.items.append(data)
        return TrackItem(data)

    def removeItem(self, trackItem: TrackItem, option: int = TrackBase.eRemoveLinkedItems) -> None:
        app().edit("remove item")
        if self._data.locked:
            return
        data = trackItem._data
        self._data.items = [each for each in self._data.items if each is not data]
        data.track = None
        if option == TrackBase.eRemoveLinkedItems:
            for each in data.linked:
                if isinstance(each, TrackItem) and each._data.track is not None:
                    each._data.track.items.remove(each._data)
                    each._data.track = None


class Sequence:
    def __init__(self, name: str, rate: TimeBase | None = None) -> None:
        self._name = name
        self._rate = rate or TimeBase(24)
        self._tracks: list[TrackData] = []
        self._project: Project | None = None
        self._guid = new_guid()

    def guid(self) -> str:
        return self._guid

    def name(self) -> str:
        return self._name

    def framerate(self) -> TimeBase:
        return self._rate

    def project(self) -> Project | None:
        return self._project

    def videoTracks(self) -> tuple[VideoTrack, ...]:
        app()
        return tuple(VideoTrack(each) for each in self._tracks)

    def addTrack(self, track: VideoTrack) -> object:
        """On top of the others, wherever it was wanted."""
        app().edit("add track")
        if "addTrack" not in app().refused:
            track._data.sequence = self
            self._tracks.append(track._data)
        return track

    def removeTrack(self, track: VideoTrack) -> object:
        app().edit("remove track")
        self._tracks = [each for each in self._tracks if each is not track._data]
        track._data.sequence = None
        return track


def put(track: VideoTrack, name: str, media: MediaSource, first: int, start: int = 0, frames: int = 0) -> TrackItem:
    """An item as a user puts it there."""
    clip = Clip(media)
    data = ItemData(name, source=clip)
    frames = frames or media.duration()
    data.times = [first, first + frames - 1, float(start), float(start + frames - 1)]
    data.track = track._data
    track._data.items.append(data)
    return TrackItem(data)
