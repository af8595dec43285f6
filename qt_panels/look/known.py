"""Texts of backends that the panel can say in other languages. They come with the capability, in English; those that
are not listed here are shown as they come.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from .known_local import local_texts
from .known_remote import remote_texts


def known_texts() -> tuple[str, ...]:
    """In the language of the panel. Written out, because the tools that gather texts read literals only."""
    return (
        QCoreApplication.translate("Capability", "This machine"),
        QCoreApplication.translate(
            "Capability",
            "Classical inverse tone mapping, not generative: it expands highlights and does not invent clipped detail.",
        ),
        QCoreApplication.translate("Capability", "Method"),
        QCoreApplication.translate(
            "Capability", "c4: calibrated expansion curve; bt2446a, bt2446c: the inverses of ITU-R BT.2446-1."
        ),
        QCoreApplication.translate("Capability", "BT.2446 method A"),
        QCoreApplication.translate("Capability", "BT.2446 method C"),
        QCoreApplication.translate("Capability", "Calibrated curve (C4)"),
        QCoreApplication.translate("Capability", "Highlight strength"),
        QCoreApplication.translate("Capability", "Scales the highlight gain of c4, in stops: 0 leaves SDR as it is."),
        QCoreApplication.translate("Capability", "Source"),
        QCoreApplication.translate(
            "Capability", "hard_clip: the source was cut off at white without a shoulder (screen captures, graphics)."
        ),
        QCoreApplication.translate("Capability", "Camera or film"),
        QCoreApplication.translate("Capability", "Graphics or screen capture"),
        QCoreApplication.translate("Capability", "Source display"),
        QCoreApplication.translate(
            "Capability", "How codes become light: auto takes BT.1886 for video and sRGB for still images."
        ),
        QCoreApplication.translate("Capability", "As the clip says"),
        QCoreApplication.translate("Capability", "BT.1886 (video)"),
        QCoreApplication.translate("Capability", "sRGB"),
        *_mask_texts(),
        *remote_texts(),
        *local_texts(),
    )


def _mask_texts() -> tuple[str, ...]:
    """Of `MaskSpec`."""
    return (
        QCoreApplication.translate("Capability", "Channel"),
        QCoreApplication.translate(
            "Capability", "auto takes the alpha where there is one that is not opaque throughout, else the luma."
        ),
        QCoreApplication.translate("Capability", "Automatic"),
        QCoreApplication.translate("Capability", "Luma"),
        QCoreApplication.translate("Capability", "Alpha"),
        QCoreApplication.translate("Capability", "Invert"),
        QCoreApplication.translate("Capability", "Black is where something happens."),
        QCoreApplication.translate("Capability", "Grow"),
        QCoreApplication.translate(
            "Capability", "Radius of the disc by which white grows, in pixels of the clip; below 0 white shrinks."
        ),
        QCoreApplication.translate("Capability", "px"),
        QCoreApplication.translate("Capability", "Feather"),
        QCoreApplication.translate(
            "Capability",
            "Sigma of the Gaussian that softens edges, in pixels of the clip; it reaches three times as far.",
        ),
    )
