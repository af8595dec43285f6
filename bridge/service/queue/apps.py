"""What is offered here under fal's names, and what is taken for it."""

from __future__ import annotations

import re

from pydantic import Field, ValidationError

from bridge.domain.ltx import HdrInput, Lora

from .faults import Refused, about, invalid, plain

FAMILY = "fal-ai/ltx-2.3-quality"


class _WithLoras(HdrInput):
    loras: tuple[Lora, ...] = Field(max_length=3)


_INPUTS: dict[str, type[HdrInput]] = {f"{FAMILY}/hdr": HdrInput, f"{FAMILY}/hdr/lora": _WithLoras}

_ELSEWHERE = {f"{FAMILY}/{name}" for name in ("inpaint/lora", "reference-video-to-video", "audio-to-video/lora")}
"""Endpoints of the same family that want a generative model."""


def read_input(app: str, body: bytes) -> HdrInput:
    """The settings of a request to `app`. Raises `Refused`."""
    if app in _ELSEWHERE:
        sentence = f"This server offers HDR lifts alone: {app} wants a generative model, and there is none here."
        raise Refused(about(("body",), "feature_not_supported", sentence))
    if app not in _INPUTS:
        raise Refused(plain(404, "not_found", f'Application "{shown(app)}" not found'))
    try:
        given = _INPUTS[app].model_validate_json(body.decode(errors="replace"))
    except ValidationError as error:
        raise Refused(invalid(error)) from None
    if given.sync_mode:
        sentence = "This server answers with addresses to download from: leave sync_mode off."
        raise Refused(about(("body", "sync_mode"), "feature_not_supported", sentence, given=True))
    return given


def family_of(app: str) -> str:
    """Owner and alias, by which requests are asked for; the rest of an id says what they were."""
    return "/".join(app.split("/")[:2])


def shown(app: str) -> str:
    return re.sub(r"[^\w./-]", "_", app)[:100]
