"""Clips made anew: by a control video, or inside a hole. Two stages, on the model that lifts to HDR.

As Lightricks/LTX-2 v1.2.0 (`ltx_pipelines.ic_lora`) and the two-stage inpainting graph of Lightricks/ComfyUI-LTXVideo
do it, through diffusers' in-context pipeline. Sound is made with the pictures, which attend to it, and dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition
from numpy.typing import NDArray
from torch import Tensor

from bridge.domain.errors import RequestError
from bridge.engines.ltx.attempts import Attempts, decode_latents
from bridge.engines.ltx.memory import MemoryPlan
from bridge.engines.ltx.model import Model
from bridge.engines.ltx.progress import Step, Tell
from bridge.engines.ltx.recipe import Recipe

from .pictures import Canvas, Frames, doubled, fade, fitted, halved, punched, widened
from .pipe import InContext, Latents, exchanged, without_lora
from .recipe import IN_CONTEXT_2_3, InContextRecipe
from .text import Context

GROWN = 15
"""Pixels at half size by which a hole is widened: what lies at its edge belongs to what is taken out."""

Picture = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Key:
    """A picture `(H, W, 3)`, full-range R'G'B', that the clip shows somewhere; 1 keeps it as it is."""

    picture: NDArray[np.uint8]
    place: Literal["first", "middle", "last"]
    strength: float = 1.0


@dataclass(frozen=True, eq=False)
class Guided:
    """A clip as long as `control`, which guides it: `hold` (0..1) is how much of it is not lost in noise."""

    control: Frames
    downscale: int
    hold: float = 1.0
    keys: Sequence[Key] = ()


@dataclass(frozen=True, eq=False)
class Filled:
    """`clip` with what `mask` (F, H, W), 0..255, shows white made anew, and `grown` pixels at half size around it."""

    clip: Frames
    mask: NDArray[np.uint8]
    grown: int = GROWN


def make_frames(
    model: Model,
    work: Guided | Filled,
    context: Context,
    lora: Path,
    *,
    rate: float,
    seed: int,
    plan: MemoryPlan,
    tell: Tell,
    recipe: InContextRecipe = IN_CONTEXT_2_3,
) -> Iterator[Picture]:
    """Yield the frames that `work` asks for, `(H, W, 3)` Rec.709 R'G'B' in 0..1, each as soon as it is decoded.

    They are as large and as many as those that are given, and all of them are the model's: a hole's surroundings too.
    Raises `RequestError` for more than the model makes at once, and what `tell` raises.
    """
    some = work.control if isinstance(work, Guided) else work.clip
    frames, height, width = some.shape[:3]
    if max(width, height) > recipe.longest_side or frames > recipe.most_frames:
        raise RequestError(
            f"{frames} frames of {width}x{height} are more than the model makes at once, which is {recipe.most_frames} "
            f"frames of {recipe.longest_side} pixels a side."
        )
    downscale = work.downscale if isinstance(work, Guided) else 1
    side = model.recipe.size_modulus * downscale
    canvas = Canvas.around(frames, height, width, side=side, pace=model.recipe.frames_modulus)
    attempts = Attempts(model, plan, tell)
    pipe = InContext(model, context, rate)
    stages = _Stages(model, pipe, attempts, tell, recipe, canvas, seed)
    with exchanged(model, lora, attempts):
        latents = stages.guided(work) if isinstance(work, Guided) else stages.filled(work)
    for index, picture in enumerate(decode_latents(model, latents, attempts, tell)):
        if index == frames:
            return
        yield _codes(picture)[:height, :width]


class _Stages:
    def __init__(
        self,
        model: Model,
        pipe: InContext,
        attempts: Attempts,
        tell: Tell,
        recipe: InContextRecipe,
        canvas: Canvas,
        seed: int,
    ) -> None:
        self._model = model
        self._pipe = pipe
        self._attempts = attempts
        self._tell = tell
        self._recipe = recipe
        self._canvas = canvas
        self._half = Canvas(canvas.width // 2, canvas.height // 2, canvas.frames)
        self._seed = seed

    def guided(self, work: Guided) -> Tensor:
        recipe, half = self._recipe, self._half
        control = halved(self._canvas.filled(work.control))
        if work.downscale > 1:
            # diffusers would take the nearest pixel, and lose lines.
            control = torch.nn.functional.avg_pool2d(control, work.downscale)
        first = self._first(
            control,
            downscale=work.downscale,
            hold=work.hold,
            conditions=_conditions(work, half, 2, self._model.recipe),
        )
        large = self._attempts.run("upsample", lambda: self._upsampled(first.video))
        with without_lora(self._model):
            return self._second(
                Latents(large, first.audio),
                recipe.second_sigmas,
                _conditions(work, self._canvas, 1, self._model.recipe),
            ).video

    def filled(self, work: Filled) -> Tensor:
        recipe = self._recipe
        clip, mask = halved(self._canvas.filled(work.clip)), halved(self._canvas.filled(work.mask))
        first = self._first(punched(clip, widened(mask, work.grown), recipe.hole))
        # What lies around the hole is the clip's own again before it is refined.
        weight = fade(mask, work.grown)
        large = np.empty((self._canvas.frames, self._canvas.height, self._canvas.width, 3), np.uint8)
        for index, picture in enumerate(
            decode_latents(self._model, first.video, self._attempts, self._as_upsampling)
        ):
            large[index] = doubled(torch.lerp(clip[index], _in_range(picture), weight[index]))
        begin = self._attempts.run(
            "encode",
            lambda: self._pipe.encode(
                large, self._attempts.plan.decode, lambda done, total: self._tell(Step("upsample", done, total))
            ),
        )
        return self._second(Latents(begin, first.audio), recipe.inpaint_second_sigmas, ()).video

    def _first(self, reference: Tensor, **how: Any) -> Latents:
        sigmas = self._recipe.first_sigmas
        return self._attempts.run(
            "stage1",
            lambda: self._pipe.denoise(
                self._half, sigmas, self._seed, self._steps("stage1", sigmas), reference=reference, **how
            ),
        )

    def _second(self, begin: Latents, sigmas: Sequence[float], conditions: Sequence[LTX2VideoCondition]) -> Latents:
        # As the first: this second stage is not cut into tiles, so what makes tiles smaller would not help it.
        return self._attempts.run(
            "stage1",
            lambda: self._pipe.denoise(
                self._canvas,
                sigmas,
                self._seed + 1,
                self._steps("stage2", sigmas),
                begin=begin,
                conditions=conditions,
            ),
        )

    def _as_upsampling(self, step: Step) -> None:
        """Between the stages a hole's pictures are decoded, blended and encoded, which takes the upsampler's place."""
        self._tell(replace(step, stage="upsample"))

    def _upsampled(self, latents: Tensor) -> Tensor:
        self._tell(Step("upsample", 0, 1))
        large = self._model.upsample(latents=latents, output_type="latent", return_dict=False)[0]
        self._tell(Step("upsample", 1, 1))
        return large.float().cpu()

    def _steps(self, stage: Literal["stage1", "stage2"], sigmas: Sequence[float]) -> Callable[[int], None]:
        self._tell(Step(stage, 0, len(sigmas)))
        return lambda done: self._tell(Step(stage, done, len(sigmas)))


def _conditions(work: Guided, canvas: Canvas, shrunk: int, model: Recipe) -> list[LTX2VideoCondition]:
    """The first latent stands for one frame, the others for several each: the middle and the last key picture are those
    of a latent.
    """
    height, width = work.control.shape[1:3]
    latents = (canvas.frames - 1) // model.frames_modulus + 1
    places = {"first": 0, "middle": latents // 2, "last": latents - 1}
    found: dict[int, LTX2VideoCondition] = {}
    for key in work.keys:
        visible = fitted(key.picture, -(-width // shrunk), -(-height // shrunk))
        picture = Canvas(canvas.width, canvas.height, 1).filled(visible[None])[0]
        # A clip of few frames has one latent for all three: the first that is named is taken.
        found.setdefault(places[key.place], LTX2VideoCondition(picture, places[key.place], key.strength))
    return list(found.values())


def _in_range(picture: Tensor) -> Tensor:
    """From the VAE's -1..1 to 0..1."""
    return picture.mul(0.5).add_(0.5).clamp_(0, 1)


def _codes(picture: Tensor) -> Picture:
    return _in_range(picture).permute(1, 2, 0).contiguous().numpy()
