"""Named colour: primaries, transfers, the spaces that Superwhite writes, and what a source says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Chromaticity = tuple[float, float]


class Primaries(StrEnum):
    """Primaries and white point, by the names of ITU-T H.273 and SMPTE."""

    REC709 = "rec709"
    REC2020 = "rec2020"
    SMPTE170M = "smpte170m"
    BT470BG = "bt470bg"
    P3D65 = "p3d65"
    AP1 = "ap1"
    AP0 = "ap0"

    @property
    def chromaticities(self) -> tuple[Chromaticity, Chromaticity, Chromaticity, Chromaticity]:
        """CIE 1931 x, y of red, green, blue and white."""
        return _CHROMATICITIES[self]


_D65: Chromaticity = (0.3127, 0.3290)
_ACES_WHITE: Chromaticity = (0.32168, 0.33767)

# H.273 (2024) table 2; SMPTE ST 2065-1 and the ACEScg specification (S-2014-004) for AP0 and AP1.
_CHROMATICITIES: dict[Primaries, tuple[Chromaticity, Chromaticity, Chromaticity, Chromaticity]] = {
    Primaries.REC709: ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), _D65),
    Primaries.REC2020: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),
    Primaries.SMPTE170M: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    Primaries.BT470BG: ((0.640, 0.330), (0.290, 0.600), (0.150, 0.060), _D65),
    Primaries.P3D65: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),
    Primaries.AP1: ((0.713, 0.293), (0.165, 0.830), (0.128, 0.044), _ACES_WHITE),
    Primaries.AP0: ((0.7347, 0.2653), (0.0000, 1.0000), (0.0001, -0.0770), _ACES_WHITE),
}


class OutputColor(StrEnum):
    """The scene-linear spaces that a finished sequence can be in. RGB 1.0 is SDR reference white in each."""

    LIN_REC709 = "lin_rec709"
    LIN_REC2020 = "lin_rec2020"
    ACESCG = "acescg"
    ACES2065_1 = "aces2065-1"

    @property
    def primaries(self) -> Primaries:
        return _OUTPUT[self][0]

    @property
    def interop_id(self) -> str:
        """`colorInteropID` of the ASWF Color Interop Forum's recommendation for OpenEXR, 1.0.0 (July 2026)."""
        return _OUTPUT[self][1]

    @property
    def is_st2065_4(self) -> bool:
        """Whether files in this space are SMPTE ST 2065-4: AP0, half, uncompressed, with the container flag."""
        return self is OutputColor.ACES2065_1


_OUTPUT: dict[OutputColor, tuple[Primaries, str]] = {
    OutputColor.LIN_REC709: (Primaries.REC709, "lin_rec709_scene"),
    OutputColor.LIN_REC2020: (Primaries.REC2020, "lin_rec2020_scene"),
    OutputColor.ACESCG: (Primaries.AP1, "lin_ap1_scene"),
    OutputColor.ACES2065_1: (Primaries.AP0, "lin_ap0_scene"),
}

REFERENCE_WHITE_NITS = 203
"""cd/m2 of HDR reference white, ITU-R BT.2408."""

PEAK_NITS = 10_000
"""cd/m2 at which ST 2084 ends; nothing that Superwhite writes is brighter."""

Transfer = Literal["bt1886", "srgb", "linear"]
"""How SDR codes become display light: BT.1886 with gamma 2.4 and zero black, IEC 61966-2-1, or already linear."""


@dataclass(frozen=True)
class SourceColor:
    """How a source's samples are to be read, after tags and defaults have been weighed.

    `matrix` is the YCbCr matrix by its FFmpeg name, or `rgb`. `assumed` names the fields that no tag settled.
    """

    primaries: Primaries
    transfer: Transfer
    matrix: Literal["rgb", "bt709", "bt601", "bt2020", "smpte240m", "fcc"]
    full_range: bool
    assumed: tuple[str, ...] = ()
