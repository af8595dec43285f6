"""Positions in double precision on devices that know none."""

from __future__ import annotations

from typing import Any

import torch


def place_positions(transformer: torch.nn.Module, device: torch.device) -> None:
    """Have rotary positions computed on the processor where `device` is Apple's: LTX-2.3's want float64, which Metal
    does not have, and diffusers asks for it on the device itself. It is a matter of milliseconds, once a step.
    """
    if device.type == "mps":
        for module in transformer.modules():
            if getattr(module, "double_precision", False):
                compute_on_processor(module, device)


def compute_on_processor(module: torch.nn.Module, device: torch.device) -> None:
    """`module` takes and gives tensors of `device`, and works on the processor."""

    def fetch(_module: torch.nn.Module, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        moved = tuple(arg.cpu() if isinstance(arg, torch.Tensor) else arg for arg in args)
        return moved, kwargs | {"device": torch.device("cpu")}

    def bring(_module: torch.nn.Module, _args: Any, made: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        return tuple(tensor.to(device) for tensor in made)

    module.register_forward_pre_hook(fetch, with_kwargs=True)
    module.register_forward_hook(bring)
