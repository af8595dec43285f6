"""Scenes of our own in which something is rendered alone: the user's are not touched, and so need no restoring."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bridge.domain.host import HostFailure
from plugin.hosting.main_thread import Main

from . import api
from .color import LINEAR, first_of, set_view

MARK = "superwhite_temporary"


@contextmanager
def borrowed(main: Main, names: Sequence[str]) -> Generator[None, None, None]:
    """Have the scenes `names`, each of which may be shown by those before it, removed in the end."""
    try:
        yield
    finally:
        main(_discard, tuple(names))


def new_scene(title: str, width: int, height: int) -> Any:
    """An empty scene whose renders are data: linear, with nothing done for a display."""
    scene = api.bpy.data.scenes.new(title)
    scene[MARK] = True
    scene.sequence_editor_create()
    _plain(scene, width, height)
    scene.sequencer_colorspace_settings.name = first_of(LINEAR, scene.sequencer_colorspace_settings)
    settings = scene.render.image_settings
    settings.file_format = "OPEN_EXR"
    settings.color_mode = "BW"
    settings.color_depth = "32"
    settings.exr_codec = "ZIP"
    return scene


def copied_scene(scene: Any, width: int, height: int) -> Any:
    """A copy of `scene` that renders video codes as its strips hold them. Raises `HostFailure`."""
    copy = api.copy_of(scene)
    copy[MARK] = True
    try:
        _for_codes(copy, width, height)
    except BaseException:
        api.bpy.data.scenes.remove(copy)
        raise
    return copy


def _for_codes(copy: Any, width: int, height: int) -> None:
    _plain(copy, width, height)
    set_view(copy, "sRGB", "Standard")
    view = copy.view_settings
    view.look = "None"
    view.exposure, view.gamma = 0.0, 1.0
    view.use_curve_mapping = False
    settings = copy.render.image_settings
    settings.file_format = "PNG"
    settings.color_mode = "RGB"
    settings.color_depth = "16"
    settings.compression = 15


def _plain(scene: Any, width: int, height: int) -> None:
    render = scene.render
    render.resolution_x, render.resolution_y, render.resolution_percentage = width, height, 100
    render.pixel_aspect_x = render.pixel_aspect_y = 1.0
    render.use_border = render.use_multiview = render.use_stamp = render.use_placeholder = False
    render.use_compositing = False
    render.use_sequencer = render.use_overwrite = render.use_file_extension = True
    render.dither_intensity = 0.0
    if hasattr(render.image_settings, "media_type"):  # since 5.0 it decides which formats there are
        render.image_settings.media_type = "IMAGE"
    render.image_settings.color_management = "FOLLOW_SCENE"


def render_frame(name: str, frame: int, path: str) -> None:
    """Render frame `frame` of the scene `name` into `path`. Raises `HostFailure`."""
    refuse_while_rendering()
    scene = api.scene_named(name)
    if scene is None:
        raise HostFailure("The project was closed while Blender was rendering.", kind="lost")
    scene.frame_current = frame
    scene.render.filepath = path
    try:
        # The operator's own parameter `scene` renders that scene at the frame of the window's, and a window in the
        # override renders the window's.
        with api.bpy.context.temp_override(scene=scene):
            done = api.bpy.ops.render.render(write_still=True)
    except RuntimeError as error:
        raise HostFailure("Blender could not render the clip.", detail=str(error)) from error
    if "FINISHED" not in done:
        raise HostFailure("Rendering was cancelled in Blender.")


def refuse_while_rendering() -> None:
    if api.bpy.app.is_job_running("RENDER"):
        raise HostFailure(
            "Blender is busy rendering.", kind="busy", remedy="Wait until it has finished, then try again."
        )


def check_written(path: Path) -> None:
    if not path.is_file():
        raise HostFailure(
            "Blender has rendered a frame that is not on the drive.",
            remedy="Check that there is space, and that the folder can be written to.",
            detail=str(path),
        )


def _discard(names: Sequence[str]) -> None:
    for name in names:
        scene = api.scene_named(name)
        if scene is not None:
            api.bpy.data.scenes.remove(scene)
