"""Masks that a clip brings along, rendered as mattes over the clip: 0 to 1, as numbers, at the clip's own size."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.domain.host import HostFailure, HostMask
from plugin.hosting.main_thread import Main

from . import api
from .geometry import Lying
from .studio import borrowed, check_written, new_scene, render_frame


@dataclass(frozen=True)
class Matted:
    """What a matte is made for: one of its frames for each of the scene's `frames`, and numbered from `first`."""

    scene: str
    lying: Lying
    frames: tuple[int, ...]
    first: int


def mask_strips(owner: Any) -> list[Any]:
    """Those in a meta strip or a sequence editor that show a mask."""
    return [strip for strip in api.strips_of(owner) if strip.type == "MASK" and strip.mask is not None]


def masks_of(strip: Any, others: Sequence[Any]) -> tuple[HostMask, ...]:
    """Those that its modifiers use, those of the `mask_strips` above it at the same time, and every other mask of the
    project.
    """
    found: dict[str, HostMask] = {}
    used: set[str] = set()
    for modifier in strip.modifiers:
        mask = modifier.input_mask_id if modifier.input_mask_type == "ID" else None
        if mask is not None:
            key = _key("modifier", mask.name, strip.name if modifier.mask_time == "RELATIVE" else "")
            found[key] = HostMask(key, f"{mask.name} ({modifier.name})", "mask")
            used.add(mask.name)
        matte = modifier.input_mask_strip if modifier.input_mask_type == "STRIP" else None
        if matte is not None and matte.type == "MASK" and matte.mask is not None:
            found[_key("strip", matte.name)] = HostMask(_key("strip", matte.name), matte.name, "matte")
            used.add(matte.mask.name)
    for other in others:
        meets = other.frame_final_start < strip.frame_final_end and strip.frame_final_start < other.frame_final_end
        if meets and other.channel > strip.channel:
            found.setdefault(_key("strip", other.name), HostMask(_key("strip", other.name), other.name, "matte"))
            used.add(other.mask.name)
    return (*found.values(), *masks_of_project(used))


def masks_of_project(but: Sequence[str] | set[str] = ()) -> tuple[HostMask, ...]:
    names = [mask.name for mask in api.bpy.data.masks if mask.name not in but]
    return tuple(HostMask(_key("mask", name), name, "mask") for name in names)


def _key(*parts: str) -> str:
    return json.dumps(parts, ensure_ascii=False)


def export_matte(main: Main, wanted: Matted, mask: HostMask, folder: Path) -> HostMask:
    """Raises `HostFailure`, and `OSError` where `folder` cannot be made."""
    folder.mkdir(parents=True, exist_ok=True)
    name = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in mask.title)
    scenes: tuple[str, ...] = main(_set_up, wanted, mask.id)
    with borrowed(main, scenes):
        for number, frame in enumerate(wanted.frames, wanted.first):
            path = folder / f"{name}.{number:08d}.exr"
            main(render_frame, scenes[0], frame, str(path))
            check_written(path)
    return HostMask(mask.id, mask.title, mask.kind, str(folder / f"{name}.%08d.exr"))


def _set_up(wanted: Matted, key: str) -> tuple[str, ...]:
    """The scenes that render it, the one to be rendered first. Their frames are the clip's: keys go by them."""
    scene = api.scene_named(wanted.scene)
    start, end = min(wanted.frames), max(wanted.frames) + 1
    mask, zero = _source(scene, key)
    frame = (int(scene.render.resolution_x), int(scene.render.resolution_y))
    lying = wanted.lying
    if lying.fills(*frame):
        only = new_scene("Superwhite matte", lying.width, lying.height)
        _draw(only, mask, zero, start, end, lying)
        return (only.name,)
    back = lying.inverse()
    if back is None:
        raise HostFailure(
            "The clip is turned and stretched in its scene, so a mask cannot be brought to it.",
            kind="unsupported",
            remedy="Scale the clip evenly, or export the mask as a movie and choose that.",
        )
    inner = new_scene("Superwhite mask", *frame)
    _draw(inner, mask, zero, start, end, lying)
    inner.frame_start, inner.frame_end = max(0, start), max(0, end)
    outer = new_scene("Superwhite matte", lying.width, lying.height)
    strip = api.strips_of(outer.sequence_editor).new_scene(
        name="mask", scene=inner, channel=1, frame_start=max(0, start)
    )
    strip.scene_input = "SEQUENCER"
    strip.use_float = True
    transform = strip.transform
    transform.scale_x, transform.scale_y, transform.offset_x, transform.offset_y, transform.rotation = back
    return outer.name, inner.name


def _source(scene: Any, key: str) -> tuple[Any, float]:
    """A mask, and the scene's frame at which it shows the first of its own."""
    kind, name, *rest = json.loads(key)
    if kind == "strip":
        strip = api.strip_named(scene, name)
        if strip is None or strip.type != "MASK" or strip.mask is None:
            raise _gone(name)
        return strip.mask, float(strip.frame_start)
    mask = api.bpy.data.masks.get(name)
    if mask is None:
        raise _gone(name)
    relative_to = api.strip_named(scene, rest[0]) if kind == "modifier" and rest[0] else None
    return mask, float(relative_to.frame_start if relative_to is not None else mask.frame_start)


def _gone(name: str) -> HostFailure:
    return HostFailure(f"The mask “{name}” is not in the project any more.", remedy="Choose another mask.")


def _draw(scene: Any, mask: Any, zero: float, start: int, end: int, lying: Lying) -> None:
    """Show `mask`, whose own first frame is at `zero`, from `start` to `end`; it is held where it has no frames."""
    width, height = scene.render.resolution_x, scene.render.resolution_y
    for channel in (1, 2):
        strip = api.strips_of(scene.sequence_editor).new_mask(
            name=f"mask {channel}", mask=mask, channel=channel, frame_start=int(zero)
        )
        strip.frame_final_start, strip.frame_final_end = start, end
        strip.channel = channel
        strip.use_float = True  # else 8 bits, taken for sRGB
        strip.blend_type = "ALPHA_OVER"
        strip.use_flip_x, strip.use_flip_y = lying.flip_x, lying.flip_y
        if channel == 2:
            # Blender leaves the last pixel of a mask, in the top right corner, as the memory was. The one beside it is
            # laid over it.
            strip.crop.min_x, strip.crop.min_y, strip.crop.max_x = width - 2, height - 1, 1
            strip.transform.offset_x = 1.0
            strip.transform.filter = "NEAREST"
