"""Tone mapping of HDR light to a display with a lower peak."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .transfer import nits_from_pq, pq_from_nits


def bt2390_eetf(nits: ArrayLike, source_peak: float, target_peak: float) -> NDArray[np.float64]:
    """Light in cd/m2 on a display that reaches `target_peak`, of light mastered up to `source_peak` (both cd/m2).

    Report ITU-R BT.2390-10, section 5.4.1.1, with black at zero on both sides: in PQ codes relative to the source's
    peak, a Hermite spline bends what lies above a knee at 1.5 times the target's peak less 0.5; below the knee light
    is untouched. Light above `source_peak` counts as `source_peak`; nothing bends where the target reaches it.
    """
    nits = np.clip(np.asarray(nits, np.float64), 0.0, source_peak)
    if target_peak >= source_peak:
        return nits
    white = pq_from_nits(source_peak)
    e1 = pq_from_nits(nits) / white
    top = float(pq_from_nits(target_peak) / white)
    knee = 1.5 * top - 0.5
    t = np.maximum(e1 - knee, 0.0) / (1 - knee)
    bent = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * top
    return np.where(e1 < knee, nits, nits_from_pq(bent * white))
