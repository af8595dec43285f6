"""Telling Resolve what the numbers in a result mean, in the words of the project's colour management.

Resolve goes by the clip's own property and not by the header of the file. Which names it accepts depends on the mode,
the version and the project, so candidates are tried and read back; where none sticks the user is told what to set.
The project's settings stay as they are.
"""

from __future__ import annotations

from .api import MediaPoolItem, words
from .desk import Desk

SDR = "rec709"
SEPARATE = "separateColorSpaceAndGamma"

_TITLES = {
    "lin_rec709": "Rec.709, linear",
    "lin_rec2020": "Rec.2020, linear",
    "acescg": "ACEScg",
    "aces2065-1": "ACES2065-1",
    SDR: "Rec.709 Gamma 2.4",
}
# None of these may mean anything but the space, scene-linear: a name that is accepted is taken at its word.
_MANAGED = {
    "lin_rec709": ("Linear", "Rec.709 Linear", "Linear Rec.709"),
    "lin_rec2020": ("Rec.2020 Linear", "Linear Rec.2020"),
    "acescg": ("ACEScg",),
    "aces2065-1": ("ACES2065-1", "ACES"),
}
_ACES = {
    "lin_rec709": ("sRGB (Linear) - CSC", "Rec.709 (Linear) - CSC", "sRGB (Linear)", "Linear Rec.709"),
    "lin_rec2020": ("Rec.2020 (Linear) - CSC", "Linear Rec.2020"),
    "acescg": ("ACEScg - CSC", "ACEScg"),
    "aces2065-1": ("ACES2065-1 - CSC", "ACES2065-1", "No Input Transform"),
}


def separate_setting(desk: Desk) -> str:
    """The project's split of colour space and gamma, where it must be lifted for a moment; else empty."""
    managed = words(desk.main(desk.project.GetSetting, "colorScienceMode")).startswith("davinciYRGBColorManaged")
    return "1" if managed and words(desk.main(desk.project.GetSetting, SEPARATE)) == "1" else ""


def tag(desk: Desk, media: MediaPoolItem, color: str, source: MediaPoolItem | None, name: str) -> str:
    """Set the input colour space of a result; returns advice where Resolve does not take it.

    An SDR movie is read as its source is.
    """
    mode = words(desk.main(desk.project.GetSetting, "colorScienceMode"))
    if mode.startswith("davinciYRGBColorManaged"):
        return _managed(desk, media, color, source, name)
    if mode.startswith("aces"):
        wanted = _like(desk, source, "IDT") if color == SDR else _ACES.get(color, ())
        return _set(desk, media, "IDT", wanted, color, name, "ACES Input Transform")
    if color == SDR:
        return ""
    return (
        f"The project is not colour managed, so Resolve shows “{name}” as it is: {_TITLES.get(color, color)}. "
        "Put a Color Space Transform on it with that input, or choose DaVinci YRGB Color Managed or ACES in the "
        "Project Settings ▸ Color Management."
    )


def _managed(desk: Desk, media: MediaPoolItem, color: str, source: MediaPoolItem | None, name: str) -> str:
    wanted = _like(desk, source, "Input Color Space") if color == SDR else _MANAGED.get(color, ())
    split = separate_setting(desk)
    if not split:
        return _set(desk, media, "Input Color Space", wanted, color, name, "Input Color Space")
    # With space and gamma apart a gamut's name is taken, and the gamma stays Rec.709: only combined names say both,
    # and those count only while the two are together. The clip keeps what it was given.
    desk.main(desk.project.SetSetting, SEPARATE, "0")
    try:
        advice = _set(desk, media, "Input Color Space", wanted, color, name, "Input Color Space")
    finally:
        join(desk, split)
    return advice


def join(desk: Desk, split: str) -> None:
    """Put the project's setting back as it was before it was lifted."""
    if split and words(desk.main(desk.project.GetSetting, SEPARATE)) != split:
        desk.main(desk.project.SetSetting, SEPARATE, split)


def _like(desk: Desk, source: MediaPoolItem | None, key: str) -> tuple[str, ...]:
    value = words(desk.main(source.GetClipProperty, key)) if source is not None else ""
    return (value,) if value else ()


def _set(
    desk: Desk, media: MediaPoolItem, key: str, wanted: tuple[str, ...], color: str, name: str, title: str
) -> str:
    now = words(desk.main(media.GetClipProperty, key))
    for each in wanted:
        if each == now:
            return ""
        desk.main(media.SetClipProperty, key, each)
        # It says yes to what it does not take.
        if words(desk.main(media.GetClipProperty, key)) == each:
            return ""
    if color == SDR and not wanted:
        return ""
    return (
        f"Resolve did not take the colour space of “{name}”: choose {_TITLES.get(color, color)} for it in the Media "
        f"Pool, by a right click ▸ {title}."
    )
