"""From a job back to the settings that it was started with."""

from __future__ import annotations

from bridge.domain.workflow import LiftRequest, MaskSpec

from .memory import Look, MaskWish, Values


def look_of(request: LiftRequest) -> Look:
    """The mask itself belongs to one clip, and is no part of a look; how it is used is."""
    return Look(
        backend=request.backend,
        workflow=request.workflow,
        values=dict(request.parameters),
        then_lift=request.then is not None,
        mask=MaskWish(values=_mask_values(request.mask) if request.mask else {}),
    )


def _mask_values(mask: MaskSpec) -> Values:
    return mask.model_dump(mode="json", exclude={"path"}, exclude_defaults=True)
