"""Texts of the local GPU that the panel can say in other languages: see `known`."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def local_texts() -> tuple[str, ...]:
    """In the language of the panel. Written out, because the tools that gather texts read literals only."""
    return (
        QCoreApplication.translate(
            "Capability",
            "Generative: highlights and shadows that the clip has lost are invented. Any size and length.",
        ),
        QCoreApplication.translate("Capability", "High quality"),
        QCoreApplication.translate(
            "Capability",
            "Makes twice as many frames and keeps every other one: steadier, and takes twice as long.",
        ),
        QCoreApplication.translate("Capability", "Up to three sets of weights on top of the model."),
        QCoreApplication.translate("Capability", "File"),
        QCoreApplication.translate("Capability", "Path of a .safetensors file."),
        QCoreApplication.translate("Capability", "How strongly it counts."),
        QCoreApplication.translate("Capability", "Deepest blacks"),
        QCoreApplication.translate("Capability", "The lowest codes stand for light below zero, down to -0.017."),
        QCoreApplication.translate("Capability", "End at zero"),
        QCoreApplication.translate("Capability", "Keep negative light"),
        QCoreApplication.translate("Capability", "Memory"),
        QCoreApplication.translate("Capability", "How the model is laid out on the card."),
        QCoreApplication.translate("Capability", "As the card allows"),
        QCoreApplication.translate("Capability", "All on the card, 8-bit weights"),
        QCoreApplication.translate("Capability", "All on the card, full precision"),
        QCoreApplication.translate("Capability", "Only the layer that works is on the card"),
        QCoreApplication.translate("Capability", "Only what works is on the card"),
        QCoreApplication.translate("Capability", "Leave out sound"),
        QCoreApplication.translate(
            "Capability",
            "Pictures do not listen to the model's part for sound, as in the authors' own pipeline.",
        ),
        QCoreApplication.translate(
            "Capability",
            "Generative: LTX-2.3 makes anew what the mask shows white; the rest is the clip's own.",
        ),
        QCoreApplication.translate("Capability", "Longest side"),
        QCoreApplication.translate(
            "Capability",
            "A larger clip is made smaller for the model, which knows no larger pictures.",
        ),
        QCoreApplication.translate("Capability", "Keep the sound"),
        QCoreApplication.translate("Capability", "The movie has the clip's own sound; none is made."),
        QCoreApplication.translate(
            "Capability",
            "What the whole picture shows, not what is to be changed. Left empty: what fits the rest.",
        ),
        QCoreApplication.translate("Capability", "Made beyond the mask"),
        QCoreApplication.translate(
            "Capability",
            "So far around the mask the model makes anew too, so that nothing of what was there shows it the "
            "way. It is taken from the clip again in the end.",
        ),
        QCoreApplication.translate("Capability", "Soft edge"),
        QCoreApplication.translate(
            "Capability",
            "Over so many pixels inside the mask's edge what is new fades into the clip.",
        ),
        QCoreApplication.translate(
            "Capability",
            "Generative: LTX-2.3 makes a new clip with the motion and structure of this one.",
        ),
        QCoreApplication.translate("Capability", "Control picture"),
        QCoreApplication.translate(
            "Capability",
            "What the model follows: the lines of the clip, or a clip that is already a control picture "
            "(edges, depth or pose).",
        ),
        QCoreApplication.translate("Capability", "Its lines"),
        QCoreApplication.translate("Capability", "As it is"),
        QCoreApplication.translate("Capability", "A file that guides the structure in the clip's place."),
        QCoreApplication.translate(
            "Capability",
            "Lower values leave its motion and structure more freely, and need more memory.",
        ),
        QCoreApplication.translate("Capability", "What the first frame looks like: a file."),
        QCoreApplication.translate("Capability", "What the middle looks like: a file."),
        QCoreApplication.translate("Capability", "What the end looks like: a file."),
        QCoreApplication.translate("Capability", "Hold on to the images"),
        QCoreApplication.translate("Capability", "1 keeps them as they are."),
        QCoreApplication.translate(
            "Capability",
            "diffusers 0.42 replaces the sound that it is given by noise and makes its own, so the pictures "
            "would follow another sound than the clip's.",
        ),
        QCoreApplication.translate("Capability", "HDR lift (LTX-2.3) on another machine"),
        QCoreApplication.translate(
            "Capability",
            "Generative: highlights and shadows that the clip has lost are invented. Any size.",
        ),
    )
