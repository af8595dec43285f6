"""Strips of the video sequencer as clips."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from bridge.domain.host import HostClip
from plugin.hosting.rates import exact_rate

from . import api
from .mattes import mask_strips, masks_of
from .playback import Playback, has_no_gap, numbers_in
from .speeds import Speed

TRANSITIONS = frozenset({"CROSS", "GAMMA_CROSS", "WIPE"})
_RENDERED = {
    "SCENE": "It is a scene, which Blender renders first.",
    "META": "It is a meta strip, which Blender renders first.",
    "MOVIECLIP": "It is a movie clip with its own settings, which Blender renders first.",
    "SPEED": "It is a speed effect, which Blender renders first.",
    "MULTICAM": "It is a multicam selector, which Blender renders first.",
}
_NO_FOOTAGE = {
    "COLOR": "It is a plain colour and holds no footage.",
    "TEXT": "It is text and holds no footage.",
    "MASK": "It is a mask and holds no footage.",
    "ADJUSTMENT": "It is an adjustment layer and holds no footage.",
}
NESTED = " Within a meta strip that cannot be: select the meta strip itself."


@dataclass(frozen=True)
class StripFacts:
    """A strip as it was read. `numbers` are those of the media's frames as they are shown, one per timeline frame;
    empty where the media cannot be read directly, and then `reason` says why.
    """

    clip: HostClip
    numbers: tuple[int, ...] = ()
    files: tuple[str, ...] = ()
    """Files without which the strip is offline: looked for outside of Blender's main thread."""


def clip_id(scene: str, strip: str) -> str:
    return json.dumps(["strip", scene, strip], ensure_ascii=False)


def selected_names(scene: Any) -> list[tuple[str, str]]:
    """Type and name of what is selected on the level that the sequencer shows."""
    level = api.open_level(scene)
    if level is None:
        return []
    chosen = [strip for strip in api.strips_of(level) if strip.select]
    return [(strip.type, strip.name) for strip in sorted(chosen, key=lambda s: (s.frame_final_start, s.channel))]


def read_strip(
    scene: Any, owner: Any, strip: Any, speeds: Mapping[str, Speed], masks: Sequence[Any] | None = None
) -> StripFacts:
    """What is to be known of `strip`, which lies in `owner`: the sequence editor or a meta strip.

    `masks` are its `mask_strips`, for whoever reads many.
    """
    start, end = int(strip.frame_final_start), int(strip.frame_final_end)
    nested = hasattr(owner, "channel")
    channels = owner.channels
    base = HostClip(
        id=clip_id(scene.name, strip.name),
        name=strip.name,
        media=None,
        track=strip.channel,
        track_name=channels[strip.channel].name,
        rate=str(api.rate_of(scene)),
        record_start=start - scene.frame_start,
        record_end=end - scene.frame_start,
        enabled=not strip.mute and not channels[strip.channel].mute,
        masks=masks_of(strip, mask_strips(owner) if masks is None else masks),
    )
    if strip.type in ("MOVIE", "IMAGE") and end > start:
        refusal = _why_not_direct(strip)
        if not refusal:
            read = _movie(scene, strip, speeds[strip.name]) if strip.type == "MOVIE" else _image(scene, strip)
            if isinstance(read, _Media):
                return StripFacts(read.into(base), read.numbers, read.files)
            refusal = read
        return StripFacts(_refused(base, refusal, exportable=True, nested=nested))
    if strip.type in _RENDERED:
        return StripFacts(_refused(base, _RENDERED[strip.type], exportable=True, nested=nested))
    return StripFacts(_refused(base, _no_footage(strip), exportable=False, nested=nested))


@dataclass(frozen=True)
class _Media:
    media: str
    rate: Fraction | None
    numbers: tuple[int, ...]
    by_file: bool
    files: tuple[str, ...]

    def into(self, clip: HostClip) -> HostClip:
        return replace(
            clip,
            media=self.media,
            source_rate=str(self.rate) if self.rate else None,
            source_start=min(self.numbers),
            source_end=max(self.numbers) + 1,
            media_start_known=not self.by_file,
        )


def _movie(scene: Any, strip: Any, speed: Speed) -> _Media | str:
    path = api.absolute(strip.filepath, scene)
    if strip.stream_index:
        return "It shows another video stream of its file than the first, so Blender renders it first."
    length, kept = int(strip.frame_duration), speed.kept
    play = _playback(strip, length, kept.frames - 1, kept.factor) if kept else _playback(strip, length, length - 1)
    shown = tuple(play.index(frame) for frame in range(int(strip.frame_final_start), int(strip.frame_final_end)))
    return _Media(path, exact_rate(speed.fps), shown, False, (path,))


def _image(scene: Any, strip: Any) -> _Media | str:
    names = [element.filename for element in strip.elements]
    play = _playback(strip, int(strip.frame_duration), int(strip.frame_duration) - 1)
    top = len(names) - 1
    shown = [min(play.index(frame), top) for frame in range(int(strip.frame_final_start), int(strip.frame_final_end))]
    low, high = min(shown), max(shown)
    numbers = numbers_in(names[low : high + 1])
    if numbers is None:
        return "Its files are not one numbered sequence, so Blender renders it first."
    used = tuple(numbers[index - low] for index in shown)
    if not has_no_gap(numbers):
        return "It leaves out files of its sequence, so Blender renders it first."
    folder = Path(api.absolute(strip.directory, scene))
    by_number = {numbers[index - low]: names[index] for index in (*shown[:1], *shown[-1:])}
    first = names[low + numbers.index(min(used))]
    files = tuple(str(folder / name) for name in (first, *by_number.values()))
    return _Media(files[0], None, used, True, files)


def _playback(strip: Any, length: int, last: int, factor: float = 1.0) -> Playback:
    return Playback(
        float(strip.frame_start),
        length,
        last,
        factor,
        bool(strip.use_reverse_frames),
        float(strip.strobe),
        int(strip.animation_offset_start),
    )


def _why_not_direct(strip: Any) -> str:
    if len(strip.retiming_keys):
        return "It is retimed, so Blender renders it first."
    if strip.use_multiview:
        return "It is stereoscopic, so Blender renders it first."
    return ""


def _no_footage(strip: Any) -> str:
    if strip.type in TRANSITIONS:
        return "It is a transition: select the clips that it joins."
    return _NO_FOOTAGE.get(strip.type, "It is an effect: select the clip that it is made of.")


def _refused(clip: HostClip, reason: str, exportable: bool, nested: bool) -> HostClip:
    if exportable and nested:
        return replace(clip, liftable=False, reason=reason + NESTED)
    return replace(clip, liftable=False, reason=reason, exportable=exportable)


def settle(facts: Sequence[StripFacts], exists: dict[str, bool]) -> tuple[HostClip, ...]:
    """The clips, those whose files are gone told as such."""
    return tuple(
        replace(each.clip, liftable=False, exportable=False, reason="Its media is offline: relink it.")
        if not all(exists[path] for path in each.files)
        else each.clip
        for each in facts
    )
