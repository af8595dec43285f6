"""`superwhite bench ltx`: one lift with LTX as the worker makes it, and what of its time is whose.

python -m bridge.bench.ltx --model tiny|random|FOLDER --size 512x320 --frames 49

Runs in the Python of the engine's environment; writes an `LtxReport` as JSON to standard output.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import torch

from bridge import __version__
from bridge.backends.local.desk import Desk
from bridge.backends.local.lifting import carry_out
from bridge.domain.bench import Bar, LtxReport, LtxStage
from bridge.domain.errors import RequestError, SuperwhiteError
from bridge.domain.job import JobState, Reservation
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from bridge.engines.ltx.cards import find_cards
from bridge.engines.ltx.ladder import DECODE_TILES
from bridge.engines.ltx.memory import MemoryPlan, Shape
from bridge.engines.ltx.recipe import LTX_2_3
from bridge.engines.ltx.tiling import spans
from bridge.engines.ltx.tiny import make_tiny
from bridge.engines.ltx.weights import Weights, open_weights
from bridge.engines.protocol import LocalOrder

from .clip import synthesise
from .ltx_model import make_random
from .ltx_watch import Watch, peak_memory

OWN_SHARE = 0.05
_PIECES = DECODE_TILES[0]


class _BenchDesk(Desk):
    """Decodes in pieces also where all would fit, so that there is a first one."""

    def plan(self, weights: Weights, shape: Shape, wish: str) -> MemoryPlan:
        plan = super().plan(weights, shape, wish)
        return replace(plan, decode=_PIECES) if plan.decode.frames == 0 else plan


def run(model: str, size: tuple[int, int], frames: int, scratch: Path | None) -> LtxReport:
    """Lift a clip that is made. Raises `RequestError`, `GpuUnavailable`, `WeightsMissing` and what a lift raises."""
    if frames <= _PIECES.frames + 1:
        raise RequestError(f"At least {_PIECES.frames + 2} frames are needed: fewer are decoded in one piece.")
    with tempfile.TemporaryDirectory(prefix="superwhite-bench-", dir=scratch) as name:
        folder = Path(name)
        weights = open_weights(_weights(model, folder))
        desk = _desk()
        _say("Loading the model …")
        begun = time.perf_counter()
        plan = desk.plan(weights, Shape(*size, frames), "auto")
        desk.model(weights, plan)
        load_seconds = time.perf_counter() - begun
        _say("Lifting a few frames, so that everything has run once …")
        _lift(desk, weights, folder / "warm", (64, 64), 9)
        _say(f"Lifting {frames} frames, {size[0]}x{size[1]} …")
        with Watch(desk.model(weights, plan)) as watch:
            seconds = _lift(desk, weights, folder / "bench", size, frames)
        memory, of = peak_memory()
        return _report(model, desk, plan, size, frames, watch, seconds, load_seconds, memory, of)


def _weights(model: str, folder: Path) -> Path:
    if model == "tiny":
        make_tiny(folder / "tiny")
        return folder / "tiny"
    if model == "random":
        _say("Making a model of the true widths with random weights …")
        make_random(folder / "random")
        return folder / "random"
    return Path(model).absolute()


def _desk() -> Desk:
    if torch.cuda.is_available():
        return _BenchDesk("cuda", find_cards()[0].uuid)
    if torch.backends.mps.is_available():
        return _BenchDesk("mps", "")
    return _BenchDesk("cpu", "")


def _lift(desk: Desk, weights: Weights, folder: Path, size: tuple[int, int], frames: int) -> float:
    """Seconds from the order to the finished folder."""
    folder.mkdir()
    clip, staging = folder / "clip.mp4", folder / "staging"
    staging.mkdir()
    synthesise(clip, frames, *size)
    request = LiftRequest(
        backend="ltx",
        source=SourceSpec(path=clip, end=None),
        output=OutputSpec(folder=folder / "out", review=False),
    )
    order = LocalOrder(
        job="bench",
        request=request,
        reservation=Reservation(name="bench", staging=staging, final=folder / "out"),
        weights=weights.base,
        models=weights.base.parent,
        seed=0,
        log=folder / "log.txt",
    )
    begun = time.perf_counter()
    carry_out(order, desk, _nothing)
    return time.perf_counter() - begun


def _report(
    model: str,
    desk: Desk,
    plan: MemoryPlan,
    size: tuple[int, int],
    frames: int,
    watch: Watch,
    seconds: float,
    load_seconds: float,
    memory: int,
    memory_of: str,
) -> LtxReport:
    inside = sum(watch.seconds(stage) for stage in watch.MODEL)
    pipeline = (
        watch.seconds("pipeline") - watch.seconds("stage 1") - watch.seconds("stage 2") - watch.seconds("upsample")
    )
    own = seconds - inside - pipeline
    first, lag, following = watch.first_frame(_tiles(plan, size))
    bars = [
        Bar(
            name="first frame after its piece, of the next piece's time",
            measured=lag / following,
            allowed=1.0,
            unit="x",
        )
    ]
    if model != "tiny":
        bars.insert(
            0, Bar(name="share that is ours", measured=own / seconds * 100, allowed=OWN_SHARE * 100, unit="%")
        )
    stages = [(name, watch.seconds(name)) for name in (*watch.MODEL, "read", "write")]
    return LtxReport(
        superwhite=__version__,
        device=desk.name,
        model=model,
        layout=plan.sentence,
        width=size[0],
        height=size[1],
        frames=frames,
        stages=tuple(
            LtxStage(name=name, seconds=spent, seconds_per_frame=spent / frames, share=spent / seconds)
            for name, spent in stages
        ),
        seconds=seconds,
        load_seconds=load_seconds,
        model_seconds=inside,
        pipeline_seconds=pipeline,
        own_seconds=own,
        first_frame_ms=lag * 1e3,
        peak_memory=memory,
        peak_memory_of=memory_of,
        bars=tuple(bars),
        notes=(
            f"First frame on the drive {first:.2f} s after the work began,"
            f" {lag * 1e3:.0f} ms after its piece was decoded.",
            "Frames are written on other threads while the next are decoded: their time is not on top.",
        ),
    )


def _tiles(plan: MemoryPlan, size: tuple[int, int]) -> int:
    """Of one piece in time."""
    scale, modulus = LTX_2_3.spatial, LTX_2_3.size_modulus
    along = [
        spans(-(-side // modulus) * modulus // scale, plan.decode.side // scale, plan.decode.overlap // scale)
        for side in size
    ]
    return len(along[0]) * len(along[1])


def _nothing(_state: JobState) -> None: ...


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="tiny")
    parser.add_argument("--size", default="512x320")
    parser.add_argument("--frames", type=int, default=49)
    parser.add_argument("--scratch", type=Path)
    told = parser.parse_args()
    width, _, height = told.size.partition("x")
    # Libraries print where they like; standard output belongs to the report.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        report = run(told.model, (int(width), int(height)), told.frames, told.scratch)
    except SuperwhiteError as error:
        answers.write(error.report().model_dump_json())
        return error.exit_code
    answers.write(report.model_dump_json())
    answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
