"""SDR frames to LogC3 codes, as the model's authors do it: two stages, both guided by the clip.

Steps after `ltx_pipelines.hdr_ic_lora` of Lightricks/LTX-2 v1.2.0; the arithmetic is diffusers' own.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from fractions import Fraction
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from .attempts import Attempts, decode_latents
from .encoding import WHOLE, encode_reference, guided_by
from .memory import DecodeTiles, MemoryPlan
from .model import Model, check_schedule
from .progress import Stage, Step, Tell
from .recipe import Recipe
from .refining import refine, refine_spans

__all__ = ["Step", "Tell", "lift_frames", "pad_frames"]

_WHOLE_UP_TO = 512 * 768
"""Pixels of a frame that upstream encodes in one piece on cards with the largest memory; on others, the lower one."""
_WHOLE_UP_TO_ON_SMALLER_CARDS = 256 * 256
_LARGEST_TILE = 1280


def lift_frames(
    model: Model,
    frames: NDArray[np.uint8],
    rate: Fraction,
    *,
    seed: int,
    plan: MemoryPlan,
    tell: Tell,
    high_quality: bool = False,
    isolate_audio: bool = False,
) -> Iterator[NDArray[np.float32]]:
    """Yield `(H, W, 3)` LogC3 codes in 0..1 for `frames` `(F, H, W, 3)`, full-range Rec.709 R'G'B', each as soon as it
    is decoded.

    Any size and number of frames goes in. The same seed, weights and plan give the same codes; noise comes from the
    processor's generator, so that another device differs in rounding alone. Where memory ends, the next smaller plan
    is taken and told as a note; stages that are done stay done. `high_quality` makes each frame twice and keeps the
    first of each pair. `isolate_audio` keeps pictures from listening to the model's part for sound.

    Raises `GpuTooSmall`, `GpuLost`, and whatever `tell` raises. The model can be used again after all but `GpuLost`.
    """
    count, height, width = frames.shape[:3]
    attempts = Attempts(model, plan, tell)
    doubled = np.repeat(frames, 2, axis=0)[:-1] if high_quality else frames
    with _audio_isolated(model) if isolate_audio else nullcontext():
        latents = _make_latents(model, pad_frames(doubled, model.recipe), rate, seed, attempts, tell)
    every = 2 if high_quality else 1
    for number, picture in enumerate(decode_latents(model, latents, attempts, tell)):
        if number % every == 0:
            yield _codes(picture[:, :height, :width])
        if number == (count - 1) * every:
            return


def pad_frames(frames: NDArray[np.uint8], recipe: Recipe) -> NDArray[np.uint8]:
    """Frames as the recipe wants them: the last one is repeated, right and bottom are reflected.

    Before anything else, so that both stages see the same picture: diffusers would scale odd sizes down to the next
    multiple of 32 without regard to the sides' proportion, and pad halves and wholes differently. Where there is less
    than what is to be reflected, edges are repeated, as there.
    """
    count, height, width = frames.shape[:3]
    below, beside = -height % recipe.size_modulus, -width % recipe.size_modulus
    if below or beside:
        mode = "reflect" if below < height and beside < width else "edge"
        frames = np.pad(frames, ((0, 0), (0, below), (0, beside), (0, 0)), mode=mode)
    if missing := (1 - count) % recipe.frames_modulus:
        frames = np.concatenate([frames, np.repeat(frames[-1:], missing, axis=0)])
    return frames


def _make_latents(
    model: Model, frames: NDArray[np.uint8], rate: Fraction, seed: int, attempts: Attempts, tell: Tell
) -> torch.Tensor:
    recipe = model.recipe
    height, width = frames.shape[1:3]
    half, full = (height // 2, width // 2), (height, width)

    # The full size has four times the pixels, and so four fifths of the work.
    small = attempts.run("encode", lambda: _encode(model, frames, half, attempts, tell, share=1, before=0))
    large = attempts.run("encode", lambda: _encode(model, frames, full, attempts, tell, share=4, before=1))

    def first() -> torch.Tensor:
        steps = _Steps("stage1", len(recipe.first_sigmas), tell)
        return _denoise(model, None, small, recipe.first_sigmas, rate, seed, steps)

    made = attempts.run("stage1", first)
    doubled = attempts.run("upsample", lambda: _upsample(model, made, tell))

    def second() -> torch.Tensor:
        tiles = attempts.plan.refine
        pieces = math.prod(len(axis) for axis in refine_spans(_extent(doubled), tiles))
        steps = _Steps("stage2", pieces * len(recipe.second_sigmas), tell)

        def piece(latents: torch.Tensor, reference: torch.Tensor, seed: int) -> torch.Tensor:
            return _denoise(model, latents, reference, recipe.second_sigmas, rate, seed, steps)

        # Its tiles need not be told: each of their steps is.
        return refine(piece, doubled, large, tiles, seed=seed, tell=lambda _done, _total: None)

    return attempts.run("stage2", second)


class _Steps:
    """Counts the steps of a stage, over all of its calls."""

    def __init__(self, stage: Stage, total: int, tell: Tell) -> None:
        self._stage: Stage = stage
        self._total = total
        self._tell = tell
        self._done = 0
        tell(Step(stage, 0, total))

    def step(self) -> None:
        self._done += 1
        self._tell(Step(self._stage, self._done, self._total))


def _encode(
    model: Model,
    frames: NDArray[np.uint8],
    size: tuple[int, int],
    attempts: Attempts,
    tell: Tell,
    *,
    share: int,
    before: int,
) -> torch.Tensor:
    tell(Step("encode", before, 5))
    return encode_reference(
        model.pipe,
        frames,
        size,
        _encode_tiles(attempts.plan.decode, size),
        lambda done, total: tell(Step("encode", before * total + share * done, 5 * total)),
    ).cpu()


def _encode_tiles(tiles: DecodeTiles, size: tuple[int, int]) -> DecodeTiles:
    limit = _WHOLE_UP_TO if tiles.side >= _LARGEST_TILE else _WHOLE_UP_TO_ON_SMALLER_CARDS
    return tiles if size[0] * size[1] > limit else WHOLE


def _denoise(
    model: Model,
    latents: torch.Tensor | None,
    reference: torch.Tensor,
    sigmas: tuple[float, ...],
    rate: Fraction,
    seed: int,
    steps: _Steps,
) -> torch.Tensor:
    """Latents of the clip that `reference` guides, from noise alone or from `latents` and noise."""
    recipe = model.recipe
    pipe: Any = model.pipe
    length, high, wide = _extent(reference)
    scale = recipe.spatial * recipe.reference_downscale

    def after_step(_pipe: Any, index: int, _timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        if index == 0:
            check_schedule(pipe.scheduler, sigmas)
        steps.step()
        return tensors

    with guided_by(pipe, reference) as conditions:
        try:
            made = pipe(
                reference_conditions=conditions,
                reference_downscale_factor=recipe.reference_downscale,
                height=high * scale,
                width=wide * scale,
                num_frames=(length - 1) * recipe.frames_modulus + 1,
                frame_rate=float(rate),
                num_inference_steps=len(sigmas),
                sigmas=list(sigmas),
                guidance_scale=1.0,
                generator=torch.Generator("cpu").manual_seed(seed),
                latents=latents,
                connector_video_embeds=model.embeddings.video,
                connector_audio_embeds=model.embeddings.audio,
                output_type="latent",
                return_dict=False,
                callback_on_step_end=after_step,
            )
        except BaseException:
            # The pipeline moves its models off the card at the end of a call, and this one has no end.
            pipe.maybe_free_model_hooks()
            raise
    return made[0].float().cpu()


def _extent(latents: torch.Tensor) -> tuple[int, int, int]:
    length, high, wide = latents.shape[2:]
    return length, high, wide


def _upsample(model: Model, latents: torch.Tensor, tell: Tell) -> torch.Tensor:
    tell(Step("upsample", 0, 1))
    made = model.upsample(latents=latents, output_type="latent", return_dict=False)
    tell(Step("upsample", 1, 1))
    # Left in bfloat16, the next stage would normalise them in it.
    return made[0].float().cpu()


def _codes(picture: torch.Tensor) -> NDArray[np.float32]:
    """`(3, H, W)` in -1..1 to `(H, W, 3)` in 0..1."""
    return (picture * 0.5 + 0.5).clamp(0, 1).permute(1, 2, 0).contiguous().numpy()


@contextmanager
def _audio_isolated(model: Model) -> Generator[None]:
    """Within, pictures and sound do not attend to each other."""

    def isolate(_module: Any, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        return args, kwargs | {"isolate_modalities": True}

    hook = model.pipe.transformer.register_forward_pre_hook(isolate, with_kwargs=True)
    try:
        yield
    finally:
        hook.remove()
