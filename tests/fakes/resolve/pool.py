"""The media pool: folders, clips with real files behind them, and how clips come onto timelines."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from bridge.domain.frames import Timecode, parse_rate

from .proxy import Proxy
from .state import new_id, tracks_of

COMBINED = (
    "Linear",
    "Rec.709 (Scene)",
    "Rec.709 Gamma 2.4",
    "Rec.2100 ST2084",
    "DaVinci WG/Intermediate",
    "ACEScg",
    "sRGB",
)
GAMUTS = ("ACES (AP0)", "ACES (AP1)", "DaVinci WG", "P3-D65", "Rec.709", "Rec.2020", "sRGB", "XYZ (CIE)")
IDTS = ("ACEScg - CSC", "ACEScct - CSC", "Rec.709", "sRGB", "No Input Transform", "sRGB (Linear) - CSC")


class Folder(Proxy):
    def _is_there(self) -> bool:
        return self._key in self._project["folders"]

    def GetName(self) -> str:
        return self._project["folders"][self._key]["name"]

    def GetUniqueId(self) -> str:
        return self._key

    def GetClipList(self) -> list[Any]:
        clips = self._project["clips"].values()
        return [self._make("MediaPoolItem", each["id"]) for each in clips if each["folder"] == self._key]

    def GetSubFolderList(self) -> list[Any]:
        folders = self._project["folders"].values()
        return [self._make("Folder", each["id"]) for each in folders if each["parent"] == self._key]


class MediaPool(Proxy):
    def GetRootFolder(self) -> Any:
        return self._make("Folder", self._project["root"])

    def GetCurrentFolder(self) -> Any:
        return self._make("Folder", self._project["bin"])

    def SetCurrentFolder(self, folder: Any) -> bool:
        if folder._key not in self._project["folders"]:
            return False
        self._project["bin"] = folder._key
        return True

    def AddSubFolder(self, folder: Any, name: str) -> Any:
        made = {"id": new_id(), "name": name, "parent": folder._key}
        self._project["folders"][made["id"]] = made
        self._project["bin"] = made["id"]  # it is opened as well
        return self._make("Folder", made["id"])

    def DeleteFolders(self, folders: list[Any]) -> bool:
        for folder in folders:
            for clip in folder.GetClipList():
                self.DeleteClips([clip])
            self._project["folders"].pop(folder._key, None)
            if self._project["bin"] == folder._key:
                self._project["bin"] = self._project["root"]
        return True

    def ImportMedia(self, items: list[Any]) -> list[Any] | None:
        made = []
        for each in items:
            if isinstance(each, dict) and self._state.traps.get("no_dict_import"):
                return None
            clip = clip_of_range(each) if isinstance(each, dict) else clip_of_file(Path(each))
            if clip is None:
                continue
            if clip["sequence"]:
                clip["rate"] = self._project["settings"]["timelineFrameRate"].removesuffix(" DF")
            clip["folder"] = self._project["bin"]
            self._project["clips"][clip["id"]] = clip
            made.append(self._make("MediaPoolItem", clip["id"]))
        return made

    def DeleteClips(self, clips: list[Any]) -> bool:
        """Takes their uses on timelines along, without a question."""
        keys = {each._key for each in clips}
        for timeline in self._project["timelines"].values():
            for _, _, track in tracks_of(timeline):
                track["items"] = [each for each in track["items"] if each["clip"] not in keys]
        for key in keys:
            self._project["clips"].pop(key, None)
        return True

    def GetClipMatteList(self, item: Any) -> list[str]:
        return list(self._project["clips"][item._key]["mattes"])

    def GetSelectedClips(self) -> list[Any]:
        return []

    def CreateEmptyTimeline(self, name: str) -> Any:
        if any(each["name"] == name for each in self._project["timelines"].values()):
            return None
        made = new_timeline(name, self._project["settings"]["timelineFrameRate"], "01:00:00:00")
        self._project["timelines"][made["id"]] = made
        self._project["timeline"] = made["id"]
        return self._make("Timeline", made["id"])

    def DeleteTimelines(self, timelines: list[Any]) -> bool:
        for each in timelines:
            self._project["timelines"].pop(each._key, None)
        if self._project["timeline"] not in self._project["timelines"]:
            self._project["timeline"] = next(iter(self._project["timelines"]), None)
        return True

    def AppendToTimeline(self, clips: list[Any], *more: Any) -> list[Any]:
        timeline = self._project["timelines"].get(self._project["timeline"])
        if timeline is None:
            return []
        given = [each if isinstance(each, dict) else {"mediaPoolItem": each} for each in clips]
        tracks = {each.get("trackIndex", 1) for each in given}
        if any(0 < index <= len(timeline["video"]) and timeline["video"][index - 1]["locked"] for index in tracks):
            return []
        done = [self._append(timeline, each) for each in given]
        return [each for each in done if each is not None]

    def _append(self, timeline: dict[str, Any], info: dict[str, Any]) -> Any:
        clip = self._project["clips"][info["mediaPoolItem"]._key]
        index = info.get("trackIndex", 1)
        if index > len(timeline["video"]):
            return self._ghost()
        track = timeline["video"][index - 1]
        first = info.get("startFrame", clip["first"])
        end = info.get("endFrame", clip["first"] + clip["frames"])  # exclusive
        offset = first - clip["first"]
        span = min(end - first, clip["frames"] - offset)
        duration = math.floor(span * rate_of(timeline["rate"]) / rate_of(clip["rate"]))
        ends = [each["start"] + each["duration"] for each in track["items"]]
        start = info.get("recordFrame", max(ends, default=timeline["start"]))
        if duration < 1 or any(
            start < each["start"] + each["duration"] and each["start"] < start + duration for each in track["items"]
        ):
            return self._ghost()
        made = new_item(clip, clip["name"], start, duration, max(0, offset), span)
        # Frames below the first file do not exist: the first one stands for them.
        made["frozen"] = offset < 0
        track["items"].append(made)
        track["items"].sort(key=lambda each: each["start"])
        if clip["audio"] and info.get("mediaType") != 1:
            timeline["audio"][0]["items"].append({**made, "id": new_id()})
        return self._make("TimelineItem", made["id"])

    def _ghost(self) -> Any:
        """What was dropped silently is given back nevertheless, by some versions."""
        return self._make("TimelineItem", new_id()) if self._state.traps.get("ghosts", True) else None


def freezing(append: Callable[..., Any]) -> Callable[..., Any]:
    """A bare dict in place of a list freezes Resolve."""

    @functools.wraps(append)
    def call(self: MediaPool, *arguments: Any) -> Any:
        if arguments and isinstance(arguments[0], dict):
            self._state.hang()
        return append(self, *arguments)

    return call


class MediaPoolItem(Proxy):
    @property
    def _it(self) -> dict[str, Any]:
        return self._project["clips"][self._key]

    def _is_there(self) -> bool:
        return self._key in self._project["clips"]

    def GetName(self) -> str:
        return self._it["name"]

    def GetUniqueId(self) -> str:
        return self._key

    def GetMediaId(self) -> str:
        return self._key

    def GetThirdPartyMetadata(self, name: str | None = None) -> Any:
        return dict(self._it["third"]) if name is None else self._it["third"].get(name, "")

    def SetThirdPartyMetadata(self, name: Any, value: str | None = None) -> bool:
        self._it["third"].update(name if isinstance(name, dict) else {name: value})
        return True

    def GetClipProperty(self, name: str | None = None) -> Any:
        properties = self._properties()
        return properties if name is None else properties.get(name, "")

    def SetClipProperty(self, name: str, value: Any) -> bool:
        settings = self._project["settings"]
        science = settings["colorScienceMode"]
        if name == "FPS":
            if not isinstance(value, str) or not self._it["sequence"]:
                return False
            self._it["rate"] = value
            return True
        if name == "Input Color Space":
            if not science.startswith("davinciYRGBColorManaged"):
                return False
            allowed = GAMUTS if settings["separateColorSpaceAndGamma"] == "1" else self._allowed(COMBINED)
            if value not in allowed:
                return False
        elif name == "IDT":
            if not science.startswith("aces") or value not in self._allowed(IDTS):
                return False
        else:
            return False  # "Input Gamma" among them
        self._it["properties"][name] = value
        return True

    def _allowed(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._state.traps.get("color_names", names))

    def _properties(self) -> dict[str, str]:
        clip = self._it
        rate = rate_of(clip["rate"])
        tc = Timecode.parse(clip["timecode"]).to_frame(rate) if clip["timecode"] else clip["first"]
        uses = sum(
            each["clip"] == self._key
            for timeline in self._project["timelines"].values()
            for _, _, track in tracks_of(timeline)
            for each in track["items"]
        )
        properties = {
            "File Path": clip["path"],
            "File Name": clip["name"],
            "FPS": str(float(rate.limit_denominator(1001))) if rate.denominator == 1 else f"{float(rate):.3f}",
            "Frames": str(clip["frames"]),
            "Start": str(clip["first"]),
            "End": str(clip["first"] + clip["frames"] - 1),
            "Start TC": str(Timecode.from_frame(tc, rate)),
            "End TC": str(Timecode.from_frame(tc + clip["frames"], rate)),
            "Drop frame": "0",
            "Resolution": clip["size"],
            "Input Color Space": "Rec.709 Gamma 2.4",
            "IDT": "Rec.709",
            "Alpha mode": "None",
            "Video Codec": clip["codec"],
            "Type": clip["type"],
            "Usage": str(uses),
            "Online Status": "Online",
        }
        return {**properties, **clip["properties"]}


def rate_of(text: str) -> Fraction:
    return parse_rate(text.removesuffix(" DF"))


def new_item(
    clip: dict[str, Any] | None, name: str, start: int, duration: int, offset: int, span: int
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "clip": clip["id"] if clip else None,
        "name": name,
        "start": start,
        "duration": duration,
        "offset": offset,
        "span": span,
        "speed": 100.0,
        "enabled": True,
        "color": "",
        "markers": {},
        "kind": "video",
        "frozen": False,
        "off_by_one": 0,
        "nodes": 1,
        "comps": 0,
        "alpha": False,
        "version": "Version 1",
        "grades": {"Version 1": 0},
    }


def new_timeline(name: str, rate: str, start: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "name": name,
        "rate": rate,
        "start": Timecode.parse(start).to_frame(rate_of(rate)),
        "start_tc": start,
        "playhead": start,
        "settings": {},
        "video": [new_track("Video 1")],
        "audio": [new_track("Audio 1")],
        "markers": {},
    }


def new_track(name: str) -> dict[str, Any]:
    return {"name": name, "locked": False, "enabled": True, "items": []}


def new_clip(path: str, name: str, first: int, frames: int, rate: str, **more: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "name": name,
        "folder": "",
        "path": path,
        "first": first,
        "frames": frames,
        "rate": rate,
        "sequence": False,
        "timecode": "",
        "size": "96x64",
        "codec": "H.264",
        "type": "Video",
        "audio": False,
        "third": {},
        "mattes": [],
        "properties": {},
        "shared": 0,
        **more,
    }


def clip_of_range(info: dict[str, Any]) -> dict[str, Any] | None:
    path, first, last = Path(info["FilePath"]), info["StartIndex"], info["EndIndex"]
    if not re.search(r"%0?\d*d", path.name):
        return None
    if not all(Path(path.parent, path.name % number).is_file() for number in (first, last)):
        return None
    width = len(path.name % first) - len(re.sub(r"%0?\d*d", "", path.name))
    shown = re.sub(r"%0?\d*d", f"[{first:0{width}d}-{last:0{width}d}]", path.name)
    about = _picture(Path(path.parent, path.name % first))
    return new_clip(str(path.parent / shown), shown, first, last - first + 1, "24", sequence=True, **about)


def clip_of_file(path: Path) -> dict[str, Any] | None:
    """One file of a sequence brings the sequence."""
    if not path.is_file():
        return None
    if numbered := re.fullmatch(r"(.*?)(\d+)(\.(?:exr|png|tif|dpx))", path.name):
        stem, digits, suffix = numbered.groups()
        numbers = sorted(
            int(found[1])
            for each in path.parent.iterdir()
            if (found := re.fullmatch(rf"{re.escape(stem)}(\d{{{len(digits)}}}){re.escape(suffix)}", each.name))
        )
        pattern = str(path.parent / f"{stem.replace('%', '%%')}%0{len(digits)}d{suffix}")
        return clip_of_range({"FilePath": pattern, "StartIndex": numbers[0], "EndIndex": numbers[-1]})
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = stream.frames or sum(1 for _ in container.decode(stream))
        rate = Fraction(stream.average_rate or 24)
        size, codec = f"{stream.width}x{stream.height}", stream.codec_context.name
        audio = bool(container.streams.audio)
    text = str(rate.numerator) if rate.denominator == 1 else f"{float(rate):.3f}"
    return new_clip(str(path), path.name, 0, frames, text, size=size, codec=codec, audio=audio)


def _picture(path: Path) -> dict[str, str]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return {"size": f"{stream.width}x{stream.height}", "codec": stream.codec_context.name}


BEHAVIOURS = {"MediaPool": MediaPool, "Folder": Folder, "MediaPoolItem": MediaPoolItem}
