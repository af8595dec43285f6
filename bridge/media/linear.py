"""OpenEXR sources: scene-linear SDR, taken into codes that BT.1886 leads back to the same light."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bridge.domain.color import Primaries, SourceColor
from bridge.domain.errors import MediaUnreadable, SourceNotSdr
from bridge.media.exrplanes import PlanesHeader, check_full_size, damaged, read_planes, read_planes_header

# Room for rounding above reference white, no more.
_WHITE_LIMIT = 1 + 1 / 1024
_TOP = 65535
_GAMMA = 2.4

# ASWF Color Interop Forum, “Identifying the Color Space of OpenEXR Files” 1.0.0; each as `_scene` or `_display`.
_INTEROP = {
    "lin_rec709": Primaries.REC709,
    "lin_rec2020": Primaries.REC2020,
    "lin_p3d65": Primaries.P3D65,
    "lin_ap1": Primaries.AP1,
    "lin_ap0": Primaries.AP0,
}


@dataclass(frozen=True)
class LinearHeader:
    """What one file says before its pixels are read; `channels` are the names of R, G and B."""

    planes: PlanesHeader
    channels: tuple[str, str, str]
    color: SourceColor
    pixel_aspect: Fraction

    @property
    def rate(self) -> Fraction | None:
        return self.planes.rate


def read_linear_header(path: Path) -> LinearHeader:
    """Reads a header. Raises `MediaUnreadable` where it is none of a flat RGB or grey picture in known primaries."""
    planes = read_planes_header(path)
    try:
        aspect = Fraction(planes.attributes.get("pixelAspectRatio", 1)).limit_denominator(1000)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise damaged(path, error) from error
    names = ("R", "G", "B") if "R" in planes.channels else ("Y", "Y", "Y")
    if not planes.channels.issuperset(names) or "RY" in planes.channels:
        raise MediaUnreadable(
            f"“{path.name}” has no channels R, G and B; it has {', '.join(sorted(planes.channels)) or 'none'}.",
            remedy="Write the picture to the channels R, G and B.",
        )
    check_full_size(path, planes, names)
    return LinearHeader(
        planes=planes,
        channels=names,
        color=_color(path, planes.attributes),
        pixel_aspect=aspect if aspect > 0 else Fraction(1),
    )


def read_linear(path: Path, header: LinearHeader) -> NDArray[np.uint16]:
    """Codes (3, H, W) of the display window, 16 bits: `v = L ** (1 / 2.4)`, negatives as 0, black outside the data.

    That is the exact inverse of BT.1886 with zero black, so decoding gives the file's linear light back. Raises
    `SourceNotSdr` above reference white and `MediaUnreadable` for NaN and infinity.
    """
    planes = read_planes(path, header.planes, header.channels)
    codes = {name: _encode(path, light) for name, light in planes.items()}
    return np.stack([codes[name] for name in header.channels])


def _encode(path: Path, light: NDArray[np.float32]) -> NDArray[np.uint16]:
    peak = float(light.max())
    if peak > _WHITE_LIMIT:
        raise SourceNotSdr(
            f"“{path.name}” reaches {peak:.4g} times reference white: it is HDR already, so there is nothing to lift."
        )
    return np.rint(np.clip(light, 0, 1) ** np.float32(1 / _GAMMA) * np.float32(_TOP)).astype(np.uint16)


def _color(path: Path, header: Mapping[str, Any]) -> SourceColor:
    named = header.get("colorInteropID")
    chromaticities = header.get("chromaticities")
    assumed: tuple[str, ...] = ()
    if named and named != "unknown":
        primaries = _INTEROP.get(str(named).removesuffix("_scene").removesuffix("_display"))
        if primaries is None:
            raise MediaUnreadable(
                f"“{path.name}” says that its colour is {named}, which is not linear light in known primaries.",
                remedy="Write the frames as linear Rec.709, Rec.2020, P3-D65, ACEScg or ACES2065-1.",
            )
    elif chromaticities is not None:
        primaries = _primaries_of(chromaticities)
        if primaries is None:
            raise MediaUnreadable(
                f"The chromaticities of “{path.name}” are those of no known primaries.",
                remedy="Write the frames as linear Rec.709, Rec.2020, P3-D65, ACEScg or ACES2065-1.",
            )
    else:
        primaries, assumed = Primaries.REC709, ("primaries",)
    return SourceColor(primaries, "bt1886", "rgb", True, assumed)


def _primaries_of(chromaticities: Any) -> Primaries | None:
    given = np.asarray(chromaticities, np.float64).ravel()
    for primaries in Primaries:
        known = np.ravel(primaries.chromaticities)
        if given.shape == known.shape and np.allclose(given, known, rtol=0, atol=5e-4):
            return primaries
    return None
