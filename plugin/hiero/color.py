"""Which name of the project's colour management means a colour of ours."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.domain.host import HostFailure
from plugin.hosting.ocio import NAMES, NAMES_OF_NUKE, TITLES


def pick(color: str, listed: Sequence[str]) -> str:
    """The name in `listed` for `color`. Raises `HostFailure` where none is certain.

    Roles come as “scene_linear (ACES - ACEScg)” and fit no name: what they mean is the configuration's affair.
    """
    names = {entry.casefold(): entry for entry in listed}
    managed = any(name.casefold() in names for each in NAMES.values() for name in each)
    for wanted in (NAMES if managed else NAMES_OF_NUKE).get(color, ()):
        if wanted.casefold() in names:
            return names[wanted.casefold()]
    raise HostFailure(
        f"The colour management of this project has no colour space for {TITLES.get(color, color)}.",
        remedy="Choose an OCIO configuration that has it in the Project Settings, or “linear Rec.709” as output colour "
        "in Superwhite.",
        detail=f"{color} in {', '.join(listed)}",
    )
