"""Lifts of the embedded engine: a table or a kernel, and how to call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from bridge.colorimetry.primaries import conversion, luminance_weights
from bridge.colorimetry.transfer import eotf
from bridge.domain.color import Primaries, Transfer
from bridge.engines.base import Codes, Light, Plate, Target

from . import kernels
from .curve import ExpansionCurve

_PAIR_TABLE_BITS = 10
"""Deepest codes for which a table over all pairs (value, maximum) is made: 2 MB of half floats."""


@dataclass(frozen=True)
class FittedLift:
    """A lift as data and one function. See `bridge.engines.base.Lift` for the meaning of the fields."""

    primaries: Primaries
    transfer: Transfer
    peak: float
    identity_below: float | None
    provenance: dict[str, JsonValue]
    apply: Callable[[Codes], Light]

    def __call__(self, codes: Codes) -> Light:
        return self.apply(codes)


def light_table(plate: Plate) -> NDArray[np.float64]:
    """Display light of every code of the plate, 1.0 = SDR white."""
    top = 2**plate.bits - 1
    return eotf(plate.transfer)(np.arange(top + 1) / top)


def curve_lift(plate: Plate, curve: ExpansionCurve, target: Target, provenance: dict[str, JsonValue]) -> FittedLift:
    """`out_c = EOTF(v_c) * gain((v_c + max(R, G, B)) / 2)`, never above `target.peak`.

    Exact for every code: up to 10 bits in half float as one table over the pairs (value, maximum); else as the product
    of two tables in float32.
    """
    top = 2**plate.bits - 1
    light = light_table(plate)
    # v + max of two codes runs to 2 * top: one gain for each sum.
    gain = curve.gain(np.arange(2 * top + 1) / (2 * top))
    if target.primaries is plate.primaries and plate.bits <= _PAIR_TABLE_BITS:
        code = np.arange(top + 1)
        table = np.minimum(light[None, :] * gain[code[:, None] + code[None, :]], target.peak).astype(np.float16)
        apply = _by_pair(np.ascontiguousarray(table))
    else:
        apply = _by_product(light.astype(np.float32), gain.astype(np.float32), plate.primaries, target)
    return FittedLift(
        primaries=plate.primaries,
        transfer=plate.transfer,
        peak=min(target.peak, float(light[-1] * gain[-1])),
        identity_below=float(eotf(plate.transfer)(np.array(curve.identity_below))),
        provenance=provenance,
        apply=apply,
    )


def bt2446a_lift(plate: Plate, target: Target, provenance: dict[str, JsonValue]) -> FittedLift:
    """ITU-R BT.2446-1 method A, inverse, to 1000 cd/m2, in BT.2020 primaries."""
    light = light_table(plate).astype(np.float32)
    to_2020 = conversion(plate.primaries, Primaries.REC2020)
    scale = 1000.0 / target.reference_white

    def kernel(codes: Codes, out: NDArray[np.float32]) -> None:
        kernels.bt2446a(codes, light, to_2020, scale, target.peak, out)

    apply = _in_float(kernel, Primaries.REC2020, target)
    return FittedLift(Primaries.REC2020, plate.transfer, _peak_over_colors(kernel, plate), None, provenance, apply)


def bt2446c_lift(plate: Plate, target: Target, provenance: dict[str, JsonValue]) -> FittedLift:
    """ITU-R BT.2446-1 method C, inverse: SDR white goes to 332 cd/m2, chromaticity stays."""
    light = light_table(plate).astype(np.float32)
    weights = luminance_weights(plate.primaries)

    def kernel(codes: Codes, out: NDArray[np.float32]) -> None:
        kernels.bt2446c(codes, light, weights, 1.0 / target.reference_white, target.peak, out)

    apply = _in_float(kernel, plate.primaries, target)
    return FittedLift(plate.primaries, plate.transfer, _peak_over_colors(kernel, plate), None, provenance, apply)


Kernel = Callable[[Codes, NDArray[np.float32]], None]


def _by_pair(table: NDArray[np.float16]) -> Callable[[Codes], Light]:
    bits = table.view(np.uint16)

    def apply(codes: Codes) -> Light:
        out = np.empty((*codes.shape[1:], 3), np.uint16)
        kernels.by_pair(codes, bits, out)
        return out.view(np.float16)

    return apply


def _by_product(
    light: NDArray[np.float32], gain: NDArray[np.float32], primaries: Primaries, target: Target
) -> Callable[[Codes], Light]:
    def kernel(codes: Codes, out: NDArray[np.float32]) -> None:
        kernels.by_product(codes, light, gain, np.float32(target.peak), out)

    return _in_float(kernel, primaries, target)


def _in_float(kernel: Kernel, primaries: Primaries, target: Target) -> Callable[[Codes], Light]:
    def apply(codes: Codes) -> Light:
        out = np.empty((*codes.shape[1:], 3), np.float32)
        kernel(codes, out)
        return out.astype(np.float16) if target.primaries is primaries else out

    return apply


def _peak_over_colors(kernel: Kernel, plate: Plate) -> float:
    """The largest value over a lattice of source colours that holds every corner of the cube."""
    steps = np.linspace(0, 2**plate.bits - 1, 33).astype(np.uint8 if plate.bits == 8 else np.uint16)
    lattice = np.ascontiguousarray(np.stack(np.meshgrid(steps, steps, steps)).reshape(3, 1, -1))
    out = np.empty((1, lattice.shape[2], 3), np.float32)
    kernel(lattice, out)
    return float(out.max())
