"""Blender's video sequencer and compositor as a `Host`."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bridge.domain.host import (
    Exported,
    HostAbilities,
    HostFacts,
    HostFailure,
    HostMask,
    JobLine,
    PlaceOrder,
    Placing,
    Selection,
)
from plugin.hosting.journal import Journal
from plugin.hosting.main_thread import Main

from . import api
from .exporting import FIRST, export_strip, size_of
from .geometry import Lying
from .mattes import Matted, export_matte, mask_strips
from .nodes import MovieRates, read_node
from .nodes import selected_names as selected_nodes
from .placing import Clip, Placer
from .project import Project
from .speeds import Speeds
from .strips import StripFacts, read_strip, settle
from .strips import selected_names as selected_strips
from .studio import refuse_while_rendering

OLDEST = (4, 2)

_SLICE_SECONDS = 0.03
_ABILITIES = HostAbilities(export=True, masks=True, place=True, revert=True, shows_jobs=True)


class BlenderHost:
    """Made on Blender's main thread; its methods are for one other thread, or for the main thread with `direct`."""

    def __init__(self, journal: Journal, main: Main) -> None:
        self._main = main
        self._speeds = Speeds()
        self._rates = MovieRates()
        self._project = Project()
        self._placer = Placer(journal, main, self._project, self._speeds, self._rates)
        self._jobs: tuple[JobLine, ...] = ()

    @property
    def jobs(self) -> tuple[JobLine, ...]:
        """What the panel has told last."""
        return self._jobs

    # The protocol

    def facts(self) -> HostFacts:
        project, title = self._main(self._opened)
        version = ".".join(map(str, api.bpy.app.version))
        abilities = _ABILITIES if api.bpy.app.version[:2] >= OLDEST else HostAbilities()
        return HostFacts("blender", "Blender", version, project, title, abilities)

    def selection(self) -> Selection:
        waiting, notes = self._main(_chosen)
        facts: list[StripFacts] = []
        while waiting:
            read, waiting = self._main(self._read, waiting)
            facts += read
        files = {path for each in facts for path in each.files}
        clips = settle(facts, {path: Path(path).is_file() for path in files})
        revision = hashlib.sha256(repr((clips, notes)).encode()).hexdigest()[:16]
        return Selection(revision, clips, notes)

    def export(self, clip: str, folder: str, handles: int) -> Exported:
        """Render a strip alone, as PNG with 16 bits whose codes are those of its media; numbered from 1001."""
        wanted = Clip.of(clip)
        if wanted.kind != "strip":
            raise HostFailure("Only strips can be rendered alone.", kind="unsupported")
        with _writing():
            return export_strip(self._main, wanted.scene, wanted.name, Path(folder), handles)

    def export_mask(self, clip: str, mask: str, folder: str) -> HostMask:
        """Render a mask over a clip's range, an EXR for each frame of the media, numbered as that counts them."""
        matted, offered = self._main(self._matted, Clip.of(clip))
        wanted = next((each for each in offered if each.id == mask), None)
        if wanted is None:
            raise HostFailure("That mask is not among the clip's any more.", remedy="Choose another mask.")
        with _writing():
            return export_matte(self._main, matted, wanted, Path(folder))

    def place(self, order: PlaceOrder) -> Placing:
        return self._placer.place(order)

    def revert(self, placements: tuple[str, ...]) -> str:
        return self._placer.revert(placements)

    def show_jobs(self, jobs: tuple[JobLine, ...]) -> None:
        self._jobs = jobs
        self._main(_redraw)

    def close(self) -> None:
        self._project.close()

    # On the main thread

    def _opened(self) -> tuple[str, str]:
        return self._project.current(), self._project.title

    def _read(self, waiting: list[Clip]) -> tuple[list[StripFacts], list[Clip]]:
        """As many of them as a slice may last; those that are gone meanwhile are left out."""
        end = time.monotonic() + _SLICE_SECONDS
        kind = waiting[0].kind
        scene: Any = api.scene_named(waiting[0].scene)
        level: Any = (api.open_level(scene) if kind == "strip" else api.tree_of(scene)) if scene is not None else None
        if level is None:
            return [], [each for each in waiting if (each.kind, each.scene) != (kind, waiting[0].scene)]
        there = {each.name: each for each in (api.strips_of(level) if kind == "strip" else level.nodes)}
        looked: list[Clip] = []
        for each in waiting:
            if (each.kind, each.scene) != (kind, waiting[0].scene) or (looked and time.monotonic() > end):
                break
            looked.append(each)
            if kind == "strip" and each.name in there and there[each.name].type == "MOVIE":
                self._speeds.fps(scene, there[each.name])  # opens a file
        present = [there[each.name] for each in looked if each.name in there]
        speeds = self._speeds.of(scene, present) if kind == "strip" else {}
        masks = mask_strips(level) if kind == "strip" else []
        read: list[StripFacts] = []
        end = time.monotonic() + _SLICE_SECONDS
        for done, each in enumerate(looked):
            if done and time.monotonic() > end:
                return read, waiting[done:]
            if each.name in there:
                thing = there[each.name]
                is_strip = kind == "strip"
                read.append(
                    read_strip(scene, level, thing, speeds, masks)
                    if is_strip
                    else read_node(scene, thing, self._rates)
                )
        return read, waiting[len(looked) :]

    def _matted(self, clip: Clip) -> tuple[Matted, tuple[HostMask, ...]]:
        refuse_while_rendering()
        scene = api.scene_named(clip.scene)
        if clip.kind == "node":
            tree = api.tree_of(scene) if scene is not None else None
            node = tree.nodes.get(clip.name) if tree is not None else None
            if node is None or node.image is None:
                raise _gone(clip.name)
            facts = read_node(scene, node, self._rates)
            width, height = node.image.size
            played = tuple(range(node.frame_start, node.frame_start + len(facts.numbers)))
            return Matted(clip.scene, Lying(width, height), played, facts.clip.source_start), facts.clip.masks
        strip = api.strip_named(scene, clip.name) if scene is not None else None
        if strip is None:
            raise _gone(clip.name)
        facts = read_strip(scene, api.owner_of(scene, strip), strip, self._speeds.of(scene, [strip]))
        start, end = int(strip.frame_final_start), int(strip.frame_final_end)
        numbers = facts.numbers or tuple(range(FIRST, FIRST + end - start))
        shown = {number: frame for frame, number in reversed(list(enumerate(numbers, start)))}
        frames: list[int] = []
        for number in range(min(numbers), max(numbers) + 1):
            # What is never shown, because the strip plays fast, is masked as the frame before it.
            frames.append(shown.get(number, frames[-1] if frames else start))
        return Matted(clip.scene, lying_of(scene, strip), tuple(frames), min(numbers)), facts.clip.masks


def lying_of(scene: Any, strip: Any) -> Lying:
    width, height = size_of(scene, strip)
    transform = strip.transform
    return Lying(
        width,
        height,
        transform.scale_x,
        transform.scale_y,
        transform.offset_x,
        transform.offset_y,
        transform.rotation,
        *transform.origin,
        flip_x=strip.use_flip_x,
        flip_y=strip.use_flip_y,
    )


def _chosen() -> tuple[list[Clip], tuple[str, ...]]:
    """What is selected in the editors on the screen; in both where neither is, as without a window."""
    shown = api.shown_editors()
    found: list[Clip] = []
    sounds = 0
    if shown != {"NODE_EDITOR"}:
        scene = api.sequencer_scene()
        for kind, name in selected_strips(scene):
            sounds += kind == "SOUND"
            if kind != "SOUND":
                found.append(Clip("strip", scene.name, name))
    if shown != {"SEQUENCE_EDITOR"}:
        scene = api.window_scene()
        found += [Clip("node", scene.name, name) for name in selected_nodes(scene)]
    if found:
        return found, ()
    if sounds:
        return [], ("Only sound is selected: select the picture as well.",)
    return [], ("Select movie or image strips in the Video Sequencer, or Image nodes in the Compositor.",)


def _redraw() -> None:
    for window in api.windows():
        for area in window.screen.areas:
            if area.type in ("SEQUENCE_EDITOR", "NODE_EDITOR"):
                area.tag_redraw()


def _gone(name: str) -> HostFailure:
    return HostFailure(f"“{name}” is not there any more under this name.", remedy="Select the clip again.")


@contextmanager
def _writing() -> Generator[None, None, None]:
    try:
        yield
    except OSError as error:
        raise HostFailure(
            "The folder for what Blender renders cannot be written to.",
            remedy="Check that there is space, and that the folder can be written to.",
            detail=str(error),
        ) from error
