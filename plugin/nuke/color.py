"""Which name of the script's colour management means a colour of ours."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bridge.domain.host import HostFailure
from plugin.hosting.ocio import NAMES, NAMES_OF_NUKE, TITLES

_ROLES = frozenset(
    {
        *("scene_linear", "rendering", "compositing_linear", "compositing_log", "color_picking", "color_timing"),
        *("texture_paint", "matte_paint", "data", "default", "reference"),
        *("aces_interchange", "cie_xyz_d65_interchange"),
    }
)
_BETWEEN = re.compile(r"[\t,]+")


def pick(color: str, listed: Sequence[str], ocio: bool) -> str:
    """The name in `listed` for `color`, as a knob takes it. Raises `HostFailure` where none is certain.

    An entry is a name, or one followed by its place in a menu and its aliases, between tabs or commas. Roles are left
    out: what scene_linear means is the configuration's affair, and it can change under the script.
    """
    entries = [pieces for entry in listed if (pieces := _pieces(entry)) and pieces[0] not in _ROLES]
    for wanted in (NAMES if ocio else NAMES_OF_NUKE).get(color, ()):
        for certain in (True, False):
            for pieces in entries:
                if wanted.casefold() in (piece.casefold() for piece in (pieces[:1] if certain else pieces)):
                    return pieces[0]
    raise HostFailure(
        f"The colour management of this script has no colour space for {TITLES.get(color, color)}.",
        remedy=_ADVICE_OCIO if ocio else _ADVICE_NUKE,
        detail=f"{color} in {', '.join(pieces[0] for pieces in entries)}",
    )


def says(value: str, chosen: str) -> bool:
    """Whether `value`, which a knob gives back, means the chosen name: some versions give the whole entry."""
    return chosen in _pieces(value)


def _pieces(entry: str) -> list[str]:
    pieces = [piece.strip() for piece in _BETWEEN.split(entry) if piece.strip()]
    return pieces[:1] + [part for piece in pieces[1:] for part in (piece, piece.rpartition("/")[2])]


_ADVICE_OCIO = (
    "Choose an OCIO configuration that has it in the Project Settings, or another output colour in Superwhite."
)
_ADVICE_NUKE = (
    "Choose “linear Rec.709” as output colour in Superwhite, or OCIO colour management in the Project Settings."
)
