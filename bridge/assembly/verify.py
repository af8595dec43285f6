"""The last look at a finished sequence, file by file, before it is delivered."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from bridge.domain.errors import MediaUnreadable, VerificationFailed
from bridge.engines.base import Rendition
from bridge.media.exr import read_header
from bridge.media.measure import ClipMeasures

from .fidelity import TOLERANCE_STOPS, FrameCheck, flicker_stops
from .finish import FrameFinisher
from .plan import Plan

_LOSSY = ("dwaa", "dwab")


def verify_sequence(
    plan: Plan, finisher: FrameFinisher, lift: Rendition, light: ClipMeasures, checks: Sequence[FrameCheck]
) -> dict[str, JsonValue]:
    """Figures for the sidecar; raises `VerificationFailed` for the first thing that is not as it must be."""
    expected = finisher.header
    for number in plan.numbers:
        path = finisher.path(number)
        try:
            header = read_header(path)
        except MediaUnreadable as error:
            raise VerificationFailed(f"The frame {path.name} is not whole.", detail=error.detail) from error
        low, high = header["dataWindow"]
        size = (int(high[0] - low[0]) + 1, int(high[1] - low[1]) + 1)
        wanted = plan.size
        if size != wanted:
            raise VerificationFailed(
                f"The frame {path.name} has {size[0]}x{size[1]} pixels, not {wanted[0]}x{wanted[1]}."
            )
        if header.get("colorInteropID") != expected.color.interop_id or header.get("imageCounter") != number:
            raise VerificationFailed(f"The header of {path.name} does not name its colour space or number rightly.")
    if not (light.finite and all(check.finite for check in checks)):
        raise VerificationFailed("A frame holds values that are not numbers.")
    deviation = max((check.deviation for check in checks if check.pixels), default=None)
    guarded = (lift.identity_below is not None or plan.mask is not None) and plan.codec not in _LOSSY
    if guarded and deviation is not None and deviation > TOLERANCE_STOPS:
        raise VerificationFailed(
            f"The SDR range of the result is off by {deviation:.3f} stops; at most {TOLERANCE_STOPS} are allowed."
        )
    flicker = flicker_stops(checks)
    return {
        "fidelity_stops": deviation,
        "fidelity_limit_stops": TOLERANCE_STOPS if guarded else None,
        "fidelity_pixels": sum(check.pixels for check in checks),
        "identity_below": lift.identity_below,
        "flicker_stops": flicker,
        "frames_checked": [check.number for check in checks],
        "seams": [],
    }
