"""Clips that only Blender can play, rendered alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.domain.host import Exported, HostFailure
from plugin.hosting.main_thread import Main

from . import api
from .studio import borrowed, check_written, copied_scene, refuse_while_rendering, render_frame
from .video_codes import tag_as_video

FIRST = 1001
"""Number of the first frame that is rendered, handles included."""


@dataclass(frozen=True)
class _Stage:
    scene: str
    start: int
    end: int
    before: int
    after: int
    rate: str
    video: bool
    """Whether the codes are those of a movie, and no picture's or scene's."""


def export_strip(main: Main, scene: str, strip: str, folder: Path, handles: int) -> Exported:
    """Raises `HostFailure`, and `OSError` where `folder` cannot be made."""
    folder.mkdir(parents=True, exist_ok=True)
    stage: _Stage = main(_set_up, scene, strip, handles)
    name = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in strip)
    with borrowed(main, (stage.scene,)):
        for number, frame in enumerate(range(stage.start, stage.end), FIRST):
            path = folder / f"{name}.{number:08d}.png"
            main(_set_keys, scene, stage.scene, strip, frame)
            main(render_frame, stage.scene, frame, str(path))
            check_written(path)
            if stage.video:
                tag_as_video(path)
    pattern = str(folder / f"{name}.%08d.png")
    return Exported(pattern, stage.rate, FIRST, stage.end - stage.start, stage.before, stage.after)


def _set_up(scene_name: str, name: str, handles: int) -> _Stage:
    refuse_while_rendering()
    scene = api.scene_named(scene_name)
    original = next((each for each in api.strips_of(scene.sequence_editor) if each.name == name), None)
    if original is None:
        raise HostFailure(f"“{name}” lies within a meta strip.", remedy="Select the meta strip itself.")
    width, height = size_of(scene, original)
    copy = copied_scene(scene, width, height)
    try:
        strip = _alone(copy, name)
        video = _is_video(copy)
        _ungrade(strip)
        before = after = 0
        if not hasattr(strip, "input_1") and strip.type != "MULTICAM":
            before = min(handles, max(0, int(strip.frame_offset_start)))
            after = min(handles, max(0, int(strip.frame_offset_end)))
            strip.frame_offset_start -= before
            strip.frame_offset_end -= after
        start, end = int(strip.frame_final_start), int(strip.frame_final_end)
    except BaseException:
        api.bpy.data.scenes.remove(copy)
        raise
    return _Stage(copy.name, start, end, before, after, str(api.rate_of(scene)), video)


def _set_keys(scene_name: str, copy_name: str, name: str, frame: int) -> None:
    """Give an effect in a copy what the keys of the scene say at `frame`; other strips are rendered without theirs."""
    scene: Any = api.scene_named(scene_name)
    copy: Any = api.scene_named(copy_name)
    strip: Any = api.strip_named(copy, name) if copy is not None else None
    if scene is None or strip is None or strip.type not in ("SPEED", "MULTICAM"):
        return  # a project that was closed meanwhile is told by the render
    for curve in api.keyed(scene):
        path, _, what = curve.data_path.rpartition(".")
        if path.endswith(f'["{api.bpy.utils.escape_identifier(name)}"]'):
            value = curve.evaluate(frame)
            setattr(strip, what, round(value) if isinstance(getattr(strip, what), int) else value)


def size_of(scene: Any, strip: Any) -> tuple[int, int]:
    """Pixels of the strip's own picture; the scene's where it has none."""
    element = strip.elements[0] if hasattr(strip, "elements") and len(strip.elements) else None
    if element is not None and element.orig_width and element.orig_height:
        return int(element.orig_width), int(element.orig_height)
    return int(scene.render.resolution_x), int(scene.render.resolution_y)


def _alone(copy: Any, name: str) -> Any:
    """Take every strip but this one, and what it is made of, out of the copy."""
    strips = api.strips_of(copy.sequence_editor)
    kept = {name}
    waiting = [strips[name]]
    while waiting:
        strip = waiting.pop()
        inputs = [getattr(strip, each, None) for each in ("input_1", "input_2")]
        if strip.type == "MULTICAM":  # its picture is that of the channels below
            inputs += [each for each in strips if each.channel < strip.channel and each.type != "SOUND"]
        for each in inputs:
            if each is not None and each.name not in kept:
                kept.add(each.name)
                waiting.append(each)
    for other in [each.name for each in strips if each.name not in kept]:
        there = strips.get(other)
        if there is not None:  # an effect goes along with its input
            strips.remove(there)
    for other in kept:
        strips[other].mute = False
        copy.sequence_editor.channels[strips[other].channel].mute = False
    return strips[name]


def _is_video(copy: Any) -> bool:
    """Whether what is left in the copy is made of movies: their codes are for a BT.1886 display, as when they are read
    directly.
    """
    kinds = {each.type for each in api.all_strips(copy)}
    return bool(kinds & {"MOVIE", "MOVIECLIP"}) and not kinds & {"SCENE", "IMAGE", "COLOR", "TEXT"}


def _ungrade(strip: Any) -> None:
    """Undo what the scene does with the strip's picture: that is done again with the result."""
    strip.blend_type, strip.blend_alpha = "REPLACE", 1.0
    for modifier in strip.modifiers:
        modifier.mute = True
    strip.color_multiply = strip.color_saturation = 1.0
    strip.use_flip_x = strip.use_flip_y = False
    transform, crop = strip.transform, strip.crop
    transform.scale_x = transform.scale_y = 1.0
    transform.offset_x = transform.offset_y = transform.rotation = 0.0
    crop.min_x = crop.max_x = crop.min_y = crop.max_y = 0
