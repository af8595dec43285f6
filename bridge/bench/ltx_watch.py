"""Who has the time while a clip is lifted: clocks round the model's own calls, diffusers' pipelines, and files."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import Any, ClassVar, Self

import psutil
import torch

from bridge.assembly.finish import FrameFinisher
from bridge.backends.local.parts import Parts
from bridge.engines.ltx.model import Model


class Watch:
    """Within, every call of the parts of `model` is timed, on the device's clock where that is another."""

    MODEL: ClassVar = ("encode", "stage 1", "upsample", "stage 2", "decode")

    def __init__(self, model: Model) -> None:
        self._model = model
        self._calls: dict[str, list[tuple[float, float]]] = {}
        self._lock = threading.Lock()
        self._undo = ExitStack()
        self._begun = 0.0

    def __enter__(self) -> Self:
        pipe, upsample = self._model.pipe, self._model.upsample
        if torch.cuda.is_available():
            torch.cuda.reset_peak_memory_stats()
        enter = self._undo.enter_context
        enter(self._timed(pipe.vae, "encode", lambda: "encode", _after_device))
        enter(self._timed(pipe.vae, "decode", lambda: "decode", _after_device))
        enter(
            self._timed(
                pipe.transformer,
                "forward",
                lambda: "stage 2" if self.seconds("upsample") else "stage 1",
                _after_device,
            )
        )
        enter(self._timed(upsample.latent_upsampler, "forward", lambda: "upsample", _after_device))
        enter(self._timed(type(pipe), "__call__", lambda: "pipeline", _after_device))
        enter(self._timed(type(upsample), "__call__", lambda: "pipeline", _after_device))
        enter(self._timed(FrameFinisher, "write", lambda: "write", time.perf_counter))
        enter(self._timed(Parts, "_read", lambda: "read", time.perf_counter))
        self._begun = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def seconds(self, name: str) -> float:
        return sum(end - start for start, end in self._calls.get(name, ()))

    def first_frame(self, tiles: int) -> tuple[float, float, float]:
        """When the first file was there, how long after the decoding of the first piece of `tiles` had ended, and how
        long the second piece took to decode; in seconds.
        """
        written = min(end for _, end in self._calls["write"])
        ends = [end for _, end in self._calls["decode"]]
        ended, following = ends[tiles - 1], ends[2 * tiles - 1]
        return written - self._begun, written - ended, following - ended

    @contextmanager
    def _timed(self, owner: Any, method: str, name: Callable[[], str], clock: Callable[[], float]) -> Generator[None]:
        inner = getattr(owner, method)

        def timed(*args: Any, **kwargs: Any) -> Any:
            now = name()
            start = clock()
            try:
                return inner(*args, **kwargs)
            finally:
                with self._lock:
                    self._calls.setdefault(now, []).append((start, clock()))

        before = vars(owner).get(method)
        setattr(owner, method, timed)
        try:
            yield
        finally:
            if before is None:
                delattr(owner, method)
            else:
                setattr(owner, method, before)


def _after_device() -> float:
    """Once the device has done what it was given: else the time would be that of whoever asks it next."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()


def peak_memory() -> tuple[int, str]:
    """Bytes, and of what."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated(), "the card"
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset, "the process"
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024, "the process"
