"""What torch raises, told apart."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager

import torch

from bridge.domain.errors import GpuLost

_NO_MEMORY = (
    "out of memory",  # CUDA before it had a class of its own, and Apple's "MPS backend out of memory"
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "DefaultCPUAllocator",
    "Invalid buffer size",  # Apple's, for a tensor larger than Metal takes at all
)
_CARD_GONE = ("CUDA error", "device-side assert", "CUDNN_STATUS_EXECUTION_FAILED", "CUBLAS_STATUS_EXECUTION_FAILED")


def is_out_of_memory(error: RuntimeError) -> bool:
    if isinstance(error, torch.OutOfMemoryError):
        return True
    return any(sign in str(error) for sign in _NO_MEMORY)


@contextmanager
def card_watched() -> Generator[None]:
    """Within, a card that stops answering is `GpuLost`. Nothing on it can be used by this process afterwards."""
    try:
        yield
    except RuntimeError as error:
        if is_out_of_memory(error) or not _is_card_gone(error):
            raise
        raise GpuLost("The card stopped answering in the middle of the work.", detail=str(error)) from error


def _is_card_gone(error: RuntimeError) -> bool:
    return isinstance(error, torch.AcceleratorError) or any(sign in str(error) for sign in _CARD_GONE)


def empty_cache(device: torch.device) -> None:
    """Return what is free to the device, so that pieces of another size find room."""
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()
