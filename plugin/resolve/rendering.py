"""A render job of ours in a queue that is the user's: what it touches is put back, whatever comes of it.

Return values are not believed, words neither (the status is in the language of the interface): what counts is what
lies in the folder afterwards.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.domain.host import HostFailure

from .api import RenderSettings, whole, words
from .desk import Desk
from .quicktime import video_frames

log = logging.getLogger("superwhite.host")

PRESET = "Superwhite keeps your settings"
_NEUTRAL = ("H.264 Master", "ProRes 422 HQ", "H.265 Master", "YouTube - 1080p")
"""Presets of Resolve's own that have a picture: settings are laid over whatever was loaded last, and over one with
sound alone no setting brings the picture back."""

_ALPHA = (("mov", "ProRes4444"),)
_PLATE = (*_ALPHA, ("mov", "ProRes422HQ"), ("tif", "RGB16"), ("tif", "RGB16LZW"))


@dataclass(frozen=True)
class Job:
    """Frames `[start, end)` of the current timeline, as it counts them."""

    folder: Path
    name: str
    start: int
    end: int
    width: int
    height: int
    alpha: bool = False


@dataclass(frozen=True)
class Rendered:
    """A movie, or a sequence by its printf pattern; `first` is the number of its first file, in a movie 0."""

    path: Path
    first: int


def render(desk: Desk, job: Job, pause: float) -> Rendered:
    """Render and wait. Raises `HostFailure`, with nothing left in the folder."""
    if desk.main(desk.project.IsRenderingInProgress):
        raise HostFailure(
            "DaVinci Resolve is busy rendering.", kind="busy", remedy="Wait until it has finished, then try again."
        )
    job.folder.mkdir(parents=True, exist_ok=True)
    before = _files(job.folder)
    made: list[Path] = []
    done = False
    try:
        with _settings_kept(desk):
            kind = _set_up(desk, job)
            _run(desk, pause)
        made = sorted(_files(job.folder) - before)
        rendered = _checked(made, kind, job)
        done = True
        return rendered
    finally:
        if not done:
            for path in _files(job.folder) - before:
                path.unlink(missing_ok=True)


def safe_name(name: str) -> str:
    """For a file whose frame number follows: no digit before it, or it would be taken for more of the number."""
    return (re.sub(r"[^\w-]+", "_", name).strip("_") or "clip") + "_plate"


def _set_up(desk: Desk, job: Job) -> str:
    """The format that will be written."""
    project = desk.project
    if not any(desk.main(project.LoadRenderPreset, each) for each in _NEUTRAL):
        log.info("None of Resolve's own render presets is there")
    kind = next((kind for kind, codec in (_ALPHA if job.alpha else _PLATE) if _chosen(desk, kind, codec)), None)
    if kind is None:
        what = "with alpha (ProRes 4444)" if job.alpha else "without loss"
        raise HostFailure(f"This version of DaVinci Resolve renders nothing {what}.", kind="unsupported")
    desk.main(project.SetCurrentRenderMode, 1)  # the range as one clip
    settings: RenderSettings = {
        "SelectAllFrames": False,
        "MarkIn": job.start,
        "MarkOut": job.end - 1,
        "TargetDir": str(job.folder),
        "CustomName": job.name,
        "ExportVideo": True,
        "ExportAudio": False,
        "FormatWidth": job.width,
        "FormatHeight": job.height,
        "ExportAlpha": job.alpha,
        "ExportSubtitle": False,
    }
    if job.alpha:
        settings["AlphaMode"] = 1  # straight
    desk.main(project.SetRenderSettings, settings)
    return kind


def _chosen(desk: Desk, kind: str, codec: str) -> bool:
    known: Any = desk.main(desk.project.GetRenderCodecs, kind)
    if not isinstance(known, dict) or codec not in known.values():
        return False
    desk.main(desk.project.SetCurrentRenderFormatAndCodec, kind, codec)
    now: Any = desk.main(desk.project.GetCurrentRenderFormatAndCodec)
    return isinstance(now, dict) and (now.get("format"), now.get("codec")) == (kind, codec)


def _run(desk: Desk, pause: float) -> None:
    project = desk.project
    key = desk.main(project.AddRenderJob)
    if not key:
        # Nothing is added before the Deliver page has been open once.
        desk.open_page("deliver")
        key = desk.main(project.AddRenderJob)
    if not key:
        raise HostFailure(
            "DaVinci Resolve adds nothing to its render queue.",
            remedy="Open the Deliver page once, and check that the folder of the results can be written to.",
        )
    try:
        desk.main(project.StartRendering, [key], False)
        while desk.main(project.IsRenderingInProgress):
            time.sleep(pause)
        status: Any = desk.main(project.GetRenderJobStatus, key)
    finally:
        desk.main(project.DeleteRenderJob, key)
    told = status if isinstance(status, dict) else {}
    if error := words(told.get("Error")):
        raise HostFailure("DaVinci Resolve has failed to render the clip.", remedy="", detail=error)
    if whole(told.get("CompletionPercentage")) < 100:
        desk.demand_resolve()
        raise HostFailure("The rendering was stopped in DaVinci Resolve.", remedy="Try again.", detail=str(told))


def _checked(made: list[Path], kind: str, job: Job) -> Rendered:
    count = job.end - job.start
    pictures = [path for path in made if path.suffix.lower() == f".{kind}"]
    if kind == "tif":
        numbers = [int(found[0]) for path in pictures if (found := re.findall(r"(\d+)$", path.stem))]
        if len(numbers) == count and numbers == list(range(numbers[0], numbers[0] + count)):
            width = len(re.findall(r"(\d+)$", pictures[0].stem)[0])
            stem = pictures[0].stem[:-width].replace("%", "%%")
            return Rendered(pictures[0].with_name(f"{stem}%0{width}d{pictures[0].suffix}"), numbers[0])
    elif len(pictures) == 1 and video_frames(pictures[0]) == count:
        return Rendered(pictures[0], 0)
    there = ", ".join(path.name for path in made[:8]) or "nothing"
    raise HostFailure(
        "What DaVinci Resolve has rendered is not what was asked for.",
        remedy="Render the clip on the Deliver page and open the result in Superwhite.",
        detail=f"{count} frames of {kind} were wanted; there is {there}",
    )


@contextmanager
def _settings_kept(desk: Desk) -> Generator[None, None, None]:
    """Resolve does not tell its render settings, so they are kept as a preset of their own meanwhile."""
    project = desk.project
    if not desk.main(project.SaveAsNewRenderPreset, PRESET):
        # One that an end in the middle has left behind: those are the user's settings.
        desk.main(project.LoadRenderPreset, PRESET)
        desk.main(project.DeleteRenderPreset, PRESET)
        if not desk.main(project.SaveAsNewRenderPreset, PRESET):
            raise HostFailure(
                "DaVinci Resolve cannot keep your render settings, so nothing was rendered.",
                remedy="Save a render preset on the Deliver page by hand, and delete it, then try again.",
            )
    mode = desk.main(project.GetCurrentRenderMode)
    now: Any = desk.main(project.GetCurrentRenderFormatAndCodec)
    try:
        yield
    finally:
        desk.main(project.LoadRenderPreset, PRESET)
        if isinstance(now, dict):
            desk.main(project.SetCurrentRenderFormatAndCodec, words(now.get("format")), words(now.get("codec")))
        desk.main(project.SetCurrentRenderMode, 0 if mode == 0 else 1)
        desk.main(project.DeleteRenderPreset, PRESET)


def _files(folder: Path) -> set[Path]:
    """Some versions put them into folders of their own."""
    return {path for path in folder.rglob("*") if path.is_file()}
