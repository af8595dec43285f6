"""How a clip is to be worked on: whether it can be, what work that is, and what it costs at most."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from bridge.domain.capability import Capability
from bridge.domain.errors import RequestError
from bridge.domain.estimate import Workload
from bridge.domain.host import HostMask
from bridge.domain.ltx import PRESETS, resolution_on_wire
from bridge.domain.view import ClipReport
from qt_panels import wording
from qt_panels.counts import counts
from qt_panels.memory import Look

_FROM_SOUND = (1280, 720)
"""What an endpoint makes of sound alone is charged as this at most, unless another size is asked for."""

_SOUND_RATE = Fraction(24)
_SOUND_EXCESS = 2
"""Frames by which the sound of a file may outlast its pictures."""


Mask = HostMask | Path
"""One that the clip brings along, which its host may have to render first, or a file."""


@dataclass(frozen=True)
class Manner:
    """`unmasked`: others are worked on within masks that they bring along, and this clip has none."""

    capability: Capability
    look: Look
    mask: Mask | None = None
    unmasked: bool = False


def hindrance(report: ClipReport, manner: Manner) -> str:
    """Why the clip cannot be worked on so; empty where it can."""
    limits = manner.capability.limits
    try:
        limits.padded(max(1, _frames(report, manner)))
    except RequestError:
        return QCoreApplication.translate(
            "Clips", "Too long for this backend: {frames} frames of at most {most}."
        ).format(frames=_frames(report, manner), most=limits.max_frames)
    own_rate = manner.look.values.get("frames_per_second") is None
    if own_rate and limits.max_rate is not None and report.rate and report.rate > limits.max_rate:
        return QCoreApplication.translate(
            "Clips", "Too fast for this backend: {rate} of at most {most}. Set a frame rate."
        ).format(rate=wording.rate(report.rate), most=wording.rate(Fraction(limits.max_rate)))
    if manner.capability.mask == "needed" and manner.mask is None:
        return QCoreApplication.translate("Clips", "Needs a mask: white where the picture is made anew.")
    if manner.capability.workflow == "audio_to_video" and not report.has_sound:
        return QCoreApplication.translate("Clips", "Needs a clip that has sound.")
    return ""


def remark(report: ClipReport, manner: Manner) -> str:
    """What to know of the clip when it is worked on so; mostly nothing."""
    least = manner.capability.limits.min_frames
    if 0 < _frames(report, manner) < least:
        return counts.repeated_up_to(least)
    if manner.unmasked:
        return QCoreApplication.translate("Clips", "Brings no such mask along: it is worked on as a whole.")
    return ""


def masked(mask: Mask) -> str:
    """Within which mask the clip is worked on."""
    name = mask.name if isinstance(mask, Path) else mask.title or kind_of_mask(mask.kind)
    return QCoreApplication.translate("Clips", "mask “{name}”").format(name=name)


def kind_of_mask(kind: str) -> str:
    """What people call a `HostMask.kind`."""
    words = {
        "alpha": QCoreApplication.translate("Clips", "alpha"),
        "matte": QCoreApplication.translate("Clips", "matte"),
        "mask": QCoreApplication.translate("Clips", "mask"),
    }
    return words.get(kind, kind)


def workload(report: ClipReport, manner: Manner) -> Workload | None:
    """What the backend is asked to make; none where too little is known of the clip."""
    frames = _frames(report, manner)
    if frames < 1 or not report.width or not report.height:
        return None
    capability, asked = manner.capability, manner.look.values.get("num_frames")
    if isinstance(asked, int) and not _is_from_sound(manner):
        frames = asked
    width, height = _size(report, manner)
    return Workload(
        backend=capability.backend, workflow=capability.workflow, frames=frames, width=width, height=height
    )


def highest_cost(load: Workload, capability: Capability) -> float | None:
    """US dollars that `load` costs at most, in whole cents; none where nothing is charged, or nobody knows what.

    Raises `RequestError` for a load that the backend does not take.
    """
    if capability.price is None:
        return None
    cost = capability.price.of(capability.limits.padded(load.frames), load.width, load.height)
    return math.ceil(cost * 100 - 1e-9) / 100


def _is_from_sound(manner: Manner) -> bool:
    return manner.capability.workflow == "audio_to_video"


def _frames(report: ClipReport, manner: Manner) -> int:
    """Frames of the clip; of what is made from sound, those that its length comes to."""
    frames, values = report.end - report.start, manner.look.values
    if not _is_from_sound(manner) or not report.rate or frames < 1:
        return frames
    asked, rate = values.get("num_frames"), values.get("frames_per_second")
    if isinstance(asked, int) and values.get("match_audio_length") is False:
        return asked
    each_second = Fraction(rate) if isinstance(rate, int | float) else max(report.rate, _SOUND_RATE)
    return math.ceil(frames / report.rate * each_second) + _SOUND_EXCESS


def _size(report: ClipReport, manner: Manner) -> tuple[int, int]:
    chosen = manner.look.values.get("resolution")
    if isinstance(chosen, str):
        size = resolution_on_wire(chosen)
        if isinstance(size, dict):
            return int(str(size["width"])), int(str(size["height"]))
        if chosen in PRESETS:
            return PRESETS[chosen]
    if _is_from_sound(manner):
        return _FROM_SOUND
    # Plates have even sides, as H.264 wants them.
    return report.width + report.width % 2, report.height + report.height % 2
