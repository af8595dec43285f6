"""What tests do inside Blender: set a project up, drive the adapter, tell all that a project holds."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import bpy

from bridge.domain import host as domain
from plugin.blender import api
from plugin.blender.host import BlenderHost
from plugin.hosting.journal import Journal
from plugin.hosting.main_thread import direct

host: BlenderHost | None = None


def begin(journal: str, fps: int = 24, base: float = 1.0, size: tuple[int, int] = (64, 48)) -> None:
    """A new project with an empty sequencer, and an adapter as after a start of Blender."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = fps, base
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.resolution_percentage = 100
    scene.sequence_editor_create()
    attach(journal)


def attach(journal: str, main=direct) -> None:
    global host
    if host is not None:
        host.close()
    host = BlenderHost(Journal(Path(journal)), main)


_slices: list[float] = []


def timed(work, *arguments):
    """A `Main` that remembers how long each slice was."""
    begun = time.perf_counter()
    try:
        return work(*arguments)
    finally:
        _slices.append((time.perf_counter() - begun) * 1000)


def measured(call) -> tuple[float, float, int]:
    """Milliseconds of a call, those of its longest slice, and the number of slices."""
    _slices.clear()
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000, max(_slices), len(_slices)


def strips(owner=None):
    return api.strips_of(owner or bpy.context.scene.sequence_editor)


def movie(path, channel=1, start=1, name=None, trim=(0, 0), owner=None):
    strip = strips(owner).new_movie(
        name=name or Path(path).stem, filepath=str(path), channel=channel, frame_start=start
    )
    strip.frame_offset_start, strip.frame_offset_end = trim
    strip.select = True
    return strip


def images(files, channel=1, start=1, name="seq", trim=(0, 0), owner=None):
    strip = strips(owner).new_image(
        name=name, filepath=str(files[0]), channel=channel, frame_start=start, fit_method="ORIGINAL"
    )
    for each in files[1:]:
        strip.elements.append(Path(each).name)
    strip.frame_offset_start, strip.frame_offset_end = trim
    strip.select = True
    return strip


def meta(path, trim, name="meta", channel=1):
    """A meta strip with the movie `path`, called "inside", from frame 1 less its trims."""
    made = strips().new_meta(name=name, channel=channel, frame_start=1)
    inside = movie(path, name="inside", trim=trim, owner=made)
    # Scripts' trims reach a meta strip with the next strip that is added to it.
    strips(made).remove(strips(made).new_image("x", str(path), channel=2, frame_start=inside.frame_final_start))
    made.frame_final_start, made.frame_final_end = inside.frame_final_start, inside.frame_final_end
    made.select = True
    return made


def effect(kind, channel=1, start=1, length=10, name=None, **inputs):
    span = {"length": length} if bpy.app.version >= (5,) else {"frame_end": start + length}
    strip = strips().new_effect(name=name or kind, type=kind, channel=channel, frame_start=start, **span, **inputs)
    strip.select = True
    return strip


def mask(name, box=(0.0, 0.0, 0.5, 0.5), alpha=1.0):
    """A mask that is `alpha` in a box from lower left to upper right, in parts of the frame."""
    made = bpy.data.masks.new(name)
    layer = made.layers.new(name="layer")
    layer.alpha = alpha
    spline = layer.splines.new()
    spline.use_cyclic = True
    spline.points.add(3)
    left, bottom, right, top = box
    corners = ((left, bottom), (right, bottom), (right, top), (left, top))
    for point, corner in zip(spline.points, corners, strict=True):
        point.handle_left_type = point.handle_right_type = "VECTOR"
        point.co = point.handle_left = point.handle_right = corner
    return made


def selection() -> dict:
    return dataclasses.asdict(host.selection())


def result(**fields) -> domain.Result:
    return domain.Result(**fields)


def place(results: list[dict], project: str | None = None, conflict: str = domain.NEW_TRACK) -> dict:
    project = host.facts().project if project is None else project
    order = domain.PlaceOrder(project, tuple(domain.Result(**each) for each in results), conflict)
    return dataclasses.asdict(host.place(order))


def linear_scene(depth: str = "32") -> None:
    """Rendering that writes the numbers as they are."""
    scene = bpy.context.scene
    scene.sequencer_colorspace_settings.name = "Linear Rec.709"
    if hasattr(scene.render.image_settings, "media_type"):
        scene.render.image_settings.media_type = "IMAGE"
    scene.render.image_settings.file_format = "OPEN_EXR"
    scene.render.image_settings.color_depth = depth
    scene.render.image_settings.color_mode = "RGB"
    scene.render.image_settings.exr_codec = "ZIP"


def render(frame: int, path: str) -> str:
    bpy.context.scene.frame_set(frame)
    bpy.context.scene.render.filepath = path
    bpy.ops.render.render(write_still=True)
    return path


def save(path: str) -> None:
    bpy.ops.wm.save_as_mainfile(filepath=path, check_existing=False)


def load(path: str) -> None:
    bpy.ops.wm.open_mainfile(filepath=path)


def window():
    """A context with a sequencer on a screen, for operators that want one."""
    shown = bpy.context.window_manager.windows[0]
    area = max(shown.screen.areas, key=lambda each: each.width * each.height)
    area.type = "SEQUENCE_EDITOR"
    if hasattr(shown.workspace, "sequencer_scene"):
        shown.workspace.sequencer_scene = bpy.context.scene
    region = next(each for each in area.regions if each.type == "WINDOW")
    return bpy.context.temp_override(window=shown, screen=shown.screen, area=area, region=region)


_LEFT_OUT = {"rna_type", "bl_rna", "session_uid", "is_evaluated", "original", "preview", "library_weak_reference"}


def _told(thing, depth=3):
    """What `thing` holds, to a depth, as JSON can carry it."""
    if isinstance(thing, (bool, int, str)) or thing is None:
        return thing
    if isinstance(thing, float):
        return round(thing, 6)
    if isinstance(thing, bpy.types.ID) and depth < 3:
        return f"{type(thing).__name__} {thing.name}"
    if isinstance(thing, bpy.types.bpy_struct):
        if not depth:
            return str(getattr(thing, "name", ""))
        told = {"[]": {key: str(thing[key]) for key in _own(thing)}}
        for prop in thing.bl_rna.properties:
            if prop.identifier in _LEFT_OUT:
                continue
            value = getattr(thing, prop.identifier)
            if prop.type == "COLLECTION":
                told[prop.identifier] = [_told(each, depth - 1) for each in value]
            else:
                told[prop.identifier] = _told(value, depth - 1)
        return told
    if hasattr(thing, "__iter__"):
        return [_told(each, depth - 1) for each in thing]
    return str(thing)


def _own(thing) -> list:
    try:
        return list(thing.keys())
    except (AttributeError, TypeError):
        return []  # this kind of thing has no custom properties


def dump() -> dict:
    """All strips, channels, nodes and links of all scenes, and what else an import could leave behind."""
    told = {}
    for scene in bpy.data.scenes:
        tree = api.tree_of(scene)
        editor = scene.sequence_editor
        told[scene.name] = {
            "strips": sorted((_told(each) for each in api.all_strips(scene)), key=lambda each: each["name"]),
            "channels": [(each.name, each.lock, each.mute) for each in editor.channels] if editor else [],
            "active": editor.active_strip.name if editor and editor.active_strip else "",
            "nodes": sorted((_told(each) for each in tree.nodes), key=lambda each: each["name"]) if tree else [],
            "links": sorted(
                (each.from_node.name, each.from_socket.identifier, each.to_node.name, each.to_socket.identifier)
                for each in (tree.links if tree else ())
            ),
            "frames": (scene.frame_start, scene.frame_end, scene.frame_current),
            "render": _told(scene.render, 2),
            "view": [_told(each, 1) for each in (scene.view_settings, scene.display_settings)],
            "space": scene.sequencer_colorspace_settings.name,
            "keys": sorted((each.data_path, len(each.keyframe_points)) for each in api.keyed(scene)),
            "own": {key: str(scene[key]) for key in scene.keys()},  # noqa: SIM118
        }
    kinds = ("scenes", "images", "movieclips", "masks", "sounds", "node_groups", "actions", "texts")
    told["data"] = {kind: sorted((each.name, each.users) for each in getattr(bpy.data, kind)) for kind in kinds}
    # Blender 4.5 and 5.0 count one user too many of a mask whose strip has been removed, until the file is saved.
    told["data"]["masks"] = sorted(each.name for each in bpy.data.masks)
    told["data"]["images"] = [
        each for each in told["data"]["images"] if each[0] not in ("Render Result", "Viewer Node")
    ]
    return told


def tree():
    """The compositor's nodes of the scene, made where there are none."""
    scene = bpy.context.scene
    if hasattr(scene, "compositing_node_group"):
        if scene.compositing_node_group is None:
            scene.compositing_node_group = bpy.data.node_groups.new("Compositing", "CompositorNodeTree")
        return scene.compositing_node_group
    scene.use_nodes = True
    return scene.node_tree


def image_node(name, path, source, start=1, frames=1, offset=0):
    """An Image node that goes to a blur and to the scene's output."""
    nodes = tree()
    nodes.nodes.clear()
    node = nodes.nodes.new("CompositorNodeImage")
    node.name = name
    node.image = bpy.data.images.load(str(path))
    node.image.source = source
    node.frame_start, node.frame_duration, node.frame_offset = start, frames, offset
    node.select = True
    blur = nodes.nodes.new("CompositorNodeBlur")
    blur.name = "blur"
    if hasattr(nodes, "interface") and hasattr(bpy.context.scene, "compositing_node_group"):
        nodes.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
        out = nodes.nodes.new("NodeGroupOutput")
    else:
        out = nodes.nodes.new("CompositorNodeComposite")
    out.name = "out"
    for each in (blur, out):
        each.select = False
        nodes.links.new(each.inputs["Image"], node.outputs["Image"])
    return node


def render_nodes(frame: int, path: str) -> str:
    """Render by the compositor alone, which wants a camera."""
    scene = bpy.context.scene
    if scene.camera is None:
        scene.camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    scene.render.use_sequencer, scene.render.use_compositing = False, True
    scene.render.engine = "BLENDER_WORKBENCH"
    linear_scene()
    return render(frame, path)


def forget_render(path: str) -> None:
    bpy.context.scene.render.filepath = path
