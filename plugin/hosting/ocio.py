"""What hosts with OpenColorIO, and Nuke without, call the colours of results."""

from __future__ import annotations

NAMES: dict[str, tuple[str, ...]] = {
    "lin_rec709": (
        "Linear Rec.709 (sRGB)",
        "lin_rec709_scene",
        "lin_rec709_srgb",
        "lin_rec709",
        "lin_srgb",
        "Utility - Linear - Rec.709",
        "Utility - Linear - sRGB",
    ),
    "lin_rec2020": ("Linear Rec.2020", "lin_rec2020_scene", "lin_rec2020", "Utility - Linear - Rec.2020"),
    "acescg": ("ACEScg", "ACES - ACEScg", "lin_ap1_scene", "lin_ap1"),
    "aces2065-1": ("ACES2065-1", "ACES - ACES2065-1", "lin_ap0_scene", "lin_ap0", "aces2065_1"),
    "rec709": (
        "Gamma 2.4 Encoded Rec.709",
        "Gamma 2.4 Rec.709 - Texture",
        "g24_rec709_scene",
        "g24_rec709_tx",
        "g24_rec709",
        "rec709_display",
        "Utility - Rec.709 - Display",
        "Rec.1886 Rec.709 - Display",
    ),
}
"""What the ACES configurations of OpenColorIO, 1.2 to 2.0, call them, as names and as aliases; the best first."""

NAMES_OF_NUKE: dict[str, tuple[str, ...]] = {"lin_rec709": ("linear",), "rec709": ("Gamma2.4", "rec709")}
"""Of Nuke's own management, which knows transfers and no primaries: another gamut read as “linear” would be wrong, and
silent.
"""

TITLES = {
    "lin_rec709": "linear Rec.709",
    "lin_rec2020": "linear Rec.2020",
    "acescg": "ACEScg",
    "aces2065-1": "ACES2065-1",
    "rec709": "Rec.709 video",
}
