"""By which of Blender's names a result's colour space goes, and what a scene does to light above white."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.domain.host import HostFailure

from . import api

LINEAR = ("Linear Rec.709", "Linear BT.709", "Linear", "scene_linear", "Linear Rec.2020", "ACEScg")
"""Spaces with no curve, in which grey is the same number."""

# Blender's own configurations since 2.8, then those of ACES, which studios put in their place.
_NAMES = {
    "lin_rec709": ("Linear Rec.709", "Linear BT.709", "Linear Rec.709 (sRGB)", "lin_rec709_scene", "lin_rec709",
                   "Utility - Linear - sRGB", "Utility - Linear - Rec.709"),
    "lin_rec2020": ("Linear Rec.2020", "Linear BT.2020", "lin_rec2020_scene", "lin_rec2020",
                    "Utility - Linear - Rec.2020"),
    "acescg": ("ACEScg", "ACES - ACEScg", "lin_ap1_scene", "acescg"),
    "aces2065-1": ("ACES2065-1", "ACES - ACES2065-1", "lin_ap0_scene", "aces2065_1"),
}  # fmt: skip
_NEUTRAL_VIEWS = frozenset({"Standard", "Raw", "Un-tone-mapped", "Video (colorimetric)"})


def space_for(color: str, settings: Any) -> str:
    """What `settings`, of a strip or an image, calls the space `color`. Raises `HostFailure` where nothing fits."""
    names = _NAMES.get(color)
    if names is None:
        raise HostFailure(f"Blender is told of no colour space “{color}”.", kind="unsupported")
    return first_of(names, settings)


def first_of(wanted: Sequence[str], settings: Any) -> str:
    """The first of `wanted` that `settings` can be set to. Raises `HostFailure`."""
    there = api.choices(settings, "name")
    for each in wanted:
        if each in there:
            return each
    raise _lacks(wanted[0], ", ".join(there))


def set_view(scene: Any, display: str, view: str) -> None:
    """Have `scene` shown so. Raises `HostFailure` where the configuration has no such display or view.

    Which there are depends on each other, so that Blender's lists of them are empty: only setting them tells.
    """
    try:
        scene.display_settings.display_device = display
        scene.view_settings.view_transform = view
    except TypeError as error:
        raise _lacks(view, str(error)) from error


def _lacks(name: str, detail: str) -> HostFailure:
    return HostFailure(
        f"The colour configuration of this Blender knows no “{name}”, so nothing was changed.",
        kind="unsupported",
        remedy="Choose another output colour space, or start Blender without a configuration of your own.",
        detail=detail,
    )


def advice(scene: Any, white: int) -> tuple[str, ...]:
    """What the user should know of the scene's colour management; nothing in it is changed."""
    notes: list[str] = []
    display, view = scene.display_settings.display_device, scene.view_settings.view_transform
    if view not in _NEUTRAL_VIEWS:
        notes.append(
            f"The view “{view}” of “{scene.name}” bends all tones; with “Standard” the SDR range stays as it is."
        )
    if "2100" not in display and view in _NEUTRAL_VIEWS:
        notes.append(
            f"The display “{display}” of “{scene.name}” ends at white: what is brighter is in the pictures, and in EXR "
            "renders, but is not seen."
        )
    elif "2100" in display and (white != 203 or scene.render.image_settings.file_format == "FFMPEG"):
        notes.append(
            f"1.0 means {white} cd/m² in these pictures. For “{display}” Blender writes it as 203 cd/m² into stills "
            "and as 100 cd/m² into movies."
        )
    space = scene.sequencer_colorspace_settings.name
    if space not in LINEAR and "Linear" not in space and not space.startswith("ACES"):
        notes.append(f"Strips are blended in “{space}” here; light that adds up as on a set wants a linear space.")
    return tuple(notes)
