"""Texts of remote endpoints that the panel can say in other languages: see `known`."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def remote_texts() -> tuple[str, ...]:
    """In the language of the panel. Written out, because the tools that gather texts read literals only."""
    return (
        QCoreApplication.translate("Capability", "HDR lift (LTX-2.3)"),
        QCoreApplication.translate(
            "Capability",
            "Generative: highlights and shadows that the clip has lost are invented. Up to about 720 lines.",
        ),
        QCoreApplication.translate("Capability", "Prompt"),
        QCoreApplication.translate("Capability", "What the clip shows; in the usual case left as it is."),
        QCoreApplication.translate("Capability", "Negative prompt"),
        QCoreApplication.translate("Capability", "What the picture is steered away from."),
        QCoreApplication.translate("Capability", "Frames"),
        QCoreApplication.translate("Capability", "Frames to generate. Left empty: as many as the clip has."),
        QCoreApplication.translate("Capability", "Frame rate"),
        QCoreApplication.translate("Capability", "Left empty: that of the clip."),
        QCoreApplication.translate("Capability", "fps"),
        QCoreApplication.translate("Capability", "Seed"),
        QCoreApplication.translate("Capability", "The same seed gives the same picture. Left empty: by chance."),
        QCoreApplication.translate("Capability", "With sound"),
        QCoreApplication.translate("Capability", "The returned movie has sound."),
        QCoreApplication.translate("Capability", "Movie quality"),
        QCoreApplication.translate("Capability", "Of the returned movie; EXR frames do not depend on it."),
        QCoreApplication.translate("Capability", "Steps"),
        QCoreApplication.translate("Capability", "More steps take longer and refine more."),
        QCoreApplication.translate("Capability", "Guidance"),
        QCoreApplication.translate("Capability", "How closely the prompt is followed."),
        QCoreApplication.translate("Capability", "Expand the prompt"),
        QCoreApplication.translate("Capability", "The endpoint writes the prompt out before using it."),
        QCoreApplication.translate("Capability", "Safety checker"),
        QCoreApplication.translate("Capability", "The endpoint refuses what it takes for unsafe."),
        QCoreApplication.translate("Capability", "Movie encoding"),
        QCoreApplication.translate("Capability", "How the returned movie is written."),
        QCoreApplication.translate("Capability", "Answer in one piece"),
        QCoreApplication.translate(
            "Capability",
            "The result comes inside the answer, not as a download. For short tests only.",
        ),
        QCoreApplication.translate("Capability", "Size"),
        QCoreApplication.translate(
            "Capability",
            "WIDTHxHEIGHT, or one of auto, square_hd, square, portrait_4_3, portrait_16_9, landscape_4_3, "
            "landscape_16_9. Left empty: the clip's own.",
        ),
        QCoreApplication.translate("Capability", "LoRAs"),
        QCoreApplication.translate("Capability", "Up to three sets of weights on top of LTX-2.3."),
        QCoreApplication.translate("Capability", "Weights"),
        QCoreApplication.translate("Capability", "Web address of a .safetensors file."),
        QCoreApplication.translate("Capability", "Scale"),
        QCoreApplication.translate("Capability", "How strongly they count."),
        QCoreApplication.translate("Capability", "Applied to"),
        QCoreApplication.translate("Capability", "As in fal's examples: both."),
        QCoreApplication.translate("Capability", "Inpaint (LTX-2.3)"),
        QCoreApplication.translate("Capability", "Generative: what the mask shows white is made anew."),
        QCoreApplication.translate("Capability", "What is to be where the mask is white."),
        QCoreApplication.translate("Capability", "Hold on to the clip"),
        QCoreApplication.translate("Capability", "How strongly the kept part guides what is made."),
        QCoreApplication.translate("Capability", "Reference video to video (LTX-2.3)"),
        QCoreApplication.translate("Capability", "Generative: a new clip with the motion and structure of this one."),
        QCoreApplication.translate("Capability", "What the new clip shows."),
        QCoreApplication.translate("Capability", "Reference image"),
        QCoreApplication.translate("Capability", "A picture for style and characters: a file or an address."),
        QCoreApplication.translate("Capability", "Lower values leave its motion and structure more freely."),
        QCoreApplication.translate(
            "Capability",
            "WIDTHxHEIGHT, or one of auto, square_hd, square, portrait_4_3, portrait_16_9, landscape_4_3, "
            "landscape_16_9. Left empty: the clip's own. auto is small.",
        ),
        QCoreApplication.translate("Capability", "Control video"),
        QCoreApplication.translate("Capability", "Guides the structure in the clip's place."),
        QCoreApplication.translate("Capability", "Control video is ready"),
        QCoreApplication.translate("Capability", "It is used as it is."),
        QCoreApplication.translate("Capability", "Preserve the original"),
        QCoreApplication.translate("Capability", "Control strength"),
        QCoreApplication.translate("Capability", "Middle image"),
        QCoreApplication.translate("Capability", "What the middle looks like."),
        QCoreApplication.translate("Capability", "Last image"),
        QCoreApplication.translate("Capability", "What the end looks like."),
        QCoreApplication.translate("Capability", "Audio to video (LTX-2.3)"),
        QCoreApplication.translate("Capability", "Generative: a new clip that goes with the sound of this one."),
        QCoreApplication.translate("Capability", "First image"),
        QCoreApplication.translate("Capability", "What the first frame looks like: a file or an address."),
        QCoreApplication.translate("Capability", "As long as the sound"),
        QCoreApplication.translate("Capability", "Off: as many frames as are set above."),
        QCoreApplication.translate("Capability", "Hold on to the image"),
        QCoreApplication.translate("Capability", "1 keeps the first image as it is."),
        QCoreApplication.translate(
            "Capability",
            "WIDTHxHEIGHT, or one of auto, square_hd, square, portrait_4_3, portrait_16_9, landscape_4_3, "
            "landscape_16_9. Left empty: as the endpoint chooses.",
        ),
        QCoreApplication.translate("Capability", "HDR lift (LTX-2.5)"),
        QCoreApplication.translate(
            "Capability",
            "Generative: half-float EXR in ACEScg, ACEScct, linear sRGB or ACES2065-1, up to DCI 4K.",
        ),
        QCoreApplication.translate(
            "Capability",
            "It is known to take a clip of up to 161 frames (129 at 4K) without a prompt. The names of its "
            "settings, its price and the form of its answer are not, so nothing is sent to it yet.",
        ),
        QCoreApplication.translate("Capability", "HDR lift (LTX-2.3 by way of Oxen)"),
        QCoreApplication.translate("Capability", "auto: the clip's own shape."),
        QCoreApplication.translate("Capability", "Repository"),
        QCoreApplication.translate(
            "Capability",
            "NAMESPACE/NAME at Oxen that clips are put into. Left empty: short clips travel in the request.",
        ),
        QCoreApplication.translate("Capability", "Wait in one call"),
        QCoreApplication.translate(
            "Capability",
            "Oxen answers when it is done; should the connection break meanwhile, the result is lost.",
        ),
        QCoreApplication.translate("Capability", "HDR lift (LTX-2.3 in ComfyUI)"),
        QCoreApplication.translate(
            "Capability",
            "Generative: highlights and shadows that the clip has lost are invented, by your own ComfyUI.",
        ),
        QCoreApplication.translate("Capability", "Shorter side at most"),
        QCoreApplication.translate(
            "Capability", "Larger clips are made smaller for the model. Left empty: the clip's own size."
        ),
        QCoreApplication.translate("Capability", "px"),
        QCoreApplication.translate("Capability", "Decoding"),
        QCoreApplication.translate(
            "Capability", "In large tiles, which needs less of the card's memory, or all at once."
        ),
        QCoreApplication.translate("Capability", "In tiles"),
        QCoreApplication.translate("Capability", "At once"),
        QCoreApplication.translate("Capability", "Checkpoint"),
        QCoreApplication.translate(
            "Capability",
            "Part of the name of the model file at the server. Left empty: the one of LTX-2.3 that is there.",
        ),
        QCoreApplication.translate("Capability", "HDR lift on another machine"),
        QCoreApplication.translate("Capability", "low"),
        QCoreApplication.translate("Capability", "medium"),
        QCoreApplication.translate("Capability", "high"),
        QCoreApplication.translate("Capability", "maximum"),
        QCoreApplication.translate("Capability", "fast"),
        QCoreApplication.translate("Capability", "balanced"),
        QCoreApplication.translate("Capability", "small"),
    )
