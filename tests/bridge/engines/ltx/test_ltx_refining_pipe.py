"""Encoding once and guiding every call by it, against the pipeline that encodes by itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from diffusers import (
    AutoencoderKLLTX2Audio,
    AutoencoderKLLTX2Video,
    FlowMatchEulerDiscreteScheduler,
    LTX2HDRPipeline,
    LTX2VideoTransformer3DModel,
)
from diffusers.pipelines.ltx2.pipeline_ltx2_hdr_lora import LTX2HDRReferenceCondition

from bridge.engines.ltx.encoding import WHOLE, encode_reference, guided_by
from bridge.engines.ltx.memory import DecodeTiles, RefineTiles
from bridge.engines.ltx.recipe import LTX_2_3
from bridge.engines.ltx.refining import refine


def silent(done: int, total: int) -> None: ...


@pytest.fixture(scope="module")
def pipe(tiny_weights) -> LTX2HDRPipeline:
    def part(kind, name):
        return kind.from_pretrained(tiny_weights.base, subfolder=name)

    made = LTX2HDRPipeline(
        scheduler=part(FlowMatchEulerDiscreteScheduler, "scheduler"),
        vae=part(AutoencoderKLLTX2Video, "vae"),
        audio_vae=part(AutoencoderKLLTX2Audio, "audio_vae"),
        transformer=part(LTX2VideoTransformer3DModel, "transformer"),
        text_encoder=None,
        tokenizer=None,
        connectors=None,
        vocoder=None,
    )
    made.set_progress_bar_config(disable=True)
    return made


def clip(frames: int, height: int, width: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (frames, height, width, 3), np.uint8)


def run(pipe, conditions, size, frames, *, latents=None, seed=0):
    random = torch.Generator().manual_seed(4)
    return pipe(
        reference_conditions=conditions,
        height=size[0],
        width=size[1],
        num_frames=frames,
        frame_rate=24.0,
        sigmas=list(LTX_2_3.second_sigmas),
        generator=torch.Generator().manual_seed(seed),
        latents=latents,
        connector_video_embeds=torch.randn(1, 16, 16, generator=random),
        connector_audio_embeds=torch.randn(1, 16, 8, generator=random),
        output_type="latent",
    ).frames


@pytest.mark.parametrize("size", [(64, 128), (96, 128), (32, 64)])
def test_given_latents_are_what_the_pipeline_makes_itself(pipe, size):
    """The same size, padded, and halved as for the first stage."""
    frames = clip(9, 64, 128)
    pixels = LTX2HDRReferenceCondition(frames=frames.astype(np.float32) / np.float32(255), strength=1.0)
    own = run(pipe, pixels, size, 9)
    with guided_by(pipe, encode_reference(pipe, frames, size, WHOLE, silent)) as conditions:
        assert torch.equal(run(pipe, conditions, size, 9), own)
    assert torch.equal(run(pipe, pixels, size, 9), own)


def test_a_call_that_fails_leaves_the_pipeline_as_it_was(pipe):
    with pytest.raises(KeyError), guided_by(pipe, torch.zeros(1, 8, 1, 1, 1)):
        raise KeyError
    assert "_encode_reference_conditions" not in vars(pipe)


@pytest.mark.parametrize(
    ("frames", "size", "tiles"),
    [
        (9, (128, 192), DecodeTiles(96, 32, 0, 0)),
        (41, (32, 32), DecodeTiles(0, 0, 32, 8)),
        (41, (64, 128), DecodeTiles(96, 32, 32, 8)),
    ],
)
def test_pieces_are_those_of_diffusers_bit_by_bit(pipe, frames, size, tiles):
    own = AutoencoderKLLTX2Video.from_config(pipe.vae.config).eval()
    own.load_state_dict(pipe.vae.state_dict())
    side, stride = tiles.side or 9999, (tiles.side - tiles.overlap) or 9999
    own.enable_tiling(side, side, tiles.frames or 9999, stride, stride, (tiles.frames - tiles.frames_overlap) or 9999)
    own.use_framewise_decoding = bool(tiles.frames)
    pixels = clip(frames, *size)
    told: list[tuple[int, int]] = []
    ours = encode_reference(pipe, pixels, size, tiles, lambda done, total: told.append((done, total)))
    prepared = pipe.hdr_video_processor.preprocess_reference_video_hdr(
        pixels.astype(np.float32) / np.float32(255), *size
    )
    with torch.no_grad():
        theirs = own.encode(prepared, return_dict=False)[0].mode()
    theirs = pipe._normalize_latents(theirs, own.latents_mean, own.latents_std)
    assert torch.equal(ours, theirs)
    assert [done for done, _ in told] == list(range(1, told[-1][1] + 1))


def test_tiles_of_the_second_stage_are_calls_of_the_pipeline(pipe):
    """One tile: the plain call, bit by bit. Several: each is the plain call on its part, as seen where none overlap."""
    frames, size = clip(9, 64, 192), (64, 192)
    reference = encode_reference(pipe, frames, size, WHOLE, silent)
    latents = torch.randn(1, 8, 2, 2, 6, generator=torch.Generator().manual_seed(9))

    def denoise(piece: torch.Tensor, guide: torch.Tensor, seed: int) -> torch.Tensor:
        height, width = 32 * piece.shape[3], 32 * piece.shape[4]
        with guided_by(pipe, guide) as conditions:
            return run(pipe, conditions, (height, width), 8 * piece.shape[2] - 7, latents=piece, seed=seed)

    pixels = LTX2HDRReferenceCondition(frames=frames.astype(np.float32) / np.float32(255), strength=1.0)
    whole = run(pipe, pixels, size, 9, latents=latents, seed=5)
    assert torch.equal(refine(denoise, latents, reference, RefineTiles(), seed=5, tell=silent), whole)
    tiles = RefineTiles((2, 2, 4), (0, 0, 2))
    made = refine(denoise, latents, reference, tiles, seed=5, tell=silent)
    left, right = (
        denoise(latents[..., part], reference[..., part], seed) for part, seed in ((slice(4), 5), (slice(2, 6), 6))
    )
    assert torch.equal(made[..., :2], left[..., :2])
    assert torch.equal(made[..., 4:], right[..., 2:])
    assert not torch.equal(made, whole)
