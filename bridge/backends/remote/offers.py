"""What endpoints offer: the workflow, what can be set, what is taken, what it costs, and where it is asked for.

Limits and prices are those of the endpoints' pages of 2026 (fal: `fal-ai/ltx-2.3-quality/...`; Oxen:
`ltx-2-3-quality-hdr`). The page of `inpaint/lora` names no price.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from bridge.backends.comfyui.parameters import ComfyParameters
from bridge.domain.capability import Capability, Limits
from bridge.domain.color import OutputColor
from bridge.domain.ltx import (
    FASTEST,
    FEWEST_FRAMES,
    MOST_FRAMES,
    AudioToVideo,
    HdrLift,
    Inpaint,
    OxenHdrLift,
    ReferenceVideo,
)
from bridge.domain.price import Price
from bridge.domain.settings import EndpointKind
from bridge.domain.workflow import Workflow
from bridge.engines.classical.parameters import STATEMENT, ClassicalParameters
from bridge.engines.ltx.parameters import LtxParameters

_FAMILY = "fal-ai/ltx-2.3-quality"

# The page's own example of a price is of 1280 x 720, though it says that the shorter side is at most 704.
_HDR_SHORT_SIDE = 720

# LTX-2.3 makes 8n+1 frames; the ends of the pages' range are of that form.
_LIMITS = Limits(
    min_frames=FEWEST_FRAMES, max_frames=MOST_FRAMES, frames_modulus=8, frames_remainder=1, max_rate=FASTEST
)


@dataclass(frozen=True)
class Offer:
    """One workflow of one kind of endpoint. A mask that is `needed` is sent; an `optional` one stays here, where the
    result is kept inside it.
    """

    workflow: Workflow
    title: str
    description: str
    kind: Literal["classical", "generative"]
    parameters: type[BaseModel]
    app: str
    price: Price | None
    price_known: bool
    limits: Limits = _LIMITS
    makes: Literal["sequence", "movie"] = "sequence"
    mask: Literal["none", "optional", "needed"] = "none"
    result: str = "exr_frames_url"
    unknown: str = ""

    def capability(self, backend: str) -> Capability:
        return Capability(
            backend=backend,
            workflow=self.workflow,
            title=self.title,
            description=self.description,
            kind=self.kind,
            runs="remote",
            parameters=self.parameters.model_json_schema(),
            limits=self.limits,
            makes=self.makes,
            output_colors=tuple(OutputColor) if self.makes == "sequence" else (),
            reports_progress=False,
            mask=self.mask,
            price=self.price,
            price_known=self.price_known,
            unknown=self.unknown,
        )


class _NothingKnown(BaseModel):
    """No setting of this endpoint is known for certain."""


_FAL = (
    Offer(
        workflow="hdr_lift",
        title="HDR lift (LTX-2.3)",
        description="Generative: highlights and shadows that the clip has lost are invented. Up to about 720 lines.",
        kind="generative",
        parameters=HdrLift,
        app=f"{_FAMILY}/hdr",
        price=Price(per_megapixel=0.0027075, largest_short_side=_HDR_SHORT_SIDE),
        price_known=True,
        mask="optional",
    ),
    Offer(
        workflow="inpaint",
        title="Inpaint (LTX-2.3)",
        description="Generative: what the mask shows white is made anew.",
        kind="generative",
        parameters=Inpaint,
        app=f"{_FAMILY}/inpaint/lora",
        price=None,
        price_known=False,
        makes="movie",
        mask="needed",
        result="video",
    ),
    Offer(
        workflow="reference_video_to_video",
        title="Reference video to video (LTX-2.3)",
        description="Generative: a new clip with the motion and structure of this one.",
        kind="generative",
        parameters=ReferenceVideo,
        app=f"{_FAMILY}/reference-video-to-video",
        price=Price(per_megapixel=0.0024075),
        price_known=True,
        makes="movie",
        result="video",
    ),
    Offer(
        workflow="audio_to_video",
        title="Audio to video (LTX-2.3)",
        description="Generative: a new clip that goes with the sound of this one.",
        kind="generative",
        parameters=AudioToVideo,
        app=f"{_FAMILY}/audio-to-video/lora",
        price=Price(per_megapixel=0.0027075),
        price_known=True,
        makes="movie",
        result="video",
    ),
    Offer(
        workflow="hdr_lift_ltx_2_5",
        title="HDR lift (LTX-2.5)",
        description="Generative: half-float EXR in ACEScg, ACEScct, linear sRGB or ACES2065-1, up to DCI 4K.",
        kind="generative",
        parameters=_NothingKnown,
        app="lightricks/ltx-2.5/hdr",
        price=None,
        price_known=False,
        limits=Limits(max_frames=161, max_pixels=4096 * 2160),
        unknown=(
            "It is known to take a clip of up to 161 frames (129 at 4K) without a prompt. The names of its settings, "
            "its price and the form of its answer are not, so nothing is sent to it yet."
        ),
    ),
)

_OXEN = (
    Offer(
        workflow="hdr_lift",
        title="HDR lift (LTX-2.3 by way of Oxen)",
        description="Generative: highlights and shadows that the clip has lost are invented. Up to about 720 lines.",
        kind="generative",
        parameters=OxenHdrLift,
        app="ltx-2-3-quality-hdr",
        price=None,
        price_known=False,
        mask="optional",
    ),
)

_SUPERWHITE = (
    Offer(
        workflow="hdr_lift",
        title="HDR lift on another machine",
        description=STATEMENT,
        kind="classical",
        parameters=ClassicalParameters,
        app=f"{_FAMILY}/hdr",
        price=None,
        price_known=True,
        limits=Limits(max_frames=MOST_FRAMES, max_rate=FASTEST),
        mask="optional",
    ),
)

_SUPERWHITE_LTX = (
    Offer(
        workflow="hdr_lift",
        title="HDR lift (LTX-2.3) on another machine",
        description="Generative: highlights and shadows that the clip has lost are invented. Any size.",
        kind="generative",
        parameters=LtxParameters,
        app=f"{_FAMILY}/hdr",
        price=None,
        price_known=True,
        limits=Limits(max_frames=MOST_FRAMES, max_rate=FASTEST),
        mask="optional",
    ),
)

_COMFYUI = (
    Offer(
        workflow="hdr_lift",
        title="HDR lift (LTX-2.3 in ComfyUI)",
        description="Generative: highlights and shadows that the clip has lost are invented, by your own ComfyUI.",
        kind="generative",
        parameters=ComfyParameters,
        app="comfyui",
        price=None,
        price_known=True,
        limits=Limits(
            max_frames=MOST_FRAMES, frames_modulus=8, frames_remainder=1, size_modulus=32, max_rate=FASTEST
        ),
        mask="optional",
    ),
)


def offers(kind: EndpointKind, engine: str = "") -> tuple[Offer, ...]:
    """What endpoints of a kind offer; a Superwhite by the `engine` that it works for others with, where it is known."""
    match kind:
        case "fal":
            return _FAL
        case "oxen":
            return _OXEN
        case "superwhite":
            return _SUPERWHITE_LTX if engine == "ltx" else _SUPERWHITE
        case "comfyui":
            return _COMFYUI
