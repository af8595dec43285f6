"""Where Blender's versions differ, and the one import of `bpy`, which has no types.

Everything that takes or gives one of Blender's own objects is for its main thread. None of these objects outlives the
slice that it was fetched in: an undo step or another file makes a dangling pointer of it, so others keep names.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from importlib import import_module
from typing import Any

bpy: Any = import_module("bpy")

CHANNELS = 128
"""The highest channel of the sequencer."""


def strips_of(owner: Any) -> Any:
    """The strips of a sequence editor or of a meta strip: named `strips` from 4.4 on. Falsy while it is empty."""
    return owner.strips if hasattr(owner, "strips") else owner.sequences


def all_strips(scene: Any) -> list[Any]:
    """Those within meta strips too. Their names differ, each from all others."""
    editor = scene.sequence_editor
    if editor is None:
        return []
    return list(editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all)


def strip_named(scene: Any, name: str) -> Any:
    """None where there is no such strip."""
    return next((strip for strip in all_strips(scene) if strip.name == name), None)


def open_level(scene: Any) -> Any:
    """What the sequencer shows: the innermost meta strip that is open, or the sequence editor; none without one."""
    editor = scene.sequence_editor
    if editor is None:
        return None
    return editor.meta_stack[-1] if len(editor.meta_stack) else editor


def owner_of(scene: Any, strip: Any) -> Any:
    """The meta strip in which `strip` lies, or the sequence editor."""
    name = strip.name
    for meta in all_strips(scene):
        if meta.type == "META" and any(each.name == name for each in strips_of(meta)):
            return meta
    return scene.sequence_editor


def tree_of(scene: Any) -> Any:
    """The scene's compositing nodes, a node group of their own from 5.0 on; none where it has none in use."""
    if hasattr(scene, "compositing_node_group"):
        return scene.compositing_node_group
    return scene.node_tree if scene.use_nodes else None


def windows() -> Iterator[Any]:
    manager = bpy.context.window_manager
    yield from manager.windows if manager else ()


def shown_editors() -> set[str]:
    """Which of `SEQUENCE_EDITOR` and `NODE_EDITOR` (the compositor's) are on the screen."""
    found = set()
    for window in windows():
        for area in window.screen.areas:
            if area.type == "SEQUENCE_EDITOR" or (
                area.type == "NODE_EDITOR" and area.ui_type == "CompositorNodeTree"
            ):
                found.add(area.type)
    return found


def sequencer_scene() -> Any:
    """The scene whose strips are being edited: from 5.0 on a workspace may pin another one than the window shows."""
    shown = [window for window in windows() if any(area.type == "SEQUENCE_EDITOR" for area in window.screen.areas)]
    for window in (*shown, *windows()):
        return getattr(window.workspace, "sequencer_scene", None) or window.scene
    return bpy.context.scene


def window_scene() -> Any:
    for window in windows():
        return window.scene
    return bpy.context.scene


def scene_named(name: str) -> Any:
    return bpy.data.scenes.get(name)


def rate_of(scene: Any) -> Fraction:
    """Frames per second; `fps_base` is a 32-bit float, in which 1.001 is 1.00100004673."""
    return Fraction(scene.render.fps) / Fraction(scene.render.fps_base).limit_denominator(1001)


def absolute(path: str, owner: Any) -> str:
    """`path` without Blender's `//`, which means the folder of the project, or that of the library of `owner`."""
    return str(bpy.path.abspath(path, library=owner.library)) if path else ""


def copy_of(scene: Any) -> Any:
    """A copy of `scene` without its keys.

    It would share the action that holds them, and Blender deletes a strip's keys from that in whichever scene the strip
    is removed.
    """
    copy = scene.copy()
    copy.animation_data_clear()
    return copy


def keyed(owner: Any) -> list[Any]:
    """The animation curves of `owner`; from 5.0 on an action holds them by layer and slot."""
    data = owner.animation_data
    if data is None or data.action is None:
        return []
    if hasattr(data.action, "fcurves"):
        return list(data.action.fcurves)
    bags = [strip.channelbag(data.action_slot) for layer in data.action.layers for strip in layer.strips]
    return [curve for bag in bags if bag is not None for curve in bag.fcurves]


def choices(struct: Any, name: str) -> list[str]:
    """What an enumeration of `struct` can be set to."""
    return [item.identifier for item in struct.bl_rna.properties[name].enum_items]
