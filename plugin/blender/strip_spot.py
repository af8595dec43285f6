"""Results above their strips: put there and taken away. All of it on Blender's main thread."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.domain.host import HostFailure, Result

from . import api
from .color import advice, space_for
from .exporting import size_of
from .marks import CLIP, JOB, PLACEMENT, Lying, mark, marked
from .speeds import Speeds
from .strips import clip_id, read_strip

_SLICE_SECONDS = 0.03
"""What one turn on the main thread may take: files are added to a strip one by one."""


@dataclass(frozen=True)
class StripPlan:
    """What is to be laid where: `numbers` are those of the result's files, one for each frame of the timeline from
    `start - before` on; `before` and `after` of them lie outside the cut. `reverse` is for movies, which have no files.
    """

    scene: str
    source: str
    title: str
    start: int
    end: int
    before: int
    after: int
    numbers: tuple[int, ...]
    reverse: bool
    space: str
    was: dict[str, Any]
    notes: tuple[str, ...]


def lying(clip: str = "") -> list[Lying]:
    """The results above the strip `clip`, or all of them, the latest last."""
    found: list[Lying] = []
    for scene in api.bpy.data.scenes:
        for strip in api.all_strips(scene):
            placement = marked(strip, PLACEMENT)
            if placement and clip in ("", marked(strip, CLIP)):
                found.append(Lying(placement, marked(strip, JOB), marked(strip, CLIP), strip.name, strip.channel))
    return sorted(found, key=lambda each: each.place)


def plan(scene_name: str, name: str, result: Result, speeds: Speeds) -> StripPlan:
    """Changes nothing. Raises `HostFailure` where `result` does not fit the strip as it is now."""
    scene, strip = _strip(scene_name, name)
    if scene.library is not None:
        raise HostFailure(f"“{scene_name}” is linked from another file, so nothing can be placed in it.")
    owner = api.owner_of(scene, strip)
    shown = read_strip(scene, owner, strip, speeds.of(scene, [strip])).numbers
    start, end = int(strip.frame_final_start), int(strip.frame_final_end)
    shown = shown or tuple(range(end - start))  # Blender has rendered it, frame by frame
    used = result.last - result.first + 1 - result.handles_before - result.handles_after
    if used != max(shown) - min(shown) + 1:
        raise HostFailure(
            f"“{name}” was trimmed or retimed after it was lifted: it needs {max(shown) - min(shown) + 1} frames now, "
            f"and the result has {used}.",
            remedy="Undo the trim, import, and trim both; or lift the clip again.",
        )
    movie = result.is_movie
    steps = {shown[each + 1] - shown[each] for each in range(len(shown) - 1)} or {1}
    forth, back = steps == {1}, steps == {-1}
    if movie and not (forth or back):
        raise HostFailure(
            f"“{name}” does not play its frames one after the other, which a movie above it cannot follow.",
            kind="unsupported",
            remedy="Deliver an EXR sequence instead.",
        )
    before, after = (result.handles_before, result.handles_after)[:: -1 if back else 1] if forth or back else (0, 0)
    if owner != scene.sequence_editor:
        before = after = 0  # a meta strip grows with what is laid into it
    base = result.first + result.handles_before - min(shown)
    step = -1 if back else 1
    numbers = (
        *(base + shown[0] - step * (before - each) for each in range(before)),
        *(base + number for number in shown),
        *(base + shown[-1] + step * (each + 1) for each in range(after)),
    )
    source_space = strip.colorspace_settings.name if hasattr(strip, "colorspace_settings") else ""
    space = source_space if movie else space_for(result.color, api.bpy.types.ColorManagedInputColorspaceSettings)
    title = Path(result.pattern).stem if movie else Path(result.directory).name
    notes = (*_effects_on(owner, strip), *advice(scene, result.reference_white))
    was = {"mute": bool(strip.mute)}
    return StripPlan(scene_name, name, title, start, end, before, after, numbers, back, space, was, notes)


def create(it: StripPlan, result: Result, placement: str) -> str:
    """Lay the first file, or the movie; muted until it is whole. The new strip's name."""
    scene, source = _strip(it.scene, it.source)
    owner = api.owner_of(scene, source)
    channel = _free_channel(owner, source, it.start, it.end)
    common = {"name": it.title, "channel": channel, "frame_start": it.start - it.before, "fit_method": "ORIGINAL"}
    if result.is_movie:
        strip = api.strips_of(owner).new_movie(filepath=str(Path(result.directory) / result.pattern), **common)
    else:
        path = Path(result.directory) / (result.pattern % it.numbers[0])
        strip = api.strips_of(owner).new_image(filepath=str(path), **common)
    mark(strip, placement, result.job, clip_id(it.scene, it.source))
    strip.mute, strip.select = True, False
    return str(strip.name)


def grow(it: StripPlan, result: Result, name: str, done: int) -> int:
    """Add files from number `done` on, for as long as a slice may last; how many are there then."""
    _, strip = _strip(it.scene, name)
    end = time.monotonic() + _SLICE_SECONDS
    while done < len(it.numbers) and time.monotonic() < end:
        strip.elements.append(result.pattern % it.numbers[done])
        done += 1
    return done


def finish(it: StripPlan, result: Result, name: str) -> dict[str, Any]:
    """Trim it to the cut, have it look as the source did, and mute that; what was made, read back."""
    scene, strip = _strip(it.scene, name)
    _, source = _strip(it.scene, it.source)
    if result.is_movie and it.reverse:
        strip.use_reverse_frames = True
    strip.frame_offset_start, strip.frame_offset_end = it.before, it.after
    if it.space:
        strip.colorspace_settings.name = it.space
    _take_over(scene, source, strip, result)
    channel = int(strip.channel)
    strip.mute, source.mute = False, True
    wrong = [
        what
        for what, is_right in (
            ("range", (int(strip.frame_final_start), int(strip.frame_final_end)) == (it.start, it.end)),
            ("files", result.is_movie or len(strip.elements) == len(it.numbers)),
            ("colour space", not it.space or strip.colorspace_settings.name == it.space),
            ("source", bool(source.mute)),
        )
        if not is_right
    ]
    if wrong:
        raise HostFailure(
            f"Blender did not place “{it.title}” as it was asked to, so it was taken away again.",
            detail=f"{', '.join(wrong)}: {strip.frame_final_start} to {strip.frame_final_end} on {channel}",
        )
    return {"name": name, "channel": channel, "start": it.start, "end": it.end}


def take(placement: str) -> list[str]:
    """Remove the strip of this placement; what is to be told of it. Empty where it was as we had made it."""
    for scene in api.bpy.data.scenes:
        for strip in api.all_strips(scene):
            if marked(strip, PLACEMENT) == placement:
                users = [each.name for each in api.all_strips(scene) if strip in _inputs(each)]
                api.strips_of(api.owner_of(scene, strip)).remove(strip)
                return [f"“{user}”, which was made of it, went along." for user in users]
    return []


def moved(placement: str, made: dict[str, Any]) -> str:
    """A sentence where the result does not lie any more as it was placed; empty where it does."""
    for scene in api.bpy.data.scenes:
        for strip in api.all_strips(scene):
            if marked(strip, PLACEMENT) == placement:
                here = (int(strip.channel), int(strip.frame_final_start), int(strip.frame_final_end))
                if made and here != (made["channel"], made["start"], made["end"]):
                    return f"“{strip.name}” had been moved or trimmed; it was removed from where it was."
                return ""
    return "A result had been removed by hand before."


def restore(scene_name: str, name: str, was: dict[str, Any]) -> str:
    """Give the source back its mute; a sentence where somebody else has done so, or it is gone."""
    scene = api.scene_named(scene_name)
    strip = api.strip_named(scene, name) if scene is not None else None
    if strip is None:
        return f"“{name}” is not there any more under this name, so it could not be enabled."
    if was.get("mute", False) == bool(strip.mute):
        return "" if strip.mute else f"“{name}” was enabled already."
    strip.mute = bool(was.get("mute", False))
    return ""


def put_in_place(scene_name: str, made: dict[str, Any], replaced: dict[str, Any]) -> dict[str, Any]:
    """Move a new strip to the channel of the one that it stands for, if that is free at its time; where it lies."""
    scene, strip = _strip(scene_name, made["name"])
    # Blender 4.5 does not come back from setting a channel on which another strip lies at that time.
    if _is_free(api.owner_of(scene, strip), replaced["channel"], made["start"], made["end"]):
        strip.channel = replaced["channel"]
    return {**made, "channel": int(strip.channel)}


def _strip(scene_name: str, name: str) -> tuple[Any, Any]:
    scene = api.scene_named(scene_name)
    strip = api.strip_named(scene, name) if scene is not None else None
    if strip is None:
        raise HostFailure(
            f"“{name}” is not in the sequencer any more under this name.",
            remedy="Undo what removed or renamed it, then import again; or lift the clip anew.",
        )
    return scene, strip


def _effects_on(owner: Any, source: Any) -> tuple[str, ...]:
    return tuple(
        f"“{each.name}” is made of “{source.name}” and still shows it as it was: give it the HDR clip by hand."
        for each in api.strips_of(owner)
        if source in _inputs(each)
    )


def _inputs(strip: Any) -> list[Any]:
    return [getattr(strip, each, None) for each in ("input_1", "input_2")]


def _free_channel(owner: Any, source: Any, start: int, end: int) -> int:
    above = [source.channel, *(each.channel for each in api.strips_of(owner) if _is_result_of(each, source))]
    for channel in range(max(above) + 1, api.CHANNELS + 1):
        barred = owner.channels[channel].lock or owner.channels[channel].mute
        if not barred and _is_free(owner, channel, start, end):
            return channel
    raise HostFailure(
        f"No channel above “{source.name}” is free at its time.",
        remedy="Move or delete strips above it, or unlock and unmute a channel; there are 128.",
    )


def _is_result_of(strip: Any, source: Any) -> bool:
    return bool(marked(strip, PLACEMENT)) and marked(strip, CLIP) == clip_id(source.id_data.name, source.name)


def _is_free(owner: Any, channel: int, start: int, end: int) -> bool:
    return not any(
        each.channel == channel and each.frame_final_start < end and start < each.frame_final_end
        for each in api.strips_of(owner)
    )


def _take_over(scene: Any, source: Any, strip: Any, result: Result) -> None:
    """How the source lies in the picture is how the result does, whose pixels may be fewer or more."""
    width, height = size_of(scene, source)
    wide, high = result.width / width, result.height / height
    for name in ("offset_x", "offset_y", "rotation"):
        setattr(strip.transform, name, getattr(source.transform, name))
    strip.transform.origin = source.transform.origin
    strip.transform.filter = source.transform.filter
    strip.transform.scale_x = source.transform.scale_x / wide
    strip.transform.scale_y = source.transform.scale_y / high
    for name, times in (("min_x", wide), ("max_x", wide), ("min_y", high), ("max_y", high)):
        setattr(strip.crop, name, round(getattr(source.crop, name) * times))
    strip.use_flip_x, strip.use_flip_y = source.use_flip_x, source.use_flip_y
    strip.blend_type, strip.blend_alpha = source.blend_type, source.blend_alpha
