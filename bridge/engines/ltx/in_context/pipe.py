"""diffusers' in-context pipeline round the parts of a model that is loaded, and the LoRA that it needs meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition
from diffusers.pipelines.ltx2.pipeline_ltx2_ic_lora import LTX2InContextPipeline, LTX2ReferenceCondition
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from bridge.domain.errors import WeightsDamaged
from bridge.engines.ltx.attempts import Attempts
from bridge.engines.ltx.encoding import encode_reference
from bridge.engines.ltx.memory import DecodeTiles, MemoryPlan
from bridge.engines.ltx.model import Model, check_schedule
from bridge.engines.ltx.residency import load_lora, release

from .pictures import Canvas, Frames
from .text import Context

_ADAPTER = "in_context"

_WHOLE_ENCODED = 512 * 768
"""Pixels of a picture up to which it is encoded in one piece, as LTX-2 does for its HDR lift."""

# The pipeline's own values are for the checkpoint that is not distilled, and a 0 for sound means "as for pictures".
_NO_GUIDANCE: dict[str, Any] = {
    "guidance_scale": 1.0,
    "stg_scale": 0.0,
    "modality_scale": 1.0,
    "guidance_rescale": 0.0,
    "audio_guidance_scale": 1.0,
    "audio_stg_scale": 0.0,
    "audio_modality_scale": 1.0,
    "audio_guidance_rescale": 0.0,
    "spatio_temporal_guidance_blocks": None,
}


@dataclass(frozen=True, eq=False)
class Latents:
    """`video` (1, C, f, h, w) and `audio` (1, C, l, m), not normalised, float32 in memory of the system."""

    video: Tensor
    audio: Tensor


class InContext:
    """One prompt, one clip: the calls of the two stages differ in what they are given."""

    def __init__(self, model: Model, context: Context, rate: float) -> None:
        self._model = model
        self._rate = rate
        parts: Any = model.pipe.components
        make: Any = LTX2InContextPipeline
        self._pipe = make(
            **{name: parts[name] for name in ("scheduler", "vae", "audio_vae", "transformer")},
            text_encoder=None,
            tokenizer=None,
            connectors=None,
            vocoder=None,
        )
        self._pipe.connectors = context.connectors(model.device)
        self._pipe.set_progress_bar_config(disable=True)
        # Of these the pipeline takes the kind of number and the count of prompts: the connectors' answer is ready.
        self._prompt = {"prompt_embeds": context.video, "prompt_attention_mask": context.mask}

    def denoise(
        self,
        canvas: Canvas,
        sigmas: Sequence[float],
        seed: int,
        tell: Callable[[int], None],
        *,
        begin: Latents | None = None,
        reference: Tensor | None = None,
        downscale: int = 1,
        hold: float = 1.0,
        conditions: Sequence[LTX2VideoCondition] = (),
    ) -> Latents:
        """Latents of a clip as large as `canvas`. `tell` hears of steps that are done; what it raises ends the work.

        `begin` is what the noise is added to. `reference` (F, 3, H, W) in 0..1, `downscale` times smaller than the
        canvas, guides it with 1 - `hold` of noise in it. The same `seed` gives the same noise on every device.
        """

        def stepped(pipe: Any, step: int, _time: Any, values: dict[str, Any]) -> dict[str, Any]:
            if step == 0:
                check_schedule(pipe.scheduler, sigmas)
            tell(step + 1)
            return values

        # Not by `conditioning_attention_strength`: diffusers 0.42 makes a bias of -10000 (1 - s) of it, where LTX-2
        # takes log s, so that whatever is below 1 switches the reference off.
        references = [LTX2ReferenceCondition(reference, hold)] if reference is not None else None
        try:
            with _encoded_in_tiles(self._pipe.vae, canvas.width * canvas.height):
                video, audio = self._pipe(
                    **self._prompt,
                    **_NO_GUIDANCE,
                    reference_conditions=references,
                    reference_downscale_factor=downscale,
                    conditions=list(conditions) or None,
                    width=canvas.width,
                    height=canvas.height,
                    num_frames=canvas.frames,
                    frame_rate=self._rate,
                    sigmas=list(sigmas),
                    num_inference_steps=len(sigmas),
                    # It leaves latents that it is given on the device where they are.
                    latents=begin.video.to(self._model.device) if begin else None,
                    audio_latents=begin.audio.to(self._model.device) if begin else None,
                    generator=torch.Generator("cpu").manual_seed(seed),
                    output_type="latent",
                    return_dict=False,
                    callback_on_step_end=stepped,
                )
        finally:
            # Hooks of offloading belong to the model's own pipeline; this one has none to free.
            self._model.pipe.maybe_free_model_hooks()
        return Latents(video.float().cpu(), audio.float().cpu())

    def encode(self, pictures: Frames, tiles: DecodeTiles, tell: Callable[[int, int], None]) -> Tensor:
        """Latents (1, C, f, h, w), not normalised, in memory of the system. `tell` hears of pieces that are done."""
        height, width = pictures.shape[1:3]
        latents = encode_reference(self._model.pipe, pictures, (height, width), tiles, tell)
        vae = self._pipe.vae
        return self._pipe._denormalize_latents(latents, vae.latents_mean, vae.latents_std).cpu()


@contextmanager
def exchanged(model: Model, lora: Path, attempts: Attempts) -> Generator[None]:
    """Within, `lora` stands in the place of the LoRAs that were active; after it, they are what they were.

    Raises `WeightsDamaged`.
    """
    pipe: Any = model.pipe
    before = pipe.get_active_adapters()
    try:
        load_lora(pipe, _tensors(lora, pipe.transformer.dtype), _ADAPTER)
        pipe.transformer.set_adapter(_ADAPTER)
        model.apply(attempts.plan)
        yield
    finally:
        # Hooks that move weights would go on to move those of the LoRA.
        release(pipe)
        pipe.transformer.set_adapter(before)
        if _ADAPTER in pipe.transformer.peft_config:
            pipe.delete_adapters(_ADAPTER)
        model.apply(attempts.plan)


def _tensors(lora: Path, dtype: torch.dtype) -> dict[str, Tensor]:
    try:
        found = {key: tensor.to(dtype) for key, tensor in load_file(lora).items()}
    except (OSError, SafetensorError) as error:
        raise WeightsDamaged(f"{lora} cannot be read.", detail=str(error)) from error
    if not all(bool(tensor.isfinite().all()) for tensor in found.values()):
        raise WeightsDamaged(f"{lora} is damaged: it holds values that are no numbers.")
    return found


def compute_type(plan: MemoryPlan) -> torch.dtype:
    """What layers compute in, however their weights are stored."""
    return torch.float32 if plan.storage == "fp32" else torch.bfloat16


@contextmanager
def without_lora(model: Model) -> Generator[None]:
    transformer: Any = model.pipe.transformer
    transformer.disable_lora()
    try:
        yield
    finally:
        transformer.enable_lora()


@contextmanager
def _encoded_in_tiles(vae: Any, pixels: int) -> Generator[None]:
    before = vae.use_tiling
    vae.use_tiling = pixels > _WHOLE_ENCODED
    try:
        yield
    finally:
        vae.use_tiling = before
