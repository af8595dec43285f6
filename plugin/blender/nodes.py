"""Image nodes of the compositor as clips."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.domain.host import HostClip
from plugin.hosting.rates import exact_rate

from . import api
from .mattes import masks_of_project
from .playback import numbers_in
from .strips import StripFacts


def clip_id(scene: str, node: str) -> str:
    return json.dumps(["node", scene, node], ensure_ascii=False)


def selected_names(scene: Any) -> list[str]:
    tree = api.tree_of(scene)
    if tree is None:
        return []
    chosen = [node for node in tree.nodes if node.type == "IMAGE" and node.select]
    return [node.name for node in sorted(chosen, key=lambda node: (-node.location.y, node.location.x))]


class MovieRates:
    """Rates of movies, each looked up once: by a movie clip, because images have none."""

    def __init__(self) -> None:
        self._known: dict[str, str | None] = {}

    def of(self, path: str) -> str | None:
        if path not in self._known:
            self._known[path] = _movie_rate(path)
        return self._known[path]


def _movie_rate(path: str) -> str | None:
    try:
        clip = api.bpy.data.movieclips.load(path)
    except RuntimeError:
        return None  # gone, which is said where files are looked for
    try:
        rate = exact_rate(clip.fps)
    finally:
        api.bpy.data.movieclips.remove(clip)
    return str(rate) if rate else None


def read_node(scene: Any, node: Any, rates: MovieRates) -> StripFacts:
    """What is to be known of the Image node `node`. It counts as a clip from the first to the last frame it plays."""
    image = node.image
    clip = HostClip(
        id=clip_id(scene.name, node.name),
        name=node.label or getattr(image, "name", node.name),
        media=None,
        track_name="Compositor",
        rate=str(api.rate_of(scene)),
        record_start=node.frame_start - scene.frame_start,
        record_end=node.frame_start - scene.frame_start + node.frame_duration,
        enabled=not node.mute,
        masks=masks_of_project(),
    )
    refusal = _refusal(image)
    if refusal:
        return StripFacts(replace(clip, liftable=False, reason=refusal))
    path = api.absolute(image.filepath, image)
    count = max(1, int(node.frame_duration))
    if image.source == "MOVIE":
        # Blender plays movies frame by frame here, whatever their rate, which the image does not tell.
        first, known, rate = int(node.frame_offset), True, rates.of(path)
    elif image.source == "SEQUENCE":
        first, known, rate = int(node.frame_offset) + 1, False, None
    else:
        numbers = numbers_in([Path(path).name])
        first, known, rate, count = (numbers[0] if numbers else 0), False, None, 1
    clip = replace(
        clip,
        media=path,
        source_rate=rate,
        source_start=first,
        source_end=first + count,
        media_start_known=known,
    )
    return StripFacts(clip, tuple(range(first, first + count)), (path,))


def _refusal(image: Any) -> str:
    if image is None:
        return "The node has no image."
    if image.source not in ("MOVIE", "SEQUENCE", "FILE"):
        return "Its image is generated or tiled, and holds no footage."
    if image.packed_file is not None:
        return "Its image is packed into the project: unpack it to a file first."
    if image.use_multiview:
        return "It is stereoscopic, which cannot be lifted."
    return ""
