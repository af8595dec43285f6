"""What was measured of a lift in time: flicker, and the seams between parts."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from bridge.assembly.flicker import FlickerMeter
from bridge.assembly.plan import Plan
from bridge.assembly.seams import Seam
from bridge.assembly.segments import Segment

FLICKER_STOPS = 0.25
"""Mean change of luminance from one frame to the next beyond the source's own, in stops, from which it is told. A tenth
is hardly seen on a display; that a quarter disturbs is an estimate.
"""

SEAM_STOPS = 0.5
"""Mean difference of luminance between two parts, once matched, from which it is told."""


def figures_of(
    plan: Plan, segments: Sequence[Segment], seams: Sequence[Seam], flicker: FlickerMeter
) -> dict[str, JsonValue]:
    """For the sidecar. Only frames that were made just now have been measured for flicker."""
    return {
        "flicker": {
            "frames": flicker.frames,
            "mean_stops": round(flicker.mean, 4),
            "worst_stops": round(flicker.worst, 4),
            "worst_frame": flicker.worst_at,
        },
        "seams": [
            {
                "frame": plan.numbers[segment.used.start],
                "frames": segment.blended,
                "gain_stops": round(seam.gain, 4),
                "difference_stops": round(seam.difference, 4),
            }
            for segment, seam in zip(segments[1:], seams, strict=False)
        ],
    }


def warnings_of(plan: Plan, segments: Sequence[Segment], seams: Sequence[Seam], flicker: FlickerMeter) -> list[str]:
    """What the viewer is told of them."""
    found: list[str] = []
    if flicker.worst > FLICKER_STOPS:
        found.append(
            f"The result flickers more than the clip: by {flicker.worst:.2f} stops at frame {flicker.worst_at}."
        )
    apart = [
        (seam.difference, plan.numbers[segment.used.start])
        for segment, seam in zip(segments[1:], seams, strict=False)
        if seam.difference > SEAM_STOPS
    ]
    if apart:
        worst, frame = max(apart)
        found.append(
            f"{len(apart)} of {len(segments) - 1} places where parts meet may be seen, frame {frame} most: the parts "
            f"differ by {worst:.2f} stops there."
        )
    return found
