"""The pipelines of one recipe, loaded from a folder of weights onto one device. Nothing here asks a hub."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import torch
from diffusers.models.autoencoders.autoencoder_kl_ltx2 import AutoencoderKLLTX2Video
from diffusers.models.autoencoders.autoencoder_kl_ltx2_audio import AutoencoderKLLTX2Audio
from diffusers.models.transformers.transformer_ltx2 import LTX2VideoTransformer3DModel
from diffusers.pipelines.ltx2.pipeline_ltx2_hdr_lora import LTX2HDRPipeline
from diffusers.pipelines.ltx2.pipeline_ltx2_latent_upsample import LTX2LatentUpsamplePipeline
from diffusers.schedulers.scheduling_flow_match_euler_discrete import FlowMatchEulerDiscreteScheduler
from safetensors import SafetensorError
from safetensors.torch import load_file

from bridge.domain.errors import GpuUnavailable, WeightsDamaged, WeightsMismatched

from .attempts import Attempts
from .embeddings import SceneEmbeddings, read_embeddings
from .faults import card_watched, empty_cache
from .loras import MOST_LORAS, UserLora, check_lora
from .memory import MemoryPlan
from .positions import place_positions
from .progress import Step
from .recipe import LTX_2_3, Recipe
from .residency import apply_plan, load_lora, release
from .upsampler import load_upsampler
from .weights import Weights
from .weights_headers import read_header
from .weights_pairing import hdr_lora_fits

HDR_ADAPTER = "hdr"

_ABSENT: dict[str, Any] = dict.fromkeys(("text_encoder", "tokenizer", "connectors", "vocoder"))
"""Parts of the pipeline whose work the scene embeddings have done, and sound, which nobody hears."""


class Model:
    """One recipe on one device. `pipe` makes latents, `upsample` doubles their sides; they share the VAE. `plan` is how
    it is laid out: where memory was short, a smaller one than it was asked for.

    Not for several threads at once.
    """

    def __init__(
        self,
        pipe: LTX2HDRPipeline,
        upsample: LTX2LatentUpsamplePipeline,
        embeddings: SceneEmbeddings,
        weights: Weights,
        device: torch.device,
        plan: MemoryPlan,
        recipe: Recipe,
    ) -> None:
        self.pipe = pipe
        self.upsample = upsample
        self.embeddings = embeddings
        self.weights = weights
        self.device = device
        self.recipe = recipe
        self._compute = pipe.transformer.dtype
        self._loras: tuple[tuple[UserLora, int, int], ...] = ()
        self.plan = plan

    @classmethod
    def load(cls, weights: Weights, device: str, plan: MemoryPlan, recipe: Recipe = LTX_2_3) -> Self:
        """Load `weights` and lay them out on `device` (`cpu`, `cuda:0`, `mps`) as `plan` says, or as the first smaller
        one does that the device's memory holds.

        Pictures are decoded in float32 whatever the plan: bfloat16 has 256 steps between code 0.5 and 1, each worth
        1.8 % of light, which is seen as bands. Raises `WeightsMissing`, `WeightsDamaged`, `WeightsMismatched`,
        `GpuUnavailable`, `GpuTooSmall`.
        """
        where = _device(device)
        compute = torch.float32 if plan.storage == "fp32" else torch.bfloat16
        with _loading(weights):
            transformer = _part(LTX2VideoTransformer3DModel, weights, "transformer", compute)
            place_positions(transformer, where)
            embeddings = read_embeddings(weights.scene_embeddings, transformer.config)
            reason = hdr_lora_fits(read_header(weights.hdr_lora), transformer.config, recipe)
            if reason:
                raise WeightsMismatched(f"The HDR LoRA {weights.hdr_lora.name} cannot be used: it {reason}.")
            vae = _part(AutoencoderKLLTX2Video, weights, "vae", torch.float32)
            pipe = LTX2HDRPipeline(
                scheduler=_scheduler(weights, recipe),
                vae=vae,
                audio_vae=_part(AutoencoderKLLTX2Audio, weights, "audio_vae", compute),
                transformer=transformer,
                **_ABSENT,
            )
            pipe.set_progress_bar_config(disable=True)
            pipe.load_lora_weights(_tensors(weights.hdr_lora, compute), adapter_name=HDR_ADAPTER)
            pipe.set_adapters([HDR_ADAPTER], [1.0])
            upsampler = load_upsampler(weights.upsampler, vae.config["latent_channels"], compute)
            upsample = LTX2LatentUpsamplePipeline(vae=vae, latent_upsampler=upsampler)
        model = cls(pipe, upsample, embeddings, weights, where, plan, recipe)
        Attempts(model, plan, _unheard).run("stage1", lambda: None)
        return model

    def apply(self, plan: MemoryPlan) -> None:
        """Lay the model out anew. Does nothing where only tiles differ from the plan before. Raises `GpuLost`, and
        `WeightsMissing` where weights have to be read again and are gone.
        """
        with card_watched():
            apply_plan(self.pipe, self.upsample, plan, self.device)
        self.plan = plan

    def use_loras(self, loras: Sequence[UserLora]) -> None:
        """Put these beside the HDR LoRA, in place of those of the job before; nothing of them is ever saved.

        Raises `WeightsMissing`, `WeightsDamaged`, `WeightsMismatched` and `GpuTooSmall`; the model is then without any.
        """
        wanted = tuple((lora, *_identity(lora)) for lora in loras if lora.scale)
        if wanted == self._loras:
            return
        Attempts(self, self.plan, _unheard).run("stage1", lambda: self._exchange([lora for lora, *_ in wanted]))
        self._loras = wanted

    def _exchange(self, loras: Sequence[UserLora]) -> None:
        # On CUDA, hooks that move weights keep a copy of each that was there when they were set up (diffusers'
        # `ModuleGroup.cpu_param_dict`): what goes would stay, and what comes would be unknown.
        release(self.pipe)
        try:
            self._remove_user_loras()
            if len(loras) > MOST_LORAS:
                raise WeightsMismatched(f"At most {MOST_LORAS} LoRAs can be used at once.")
            for lora in loras:
                check_lora(lora.path, self.weights, self.recipe)
            names = [self._add(n, lora) for n, lora in enumerate(loras)]
            self.pipe.set_adapters([HDR_ADAPTER, *names], [1.0, *(lora.scale for lora in loras)])
        except BaseException:
            self._remove_user_loras()
            raise
        finally:
            self.apply(self.plan)

    def _add(self, number: int, lora: UserLora) -> str:
        tensors = _tensors(lora.path, self._compute)
        if not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
            raise WeightsDamaged(f"{lora.path} is damaged: it holds values that are no numbers.")
        name = f"user{number}"
        load_lora(self.pipe, tensors, name)
        return name

    def _remove_user_loras(self) -> None:
        self.pipe.set_adapters([HDR_ADAPTER], [1.0])
        present = [name for name in self.pipe.transformer.peft_config if name != HDR_ADAPTER]
        if present:
            self.pipe.delete_adapters(present)
        self._loras = ()

    def close(self) -> None:
        """Give the device's memory back. Nothing else may be asked of the model afterwards."""
        release(self.pipe)
        del self.pipe, self.upsample
        empty_cache(self.device)


def _unheard(_step: Step) -> None:
    """For work outside a job: `Model.plan` says how it ended."""


def check_schedule(scheduler: Any, sigmas: Sequence[float]) -> None:
    """The scheduler works at the very noise levels that the model is distilled to.

    Its configuration can shift, stretch or replace the levels that it is given. Raises `WeightsMismatched`.
    """
    wanted = torch.tensor([*sigmas, 0.0], dtype=torch.float32)
    found: torch.Tensor = scheduler.sigmas.cpu()
    if found.shape != wanted.shape or not torch.equal(found, wanted):
        raise WeightsMismatched(
            "The scheduler of these weights changes the noise levels of the recipe.",
            detail=f"{[round(float(sigma), 6) for sigma in found]} instead of {[round(s, 6) for s in sigmas]}",
        )


def _scheduler(weights: Weights, recipe: Recipe) -> FlowMatchEulerDiscreteScheduler:
    scheduler: Any = FlowMatchEulerDiscreteScheduler.from_pretrained(
        str(weights.base / "scheduler"), local_files_only=True, use_dynamic_shifting=False, shift_terminal=None
    )
    for sigmas in (recipe.first_sigmas, recipe.second_sigmas):
        scheduler.set_timesteps(sigmas=list(sigmas), mu=1.0)
        check_schedule(scheduler, sigmas)
    return scheduler


def _part(cls: Any, weights: Weights, name: str, dtype: torch.dtype) -> Any:
    model, info = cls.from_pretrained(
        str(weights.base / name),
        torch_dtype=dtype,
        local_files_only=True,
        use_safetensors=True,
        low_cpu_mem_usage=True,
        output_loading_info=True,
    )
    # diffusers goes on without what is missing, and says in a log that somebody should train it.
    if absent := info["missing_keys"]:
        raise WeightsMismatched(
            f"The weights in {weights.base / name} are not all that their configuration asks for.",
            detail=f"{len(absent)} are missing, such as {min(absent)}",
        )
    return model


def _device(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        # A torch that was built without CUDA fails an assertion.
        raise GpuUnavailable(f"torch cannot use the device “{name}”.", detail=str(error)) from error
    return device


def _tensors(path: Path, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    try:
        tensors = load_file(path)
    except (OSError, SafetensorError) as error:
        raise WeightsDamaged(f"{path} cannot be read.", detail=str(error)) from error
    return {key.replace(".default.weight", ".weight"): tensor.to(dtype) for key, tensor in tensors.items()}


def _identity(lora: UserLora) -> tuple[int, int]:
    """A file may be replaced under its name between two jobs."""
    try:
        state = lora.path.stat()
    except OSError:
        return 0, 0
    return state.st_mtime_ns, state.st_size


@contextmanager
def _loading(weights: Weights) -> Generator[None]:
    with card_watched():
        try:
            yield
        except (OSError, SafetensorError, json.JSONDecodeError) as error:
            raise WeightsDamaged(
                f"The weights in {weights.base} cannot be read.", detail=f"{type(error).__name__}: {error}"
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WeightsMismatched(
                f"The weights in {weights.base} are not what this version knows.",
                detail=f"{type(error).__name__}: {error}",
            ) from error
