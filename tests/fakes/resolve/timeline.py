"""Timelines, their tracks and what lies on them."""

from __future__ import annotations

import copy
import math
from typing import Any

from bridge.domain.frames import Timecode

from .pool import new_track, rate_of
from .proxy import Proxy
from .state import item_of, new_id, tracks_of


class Timeline(Proxy):
    @property
    def _it(self) -> dict[str, Any]:
        return self._project["timelines"][self._key]

    def _is_there(self) -> bool:
        return self._key in self._project["timelines"]

    def _item(self, record: dict[str, Any]) -> Any:
        return self._make("TimelineItem", record["id"])

    def _track(self, kind: str, index: int) -> dict[str, Any] | None:
        tracks = self._it.get(kind, [])
        return tracks[index - 1] if 0 < index <= len(tracks) else None

    def GetName(self) -> str:
        return self._it["name"]

    def GetUniqueId(self) -> str:
        return self._key

    def GetStartFrame(self) -> int:
        return self._it["start"]

    def GetEndFrame(self) -> int:
        ends = [each["start"] + each["duration"] for _, _, track in tracks_of(self._it) for each in track["items"]]
        return max(ends, default=self._it["start"])

    def GetStartTimecode(self) -> str:
        return self._it["start_tc"]

    def SetStartTimecode(self, timecode: str) -> bool:
        start = Timecode.parse(timecode).to_frame(rate_of(self._it["rate"]))
        for _, _, track in tracks_of(self._it):
            for each in track["items"]:
                each["start"] += start - self._it["start"]
        self._it["start"], self._it["start_tc"] = start, timecode
        return True

    def GetTrackCount(self, kind: str) -> int:
        return len(self._it.get(kind, []))

    def AddTrack(self, kind: str, options: Any = None) -> bool:
        tracks = self._it[kind]
        index = len(tracks) + 1
        if isinstance(options, dict) and not self._state.traps.get("no_track_index"):
            index = options.get("index", index)
        if not 0 < index <= len(tracks) + 1:
            return False
        tracks.insert(index - 1, new_track(f"{kind.title()} {len(tracks) + 1}"))
        return True

    def DeleteTrack(self, kind: str, index: int) -> bool:
        """With everything that lies on it."""
        if self._track(kind, index) is None or len(self._it[kind]) == 1:
            return False
        del self._it[kind][index - 1]
        return True

    def GetTrackName(self, kind: str, index: int) -> str:
        track = self._track(kind, index)
        return track["name"] if track else ""

    def SetTrackName(self, kind: str, index: int, name: str) -> bool:
        return self._set(kind, index, "name", name)

    def SetTrackEnable(self, kind: str, index: int, enable: bool) -> bool:
        return self._set(kind, index, "enabled", bool(enable))

    def GetIsTrackEnabled(self, kind: str, index: int) -> bool:
        track = self._track(kind, index)
        return bool(track and track["enabled"])

    def SetTrackLock(self, kind: str, index: int, lock: bool) -> bool:
        return self._set(kind, index, "locked", bool(lock))

    def GetIsTrackLocked(self, kind: str, index: int) -> bool:
        track = self._track(kind, index)
        return bool(track and track["locked"])

    def _set(self, kind: str, index: int, name: str, value: Any) -> bool:
        track = self._track(kind, index)
        if track is None:
            return False
        track[name] = value
        return True

    def DeleteClips(self, items: list[Any], ripple: bool = False) -> bool:
        if self._doc["page"] not in ("edit", ""):
            return False
        keys = {each._key for each in items}
        for _, _, track in tracks_of(self._it):
            if track["locked"] and keys & {each["id"] for each in track["items"]}:
                return False
        for _, _, track in tracks_of(self._it):
            track["items"] = [each for each in track["items"] if each["id"] not in keys]
        return True

    def GetItemListInTrack(self, kind: str, index: int) -> list[Any] | None:
        track = self._track(kind, index)
        return None if track is None else [self._item(each) for each in track["items"]]

    def GetSelectedClips(self) -> list[Any]:
        return [self._make("TimelineItem", each) for each in self._project["selected"]]

    def GetCurrentTimecode(self) -> str:
        return self._it["playhead"]

    def GetCurrentVideoItem(self) -> Any:
        frame = Timecode.parse(self._it["playhead"]).to_frame(rate_of(self._it["rate"]))
        for track in reversed(self._it["video"]):
            for each in track["items"]:
                if each["start"] <= frame < each["start"] + each["duration"]:
                    return self._item(each)
        return None

    def GetSetting(self, name: str) -> str:
        own = self._it["settings"]
        if name == "timelineFrameRate":
            return self._it["rate"]
        return own.get(name, self._project["settings"].get(name, ""))

    def SetSetting(self, name: str, value: str) -> bool:
        own = self._it["settings"]
        if name != "useCustomSettings" and own.get("useCustomSettings") != "1":
            return False
        if name == "timelineFrameRate":
            if any(track["items"] for _, _, track in tracks_of(self._it)):
                return False
            self._it["rate"] = value
            self._it["start"] = Timecode.parse(self._it["start_tc"]).to_frame(rate_of(value))
        elif name in self._state.traps.get("settings_refused", ()):
            return False
        own[name] = value
        return True

    def GetSettings(self) -> dict[str, Any]:
        return {**self._project["settings"], **self._it["settings"]}

    def SetSettings(self, settings: dict[str, Any]) -> bool:
        if len(settings) > 1:
            self._state.hang()
        return all(self.SetSetting(name, value) for name, value in settings.items())

    def DuplicateTimeline(self, name: str | None = None) -> Any:
        made = copy.deepcopy(self._it)
        made["id"], made["name"] = new_id(), name or f"{made['name']} copy"
        for _, _, track in tracks_of(made):
            for each in track["items"]:
                each["id"] = new_id()
        self._project["timelines"][made["id"]] = made
        self._project["timeline"] = made["id"]
        return self._make("Timeline", made["id"])

    def GetMarkInOut(self) -> dict[str, Any]:
        return self._it.get("marks", {})


class TimelineItem(Proxy):
    @property
    def _found(self) -> tuple[dict[str, Any], str, int, dict[str, Any]]:
        found = item_of(self._project, self._key)
        assert found is not None
        return found

    @property
    def _it(self) -> dict[str, Any]:
        return self._found[3]

    @property
    def _clip(self) -> dict[str, Any] | None:
        return self._project["clips"].get(self._it["clip"] or "")

    def _is_there(self) -> bool:
        return item_of(self._project, self._key) is not None

    def _locked(self) -> bool:
        timeline, kind, index, _ = self._found
        return timeline[kind][index - 1]["locked"]

    def GetName(self) -> str:
        return self._it["name"]

    def GetUniqueId(self) -> str:
        return self._key

    def GetStart(self, subframe: bool = False) -> int:
        return self._it["start"]

    def GetEnd(self, subframe: bool = False) -> int:
        return self._it["start"] + self._it["duration"]

    def GetDuration(self, subframe: bool = False) -> int:
        return self._it["duration"]

    def GetLeftOffset(self, subframe: bool = False) -> int:
        clip = self._clip
        if clip is None or self._state.traps.get("left_offset") != "timeline":
            return self._it["offset"]
        return round(self._it["offset"] * rate_of(self._found[0]["rate"]) / rate_of(clip["rate"]))

    def GetSourceStartFrame(self) -> int:
        first = self._clip["first"] if self._clip else 0
        if self._it["speed"] < 0:
            return first + self._it["offset"] + self._it["span"] - 1
        return first + self._it["offset"] + self._it["off_by_one"]

    def GetSourceEndFrame(self) -> int:
        first = self._clip["first"] if self._clip else 0
        if self._it["speed"] < 0:
            return first + self._it["offset"]
        return first + self._it["offset"] + self._it["span"] - 1

    def GetTrackTypeAndIndex(self) -> list[Any]:
        _, kind, index, _ = self._found
        return [kind, index]

    def GetMediaPoolItem(self) -> Any:
        return self._make("MediaPoolItem", self._it["clip"]) if self._clip else None

    def GetProperty(self, name: str | None = None) -> Any:
        known = {} if self._it["kind"] == "transition" else {"Pan": 0.0, "Tilt": 0.0, "ZoomX": 1.0, "Opacity": 100.0}
        return known if name is None else known.get(name)

    def GetType(self) -> str:
        return self._it["kind"] if self._found[1] == "video" else "audio"

    def GetSpeed(self) -> dict[str, Any]:
        return {"Percentage": self._it["speed"]}

    def GetClipEnabled(self) -> bool:
        return self._it["enabled"]

    def SetClipEnabled(self, enabled: bool) -> bool:
        if self._locked():
            return False
        self._it["enabled"] = bool(enabled)
        return True

    def GetClipColor(self) -> str:
        return self._it["color"]

    def SetClipColor(self, color: str) -> bool:
        self._it["color"] = color
        return True

    def GetFusionCompCount(self) -> int:
        return self._it["comps"]

    def GetNumNodes(self) -> int:
        return self._it["nodes"]

    def GetLinkedItems(self) -> list[Any]:
        return []

    def AddMarker(
        self, frame: float, color: str, name: str, note: str, duration: float, custom: str | None = ""
    ) -> bool:
        """The frame counts in the source, not from the cut."""
        at = math.floor(frame)
        offset = self.GetLeftOffset()
        if not offset <= at < offset + self._it["duration"] or str(at) in self._it["markers"]:
            return False
        self._it["markers"][str(at)] = {
            "color": color,
            "name": name,
            "note": note,
            "duration": duration,
            "customData": custom,
        }
        return True

    def GetMarkers(self) -> dict[float, Any]:
        return {float(at): dict(marker) for at, marker in self._it["markers"].items()}

    def GetMarkerByCustomData(self, custom: str) -> dict[float, Any]:
        return {at: each for at, each in self.GetMarkers().items() if each["customData"] == custom}

    def DeleteMarkerByCustomData(self, custom: str) -> bool:
        before = self._it["markers"]
        self._it["markers"] = {at: each for at, each in before.items() if each["customData"] != custom}
        return len(self._it["markers"]) != len(before)

    def GetCurrentVersion(self) -> dict[str, Any]:
        remote = self._it["version"] == "remote"
        return {"versionName": self._it["version"], "versionType": 1 if remote else 0}

    def AddVersion(self, name: str, kind: int) -> bool:
        if name in self._it["grades"]:
            return False
        self._it["grades"][name] = self._it["grades"].get(self._it["version"], 0)
        self._it["version"] = name
        return True

    def GetNodeGraph(self, layer: int | None = None) -> Any:
        return self._make("Graph", self._key)


class Graph(Proxy):
    def ResetAllGrades(self) -> bool:
        found = item_of(self._project, self._key)
        if found is None:
            return False
        item = found[3]
        if item["version"] == "remote":
            self._project["clips"][item["clip"]]["shared"] = 0  # shared by every use of the media
        else:
            item["grades"][item["version"]] = 0
        return True

    def GetNumNodes(self) -> int:
        found = item_of(self._project, self._key)
        return found[3]["nodes"] if found else 0


BEHAVIOURS = {"Timeline": Timeline, "TimelineItem": TimelineItem, "Graph": Graph}
