"""Workflows of the local backend that make a movie: inpaint, and reference video to video. What the service knows of
them; `moving_work` carries them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from bridge.domain.capability import Capability, Limits
from bridge.domain.errors import RequestError, SuperwhiteError, WeightsMismatched, WorkflowUnknown
from bridge.domain.ltx import AudioToVideo
from bridge.domain.workflow import LiftRequest, Workflow
from bridge.engines.ltx.in_context.parameters import (
    INPAINT_STATEMENT,
    REFERENCE_STATEMENT,
    InpaintParameters,
    ReferenceParameters,
    read_settings,
)
from bridge.engines.ltx.in_context.recipe import IN_CONTEXT_2_3
from bridge.engines.ltx.weights import Weights, read_manifest
from bridge.engines.ltx.weights_headers import read_header, read_json
from bridge.engines.ltx.weights_pairing import lora_fits
from bridge.weights.catalogue import SETS
from bridge.weights.state import demand_whole

NO_AUDIO_TO_VIDEO = (
    "diffusers 0.42 replaces the sound that it is given by noise and makes its own, so the pictures would follow "
    "another sound than the clip's."
)
"""`LTX2InContextPipeline.prepare_audio_latents` mixes `audio_latents` with noise by the first noise level, which is 1,
and denoises what comes of it; there is no way to keep them.
"""

_LIMITS = Limits(max_frames=IN_CONTEXT_2_3.most_frames)


@dataclass(frozen=True)
class Moving:
    """A workflow: the LoRA that it needs is `file` of the set `lora_set`."""

    workflow: Workflow
    title: str
    description: str
    parameters: type[InpaintParameters | ReferenceParameters]
    lora_set: str
    file: str
    masked: bool

    @property
    def sets(self) -> tuple[str, str]:
        return IN_CONTEXT_2_3.text_set, self.lora_set


WORKFLOWS = (
    Moving(
        workflow="inpaint",
        title="Inpaint (LTX-2.3)",
        description=INPAINT_STATEMENT,
        parameters=InpaintParameters,
        lora_set=IN_CONTEXT_2_3.inpaint_set,
        file=IN_CONTEXT_2_3.inpaint_file,
        masked=True,
    ),
    Moving(
        workflow="reference_video_to_video",
        title="Reference video to video (LTX-2.3)",
        description=REFERENCE_STATEMENT,
        parameters=ReferenceParameters,
        lora_set=IN_CONTEXT_2_3.control_set,
        file=IN_CONTEXT_2_3.control_file,
        masked=False,
    ),
)


def capabilities_here(name: str, weights: Weights | None, models: Path) -> tuple[Capability, ...]:
    """What the backend `name` offers beside the HDR lift, with the HDR set's `weights` (none where they cannot be used,
    which the HDR lift explains) and the sets in the folder `models`. Quick: headers are read, and no tensors.
    """
    offered = [
        _capability(
            name, moving, moving.title, moving.description, moving.parameters, _obstacle(moving, weights, models)
        )
        for moving in WORKFLOWS
    ]
    title, description = "Audio to video (LTX-2.3)", "Generative: a new clip that goes with the sound of this one."
    return *offered, _capability(name, None, title, description, AudioToVideo, NO_AUDIO_TO_VIDEO)


def check(request: LiftRequest, models: Path) -> None:
    """Raises `WorkflowUnknown` for what is not offered, `RequestError`, `MediaMissing`, and for sets that are not there
    or not whole what says so.
    """
    moving = of(request.workflow)
    if moving.masked and request.mask is None:
        raise RequestError(f"{moving.title} needs a mask.", remedy="Give one: white where the picture is made anew.")
    if not moving.masked and request.mask is not None:
        raise RequestError(f"{moving.title} takes no mask.", remedy="Leave the mask out.")
    read_settings(moving.parameters, request.parameters)
    _demand_sets(moving, models)


def seed_of(request: LiftRequest) -> int | None:
    """The seed that is asked for; none where it is left to chance. Raises as `check` does for settings."""
    return read_settings(of(request.workflow).parameters, request.parameters).seed


def of(workflow: Workflow) -> Moving:
    """Raises `WorkflowUnknown`."""
    moving = next((each for each in WORKFLOWS if each.workflow == workflow), None)
    if moving is None:
        remedy = NO_AUDIO_TO_VIDEO if workflow == "audio_to_video" else None
        raise WorkflowUnknown(f"The local GPU does not offer {workflow}.", remedy=remedy)
    return moving


def demand_lora(moving: Moving, weights: Weights, models: Path) -> int:
    """How many times smaller than the picture the LoRA wants what guides it.

    Raises `WeightsMissing`, `WeightsDamaged`, and `WeightsMismatched` where it does not go with the model.
    """
    path = models / moving.lora_set / moving.file
    header = read_header(path)
    factor = header.metadata.get("reference_downscale_factor", "1")
    reason = lora_fits(header, read_json(weights.base / "transformer" / "config.json"))
    if "hdr_transform" in header.metadata:
        reason = "is made for HDR"
    elif factor not in ("1", "2", "4") or (moving.masked and factor != "1"):
        reason = f"wants what guides it at 1/{factor[:8]} of the size"
    if reason:
        raise WeightsMismatched(f"The LoRA {path.name} cannot be used for {moving.workflow}: it {reason}.")
    return int(factor)


def _demand_sets(moving: Moving, models: Path) -> None:
    for name in moving.sets:
        try:
            demand_whole(models / name, SETS[name])
        except SuperwhiteError as error:
            error.remedy = f"`superwhite models fetch {name}` brings it."
            raise


def _obstacle(moving: Moving, weights: Weights | None, models: Path) -> str:
    try:
        _demand_sets(moving, models)
        if weights is None:
            return "The model itself is not ready: the HDR lift says why."
        demand_lora(moving, weights, models)
        for name in moving.sets:
            if read_manifest(models / name).tiny and not weights.tiny:
                return f"“{name}” holds random weights for tests."
    except SuperwhiteError as error:
        return f"{error.sentence} {error.remedy}".strip()
    return ""


def _capability(
    name: str, moving: Moving | None, title: str, description: str, parameters: type[BaseModel], unknown: str
) -> Capability:
    return Capability(
        backend=name,
        workflow=moving.workflow if moving else "audio_to_video",
        title=title,
        description=description,
        kind="generative",
        runs="here",
        parameters=parameters.model_json_schema(),
        limits=_LIMITS,
        makes="movie",
        output_colors=(),
        reports_progress=True,
        mask="needed" if moving and moving.masked else "none",
        price=None,
        unknown=unknown,
    )
