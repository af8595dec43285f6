"""What endpoints offer, against their pages: ids, ranges, defaults, prices."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from bridge.backends.remote.offers import offers
from bridge.domain.capability import Limits
from bridge.domain.errors import RequestError
from bridge.domain.ltx import (
    HDR_LORA,
    AudioToVideo,
    HdrInput,
    HdrLift,
    Inpaint,
    Lora,
    OxenHdrLift,
    ReferenceVideo,
    resolution_on_wire,
)
from bridge.domain.price import Price

COMMON = {
    "prompt": "x",
    "generate_audio": True,
    "video_quality": "high",
    "num_inference_steps": 15,
    "guidance_scale": 1.0,
    "enable_prompt_expansion": True,
    "enable_safety_checker": True,
    "video_write_mode": "balanced",
    "sync_mode": False,
}


def sent(settings):
    return settings.model_dump(mode="json", exclude_none=True)


@pytest.mark.parametrize(
    ("model", "own"),
    [
        (HdrLift, {"loras": [{"path": HDR_LORA, "scale": 1.0, "transformer": "both"}]}),
        (Inpaint, {"video_strength": 1.0, "loras": []}),
        (ReferenceVideo, {"video_strength": 0.6}),
        (AudioToVideo, {"match_audio_length": True, "image_strength": 0.7, "loras": []}),
    ],
)
def test_defaults_are_those_of_the_pages(model, own):
    found = sent(model(prompt="x"))
    assert found.pop("negative_prompt").startswith("color distortion, overexposure, static")
    assert found == COMMON | own


FAL = (HdrLift, Inpaint, ReferenceVideo, AudioToVideo, HdrInput)
RANGES = [
    ("num_frames", 9, 481, (*FAL, OxenHdrLift)),
    ("frames_per_second", 1, 60, (*FAL, OxenHdrLift)),
    ("num_inference_steps", 8, 30, FAL),
    ("guidance_scale", 1, 20, FAL),
    ("video_strength", 0, 1, (Inpaint, ReferenceVideo)),
    ("image_strength", 0, 1, (AudioToVideo,)),
]


@pytest.mark.parametrize(
    ("model", "name", "lowest", "highest"),
    [(model, name, lowest, highest) for name, lowest, highest, models in RANGES for model in models],
)
def test_ranges_are_those_of_the_pages(model, name, lowest, highest):
    needed = {"prompt": "x"} | ({"video_url": "https://a/b"} if model is HdrInput else {})
    for inside in (lowest, highest):
        assert getattr(model.model_validate({**needed, name: inside}), name) == inside
    for outside in (lowest - 1, highest + 1):
        with pytest.raises(ValidationError):
            model.model_validate({**needed, name: outside})


def test_three_loras_are_the_most():
    HdrLift(loras=(Lora(path="https://a/1"),) * 3)
    with pytest.raises(ValidationError):
        HdrLift(loras=(Lora(path="https://a/1"),) * 4)


@pytest.mark.parametrize(
    ("written", "wire"),
    [
        ("auto", "auto"),
        ("square_hd", "square_hd"),
        ("1280x720", {"width": 1280, "height": 720}),
        ({"width": 1280, "height": 720}, {"width": 1280, "height": 720}),
        ({}, {"width": 512, "height": 512}),
    ],
)
def test_sizes_travel_as_fal_writes_them(written, wire):
    resolution = HdrLift(resolution=written).resolution
    assert resolution
    assert resolution_on_wire(resolution) == wire


@pytest.mark.parametrize(
    "written", ["0x720", "1280x", "big", "14143x10", "1280 x 720", {"width": -1, "height": 5}, 7]
)
def test_what_is_no_size_is_refused(written):
    with pytest.raises(ValidationError):
        HdrLift(resolution=written)


@pytest.mark.parametrize(
    ("kind", "workflow", "app", "per_megapixel"),
    [
        ("fal", "hdr_lift", "fal-ai/ltx-2.3-quality/hdr", 0.0027075),
        ("fal", "inpaint", "fal-ai/ltx-2.3-quality/inpaint/lora", None),
        ("fal", "reference_video_to_video", "fal-ai/ltx-2.3-quality/reference-video-to-video", 0.0024075),
        ("fal", "audio_to_video", "fal-ai/ltx-2.3-quality/audio-to-video/lora", 0.0027075),
        ("oxen", "hdr_lift", "ltx-2-3-quality-hdr", None),
    ],
)
def test_offers(kind, workflow, app, per_megapixel):
    (offer,) = [each for each in offers(kind) if each.workflow == workflow]
    assert offer.app == app
    assert (offer.price and offer.price.per_megapixel) == per_megapixel
    capability = offer.capability("here")
    assert capability.price_known == (per_megapixel is not None)
    assert capability.mask == {"inpaint": "needed", "hdr_lift": "optional"}.get(workflow, "none")
    assert not capability.unknown


def test_what_is_not_known_of_an_endpoint_is_said():
    (offer,) = [each for each in offers("fal") if each.workflow == "hdr_lift_ltx_2_5"]
    assert "price" in offer.capability("fal").unknown


@pytest.mark.parametrize(
    ("per_megapixel", "frames", "width", "height", "cost"),
    [
        # The pages' own examples: 121 frames of 1280 x 720 are about 112 MP.
        (0.0027075, 121, 1280, 720, 0.3032),
        (0.0024075, 121, 1280, 720, 0.270),
        (0.0027075, 1, 100, 100, 0.0027),
    ],
)
def test_prices_are_those_of_the_pages_examples(per_megapixel, frames, width, height, cost):
    assert Price(per_megapixel=per_megapixel).of(frames, width, height) == pytest.approx(cost, abs=5e-4)


def test_larger_pictures_are_charged_at_the_size_that_is_made():
    price = Price(per_megapixel=1.0, largest_short_side=720)
    assert price.of(100, 1920, 1080) == price.of(100, 1280, 720) == math.ceil(100 * 1280 * 720 / 1e6)
    assert price.of(100, 1080, 1920) == price.of(100, 720, 1280)


@pytest.mark.parametrize(
    ("frames", "padded"), [(1, 9), (9, 9), (10, 17), (121, 121), (132, 137), (480, 481), (481, 481)]
)
def test_frames_are_8n_plus_1(frames, padded):
    (offer,) = [each for each in offers("fal") if each.workflow == "hdr_lift"]
    assert offer.limits.padded(frames) == padded


def test_too_many_frames_are_refused_before_anything_is_made():
    with pytest.raises(RequestError, match="482 frames"):
        Limits(max_frames=481, frames_modulus=8, frames_remainder=1).padded(482)
