"""The engine against diffusers' own classes, called by hand as their documentation does: bit for bit."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
from diffusers import (
    AutoencoderKLLTX2Audio,
    AutoencoderKLLTX2Video,
    FlowMatchEulerDiscreteScheduler,
    LTX2HDRPipeline,
    LTX2LatentUpsamplePipeline,
    LTX2VideoTransformer3DModel,
)
from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel
from diffusers.pipelines.ltx2.pipeline_ltx2_hdr_lora import LTX2HDRReferenceCondition
from diffusers.pipelines.ltx2.utils import DISTILLED_SIGMA_VALUES, STAGE_2_DISTILLED_SIGMA_VALUES
from safetensors.torch import load_file

from bridge.colorimetry.logc3 import logc3_decode
from bridge.engines.ltx.lifting import lift_frames
from bridge.engines.ltx.memory import DecodeTiles
from bridge.engines.ltx.recipe import LTX_2_3

SEED = 11


@pytest.fixture(scope="module")
def by_hand(tiny_weights):
    base = tiny_weights.base
    pipe = LTX2HDRPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler.from_pretrained(base / "scheduler"),
        vae=AutoencoderKLLTX2Video.from_pretrained(base / "vae"),
        audio_vae=AutoencoderKLLTX2Audio.from_pretrained(base / "audio_vae"),
        text_encoder=None,
        tokenizer=None,
        connectors=None,
        transformer=LTX2VideoTransformer3DModel.from_pretrained(base / "transformer"),
        vocoder=None,
    )
    pipe.load_lora_weights(base, weight_name=tiny_weights.hdr_lora.name, adapter_name="hdr_lora")
    pipe.set_adapters("hdr_lora", 1.0)
    pipe.set_progress_bar_config(disable=True)
    upsampler = LTX2LatentUpsamplerModel(
        in_channels=8, mid_channels=64, num_blocks_per_stage=1, use_rational_resampler=False
    )
    upsampler.load_state_dict(load_file(tiny_weights.upsampler))
    return pipe, LTX2LatentUpsamplePipeline(vae=pipe.vae, latent_upsampler=upsampler)


class Stages:
    """The two stages; `tiled` says what of the VAE's work at full size is done in tiles."""

    def __init__(self, pipes, weights, frames, rate) -> None:
        self.pipe, self.upsample = pipes
        self.frames = frames
        embeds = load_file(weights.scene_embeddings)
        self.common = {
            "reference_conditions": [LTX2HDRReferenceCondition(frames=frames.astype(np.float32) / 255, strength=1.0)],
            "connector_video_embeds": embeds["video_context"],
            "connector_audio_embeds": embeds["audio_context"],
            "num_frames": len(frames),
            "frame_rate": rate,
            "guidance_scale": 1.0,
            "return_dict": False,
        }

    def latents(self, tile) -> torch.Tensor:
        height, width = self.frames.shape[1:3]
        first = self.pipe(
            height=height // 2,
            width=width // 2,
            num_inference_steps=8,
            sigmas=DISTILLED_SIGMA_VALUES,
            generator=torch.Generator().manual_seed(SEED),
            output_type="latent",
            **self.common,
        )[0]
        doubled = self.upsample(latents=first, output_type="latent", return_dict=False)[0]
        with tile(self.pipe.vae):
            return self.refined(doubled, "latent")

    def refined(self, doubled, output_type):
        height, width = self.frames.shape[1:3]
        return self.pipe(
            height=height,
            width=width,
            num_inference_steps=2,
            sigmas=STAGE_2_DISTILLED_SIGMA_VALUES[:2],
            latents=doubled,
            generator=torch.Generator().manual_seed(SEED),
            output_type=output_type,
            **self.common,
        )[0]

    @torch.no_grad()
    def codes(self, latents) -> np.ndarray:
        decoded = self.pipe.vae.decode(latents, None, return_dict=False)[0]
        return (decoded * 0.5 + 0.5).clamp(0, 1)[0].permute(1, 2, 3, 0).numpy()


class Tiled:
    """A VAE that works in tiles, while it lasts."""

    def __init__(self, side, stride, frames=0, frames_stride=0) -> None:
        self.settings = (side, side, frames or None, stride, stride, frames_stride or None)

    def __call__(self, vae):
        self.vae = vae
        return self

    def __enter__(self):
        self.vae.enable_tiling(*self.settings)
        # This is the one that encode looks at.
        self.vae.use_framewise_decoding = self.settings[2] is not None

    def __exit__(self, *_):
        self.vae.use_tiling = self.vae.use_framewise_decoding = False


class Whole:
    def __call__(self, _vae):
        return self

    def __enter__(self): ...

    def __exit__(self, *_): ...


def test_the_recipe_has_the_published_steps():
    """diffusers lists them without the closing 0, and a third step of stage 2 that the HDR pipeline leaves out."""
    assert list(LTX_2_3.first_sigmas) == DISTILLED_SIGMA_VALUES
    assert list(LTX_2_3.second_sigmas) == STAGE_2_DISTILLED_SIGMA_VALUES[:2]


@pytest.mark.parametrize("shape", [(9, 64, 128), (17, 128, 64), (1, 64, 64)], ids=["9", "portrait", "one"])
def test_two_stages_and_a_whole_decode(model, by_hand, tiny_weights, clip, whole, shape):
    frames = clip(*shape)
    stages = Stages(by_hand, tiny_weights, frames, 24000 / 1001)
    theirs = stages.codes(stages.latents(Whole()))
    ours = np.stack(list(lift_frames(model, frames, Fraction(24000, 1001), seed=SEED, plan=whole, tell=[].append)))
    assert np.array_equal(ours, theirs)


def test_tiles_of_the_vae(model, by_hand, tiny_weights, clip, whole):
    """Large enough that the reference is encoded in tiles, too. One piece holds all frames: diffusers' own pieces in
    time are one frame late.
    """
    frames = clip(17, 192, 384)
    stages = Stages(by_hand, tiny_weights, frames, 25.0)
    latents = stages.latents(Tiled(128, 96, 16, 8))
    with Tiled(128, 96)(stages.pipe.vae):
        theirs = stages.codes(latents)
    plan = replace(whole, decode=DecodeTiles(side=128, overlap=32, frames=16, frames_overlap=8))
    ours = np.stack(list(lift_frames(model, frames, Fraction(25), seed=SEED, plan=plan, tell=[].append)))
    assert np.array_equal(ours, theirs)
    # And the tiles are no idle talk.
    untiled = np.stack(list(lift_frames(model, frames, Fraction(25), seed=SEED, plan=whole, tell=[].append)))
    assert not np.array_equal(ours, untiled)


def test_pieces_in_time_of_the_reference(model, by_hand, tiny_weights, clip, whole):
    """A clip whose reference is encoded in several pieces in time; decoded whole by hand, and so in one tile here."""
    frames = clip(33, 192, 384)
    stages = Stages(by_hand, tiny_weights, frames, 25.0)
    theirs = stages.latents(Tiled(384, 320, 16, 8))
    got = []
    plan = replace(whole, decode=DecodeTiles(side=384, overlap=64, frames=16, frames_overlap=8))
    hook = model.pipe.vae.decoder.register_forward_pre_hook(lambda _module, args: got.append(args[0].clone()))
    try:
        next(lift_frames(model, frames, Fraction(25), seed=SEED, plan=plan, tell=[].append))
    finally:
        hook.remove()
    assert torch.equal(got[0], theirs[:, :, : got[0].shape[2]])
    assert got[0].shape[2] == 3


def test_codes_stand_for_the_light_that_the_pipeline_gives(model, by_hand, tiny_weights, clip, whole):
    """Down to its negative toe, which diffusers keeps."""
    frames = clip(9, 64, 128)
    stages = Stages(by_hand, tiny_weights, frames, 24.0)
    first = stages.latents(Whole())
    assert first.shape == (1, 8, 2, 2, 4)
    doubled = stages.upsample(
        latents=stages.pipe(
            height=32,
            width=64,
            num_inference_steps=8,
            sigmas=DISTILLED_SIGMA_VALUES,
            generator=torch.Generator().manual_seed(SEED),
            output_type="latent",
            **stages.common,
        )[0],
        output_type="latent",
        return_dict=False,
    )[0]
    theirs = stages.refined(doubled, "pt")[0].numpy()
    codes = np.stack(list(lift_frames(model, frames, Fraction(24), seed=SEED, plan=whole, tell=[].append)))
    ours = logc3_decode(codes, np.float32, keep_toe=True)
    assert theirs.min() < 0
    assert ours == pytest.approx(theirs, rel=2e-6, abs=1e-6)
