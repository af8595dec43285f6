"""Which movies keep their speed in a scene of another rate. Blender has a flag for that, but tells it to nobody.

What it does tell is how long a strip's content is; and that grows with the scene's rate where the speed is kept. So
the rate is changed in a copy of the scene, and the copy thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from . import api

_SAME = 1e-5
"""How far rates differ, of which one was a float and the other is written otherwise."""


@dataclass(frozen=True)
class Kept:
    """`factor` is frames of the movie per frame of the scene, `frames` how many the movie has."""

    factor: float
    frames: int


@dataclass(frozen=True)
class Speed:
    """`fps` is the movie's; `kept` none where it is played frame by frame."""

    fps: float
    kept: Kept | None


class Speeds:
    """Remembers what it has found, for a panel asks every second."""

    def __init__(self) -> None:
        self._fps: dict[str, float] = {}
        self._kept: dict[tuple[object, ...], Kept | None] = {}

    def fps(self, scene: Any, strip: Any) -> float:
        """Of the strip's movie, 0 where that is offline. Blender opens the file whenever it is asked this."""
        path = api.absolute(strip.filepath, scene)
        fps = self._fps.get(path) or float(strip.fps)
        if fps > 0:
            self._fps[path] = fps
        return fps

    def of(self, scene: Any, strips: Iterable[Any]) -> dict[str, Speed]:
        """By names of strips; those of other things than movies are left out."""
        rate = float(api.rate_of(scene))
        movies = {strip.name: strip for strip in strips if strip.type == "MOVIE"}
        speeds = {name: self.fps(scene, strip) for name, strip in movies.items()}
        asked = {
            name: (scene.name, name, strip.filepath, speeds[name], rate, strip.frame_duration)
            for name, strip in movies.items()
            if speeds[name] and abs(speeds[name] / rate - 1) > _SAME
        }
        new = {name: speeds[name] for name, key in asked.items() if key not in self._kept}
        if new:
            for name, kept in _measured(scene, new, rate).items():
                self._kept[asked[name]] = kept
        return {name: Speed(fps, self._kept[asked[name]] if name in asked else None) for name, fps in speeds.items()}


def _measured(scene: Any, speeds: dict[str, float], rate: float) -> dict[str, Kept | None]:
    found: dict[str, Kept | None] = {}
    copy = api.copy_of(scene)
    try:
        strips = {strip.name: strip for strip in api.all_strips(copy) if strip.name in speeds}
        before = {name: strip.frame_duration for name, strip in strips.items()}
        for fps in set(speeds.values()):
            # Another rate than the scene's, and a whole multiple of the movie's.
            times = 3 if abs(rate / fps - 2) < 0.1 else 2
            copy.render.fps = max(1, round(times * fps))
            copy.render.fps_base = copy.render.fps / (times * fps)
            for name, strip in strips.items():
                if speeds[name] == fps:
                    kept = strip.frame_duration != before[name]
                    found[name] = Kept(fps / rate, round(strip.frame_duration / times)) if kept else None
    finally:
        api.bpy.data.scenes.remove(copy)
    return found
