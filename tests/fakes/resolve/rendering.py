"""What a render job writes: real files of what lies on the timeline."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from tests.clips import write_movie, write_still

from .pool import rate_of

Picture = NDArray[np.uint8]


def render(project: dict[str, Any], job: dict[str, Any], nested: bool, lost: int) -> None:
    timeline = project["timelines"][job["timeline"]]
    settings = job["settings"]
    folder = Path(settings["TargetDir"], settings["CustomName"]) if nested else Path(settings["TargetDir"])
    folder.mkdir(parents=True, exist_ok=True)
    if job["pictureless"] or not settings.get("ExportVideo", True):
        (folder / f"{settings['CustomName']}.wav").write_bytes(b"RIFF")
        return
    ends = [each["start"] + each["duration"] for track in timeline["video"] for each in track["items"]]
    first, last = timeline["start"], max(ends) - 1
    if not settings.get("SelectAllFrames", True):
        first, last = settings["MarkIn"], settings["MarkOut"]  # inclusive
    width, height = settings["FormatWidth"], settings["FormatHeight"]
    frames = [_frame(project, timeline, number, width, height) for number in range(first, last + 1)]
    frames = frames[: len(frames) - lost]
    if job["format"] == "tif":
        for number, (rgb, _) in enumerate(frames, first):
            still = VideoFrame.from_ndarray(rgb, "rgb24").reformat(format="rgb48le")
            write_still(folder / f"{settings['CustomName']}_{number:08d}.tif", still, "tiff")
        return
    alpha = bool(settings.get("ExportAlpha"))
    rate = rate_of(timeline["rate"])
    # The container has no 24.0 that is not 24/1.
    write_movie(
        folder / f"{settings['CustomName']}.{job['format']}",
        [_packed(rgb, key, alpha) for rgb, key in frames],
        codec="prores_ks" if "ProRes" in job["codec"] else "libx264",
        rate=Fraction(rate),
        options={"profile": "4444"} if "4444" in job["codec"] else {},
        tags={"colorspace": 1, "color_primaries": 1, "color_trc": 1, "color_range": 1},
    )


def _frame(
    project: dict[str, Any], timeline: dict[str, Any], number: int, width: int, height: int
) -> tuple[Picture, Picture]:
    """RGB and key of one frame: of the topmost track that is on and has something there."""
    for track in reversed(timeline["video"]):
        for item in track["items"] if track["enabled"] else ():
            if item["enabled"] and item["start"] <= number < item["start"] + item["duration"]:
                return _shown(project, timeline, item, number, width, height)
    return np.zeros((height, width, 3), np.uint8), np.zeros((height, width), np.uint8)


def _shown(
    project: dict[str, Any], timeline: dict[str, Any], item: dict[str, Any], number: int, width: int, height: int
) -> tuple[Picture, Picture]:
    clip = project["clips"].get(item["clip"] or "")
    if clip is None or not clip["path"]:
        rgb = np.full((height, width, 3), 90, np.uint8)
    else:
        pictures = _pictures(clip["path"], clip["first"], clip["frames"], width, height)
        step = Fraction(rate_of(clip["rate"]), rate_of(timeline["rate"]))
        at = int((number - item["start"]) * abs(item["speed"]) / 100 * float(step))
        at = item["offset"] + (item["span"] - 1 - at if item["speed"] < 0 else at)
        rgb = pictures[min(max(at, 0), len(pictures) - 1)]
    shared = clip["shared"] if clip and item["version"] == "remote" else 0
    grade = shared or item["grades"].get(item["version"], 0)
    graded = np.clip(rgb.astype(np.int16) + grade, 0, 255).astype(np.uint8)
    key = np.full((height, width), 255, np.uint8)
    if item["alpha"]:
        key[:, : width // 2] = 0
    return graded, key


def _packed(rgb: Picture, key: Picture, alpha: bool) -> VideoFrame:
    if not alpha:
        return VideoFrame.from_ndarray(rgb, "rgb24").reformat(format="yuv444p10le", dst_colorspace=1)
    rgba = np.dstack([rgb, key])
    return VideoFrame.from_ndarray(rgba, "rgba").reformat(format="yuva444p10le", dst_colorspace=1)


@lru_cache(maxsize=32)
def _pictures(path: str, first: int, frames: int, width: int, height: int) -> list[Picture]:
    numbered = re.sub(r"\[(\d+)-\d+\]", lambda found: f"%0{len(found[1])}d", path)
    files = [path] if numbered == path else [numbered % (first + each) for each in range(frames)]
    made: list[Picture] = []
    for file in files:
        with av.open(file) as container:
            made += [
                each.reformat(width=width, height=height, format="rgb24").to_ndarray()
                for each in container.decode(video=0)
            ]
    return made
