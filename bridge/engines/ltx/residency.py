"""Where the model's weights lie, and in how many bits: laid out as a plan says, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import torch
from diffusers.hooks.hooks import HookRegistry
from diffusers.hooks.layerwise_casting import LayerwiseCastingHook
from diffusers.pipelines.ltx2.pipeline_ltx2_hdr_lora import LTX2HDRPipeline
from diffusers.pipelines.ltx2.pipeline_ltx2_latent_upsample import LTX2LatentUpsamplePipeline
from safetensors import safe_open

from bridge.domain.errors import WeightsMissing

from .memory import MemoryPlan, Offload, Storage

_CAST = "layerwise_casting"  # the name under which diffusers looks for the precision that a model computes in
_GROUP_HOOKS = ("group_offloading", "layer_execution_tracker", "lazy_prefetch_group_offloading")
_CAST_LAYERS = (".to_q", ".to_k", ".to_v", ".to_out.0", "ff.net.0.proj", "ff.net.2")
"""Ends of the names of those layers of the blocks that Lightricks/LTX-2 keeps in fp8 (`quantization/fp8_cast.py`): 97 %
of all weights. What is left, such as the embedding of the noise level, is small and counts for every token.
"""

_laid_out: WeakKeyDictionary[torch.nn.Module, tuple[bool, Offload, torch.device]] = WeakKeyDictionary()
"""By transformer: other pipelines may be made of the same parts."""


def apply_plan(
    pipe: LTX2HDRPipeline, upsample: LTX2LatentUpsamplePipeline, plan: MemoryPlan, device: torch.device
) -> None:
    """Lay both pipelines out on `device` as `plan` says; does nothing where they lie so.

    Any plan may follow any other: weights that were rounded to 8 bits are read again from the drive when a plan wants
    more, so that pictures do not depend on the jobs before. Raises `WeightsMissing` where they are gone by then.
    """
    wanted = (plan.storage == "fp8", plan.offload, device)
    if _laid_out.get(pipe.transformer) == wanted:
        return
    release(pipe)
    _store(pipe.transformer, plan.storage)
    if device.type == "mps":
        forgo_float64(pipe.transformer)
    match plan.offload:
        case "none":
            pipe.to(device)
        case "model":
            pipe.enable_model_cpu_offload(device=device)
        case "group" | "sequential":
            for part in (pipe.vae, pipe.audio_vae):
                part.to(device)
            pipe.transformer.enable_group_offload(
                onload_device=device,
                offload_type="block_level" if plan.offload == "group" else "leaf_level",
                num_blocks_per_group=1 if plan.offload == "group" else None,
                use_stream=device.type == "cuda",
                # Else all weights are copied into memory that the system cannot move, beside those that are there.
                low_cpu_mem_usage=True,
            )
    # Half a billion weights, used once a pass. A hook of its own pipeline would take the VAE's from the other.
    upsample.latent_upsampler.to(device)
    _laid_out[pipe.transformer] = wanted


def release(pipe: LTX2HDRPipeline) -> None:
    """Take every hook off that moves weights; where any was, they are in the system's memory afterwards."""
    laid_out = _laid_out.pop(pipe.transformer, None)
    pipe.remove_all_hooks()
    # Unknown: before the first layout, and where one was broken off for want of memory.
    if laid_out is None or laid_out[1] != "none":
        registry = HookRegistry.check_if_exists_or_initialize(pipe.transformer)
        for name in _GROUP_HOOKS:
            registry.remove_hook(name, recurse=True)
        pipe.to("cpu")


def load_lora(pipe: LTX2HDRPipeline, tensors: dict[str, torch.Tensor], name: str) -> None:
    """Load a LoRA in the precision that the model computes in. `apply_plan` has to follow.

    peft gives a LoRA the precision of the layer that it stands beside: 8 bits where those are stored so, and 3 bits of
    mantissa are too few for it.
    """
    release(pipe)
    transformer = pipe.transformer
    converted = pipe.lora_state_dict(dict(tensors))
    converted = converted[0] if isinstance(converted, tuple) else converted
    pipe.load_lora_weights(tensors, adapter_name=name)
    for key, tensor in converted.items():
        path, _, leaf = key.removeprefix("transformer.").rpartition(".lora_")
        side = leaf.partition(".")[0]
        layer = transformer.get_submodule(path).get_submodule(f"lora_{side}.{name}")
        if layer.weight.dtype.itemsize == 1:
            layer.weight = torch.nn.Parameter(tensor.to(layer.weight.device, transformer.dtype), requires_grad=False)


def forgo_float64(transformer: Any) -> None:
    """Metal has none, and 2.3's configuration asks for it where places of tokens become angles."""
    for module in transformer.modules():
        if hasattr(module, "double_precision"):
            module.double_precision = False


def _store(transformer: Any, storage: Storage) -> None:
    if storage != "fp8":
        _restore(transformer)
        return
    compute = transformer.dtype
    for _, layer in _cast_layers(transformer):
        registry = HookRegistry.check_if_exists_or_initialize(layer)
        if registry.get_hook(_CAST) is None:
            registry.register_hook(_CastHook(torch.float8_e4m3fn, compute, non_blocking=False), _CAST)


class _CastHook(LayerwiseCastingHook):
    """Can be taken off: the weights are read again."""

    def deinitalize_hook(self, module: torch.nn.Module) -> torch.nn.Module:
        return module


def _restore(transformer: Any) -> None:
    registries = {
        name: HookRegistry.check_if_exists_or_initialize(layer) for name, layer in _cast_layers(transformer)
    }
    rounded = {
        name: layer for name, layer in _cast_layers(transformer) if registries[name].get_hook(_CAST) is not None
    }
    if not rounded:
        return
    compute = transformer.dtype
    missing = {f"{name}.{leaf}" for name, layer in rounded.items() for leaf, _ in layer.named_parameters()}
    for name, layer in rounded.items():
        registries[name].remove_hook(_CAST, recurse=False)
        layer.to(compute)
    for file in sorted(Path(transformer.config["_name_or_path"]).glob("*.safetensors")):
        with safe_open(file, "pt") as tensors:
            for key in missing & set(tensors.keys()):
                name, _, leaf = key.rpartition(".")
                getattr(rounded[name], leaf).data.copy_(tensors.get_tensor(key))
                missing.remove(key)
    if missing:
        raise WeightsMissing("The model's weights are no longer where they were loaded from.", detail=min(missing))


def _cast_layers(transformer: Any) -> Iterator[tuple[str, torch.nn.Module]]:
    """With the name under which a layer is saved: a LoRA hides it behind `base_layer`."""
    for path, module in transformer.named_modules():
        name = path.removesuffix(".base_layer")
        if (
            isinstance(module, torch.nn.Linear)
            and name.startswith("transformer_blocks.")
            and name.endswith(_CAST_LAYERS)
        ):
            yield name, module
