"""The bench as data, and the bars that it is held against."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Callable
from pathlib import Path

from bridge import __version__
from bridge.assembly.conveyor import cores
from bridge.assembly.plan import plan_work
from bridge.domain.bench import Bar
from bridge.domain.job import Reservation
from bridge.domain.wire import Frozen
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from bridge.engines.protocol import WorkOrder
from bridge.media.clip import open_clip

from .clip import synthesise
from .stages import Stage, measure_stages
from .whole import WholeRun, run_whole, watch_whole

WHOLE_OVER_LIMIT = 1.25
MEMORY_OVER_SHORT = 1.1
MEMORY_BYTES = 1.5e9
HEALTH_SECONDS = 0.05


class StageReport(Frozen):
    name: str
    frames_per_second: float
    cpu_ms_per_frame: float
    share: float


class BenchReport(Frozen):
    superwhite: str = __version__
    machine: str
    cores: int
    clip: str
    width: int
    height: int
    frames: int
    stages: tuple[StageReport, ...]
    bytes_per_frame: int
    limit_seconds: float
    limit_how: str
    whole_seconds: float
    start_seconds: float
    frames_per_second: float
    peak_memory: int
    health_p99_ms: float
    health_worst_ms: float
    bars: tuple[Bar, ...]


def run_bench(
    clip: Path | None,
    frames: int,
    size: tuple[int, int],
    memory: bool,
    scratch: Path | None,
    say: Callable[[str], None],
) -> BenchReport:
    """Measure with `clip`, or with one that is made, in a folder under `scratch` that is removed afterwards.

    `memory` adds the comparison of 1000 frames with 100, which writes about 6 GB at 1080p.
    """
    with tempfile.TemporaryDirectory(prefix="superwhite-bench-", dir=scratch) as name:
        folder = Path(name)
        source = clip or folder / "synthetic.mp4"
        if clip is None:
            say(f"Making a clip of {frames} frames, {size[0]}x{size[1]} …")
            synthesise(source, frames, *size)
        say("Measuring each stage by itself …")
        request = LiftRequest(
            source=SourceSpec(path=source.absolute(), end=None), output=OutputSpec(folder=folder / "out")
        )
        order = WorkOrder(
            job="bench",
            request=request,
            reservation=Reservation(name="stage", staging=folder, final=folder),
            engine="classical",
        )
        with open_clip(source, threads=1) as opened:
            plan = plan_work(order, opened.facts)
            total = min(frames, len(plan.lifted)) if clip else len(plan.lifted)
            stages, size_of_frame = measure_stages(plan, opened, folder, min(total, 48))
        say("Running the whole …")
        cut = request.model_copy(update={"source": SourceSpec(path=source.absolute(), start=0, end=total)})
        whole = run_whole(folder / "home", cut)
        say("Running it again, watched …")
        watched = watch_whole(folder / "home", cut)
        bars = _speed_bars(stages, whole, watched, total)
        if memory:
            bars += _memory_bars(folder, size, say)
        return BenchReport(
            machine=_machine(),
            cores=cores(),
            clip=clip.name if clip else "synthetic",
            width=whole.result.width,
            height=whole.result.height,
            frames=total,
            stages=tuple(
                StageReport(name=s.name, frames_per_second=s.rate, cpu_ms_per_frame=s.cpu * 1e3, share=s.share)
                for s in stages
            ),
            bytes_per_frame=round(size_of_frame),
            limit_seconds=_limit(stages, total),
            limit_how=(
                f"processor time of all stages, each measured alone on one thread, times {total} frames,"
                f" over {cores()} cores"
            ),
            whole_seconds=whole.seconds,
            start_seconds=whole.seconds - whole.steady_seconds,
            frames_per_second=total / whole.seconds,
            peak_memory=watched.peak_memory,
            health_p99_ms=watched.health_p99 * 1e3,
            health_worst_ms=watched.health_worst * 1e3,
            bars=tuple(bars),
        )


def _limit(stages: list[Stage], frames: int) -> float:
    return sum(stage.cpu * stage.share for stage in stages) * frames / cores()


def _speed_bars(stages: list[Stage], whole: WholeRun, watched: WholeRun, frames: int) -> list[Bar]:
    ratio = whole.seconds / _limit(stages, frames)
    return [
        Bar(name="whole over its lower limit", measured=ratio, allowed=WHOLE_OVER_LIMIT, unit="x"),
        Bar(
            name="memory of all processes", measured=watched.peak_memory / 1e6, allowed=MEMORY_BYTES / 1e6, unit="MB"
        ),
        Bar(name="health answered, p99", measured=watched.health_p99 * 1e3, allowed=HEALTH_SECONDS * 1e3, unit="ms"),
    ]


def _memory_bars(folder: Path, size: tuple[int, int], say: Callable[[str], None]) -> list[Bar]:
    say("Running 1000 frames, then the first 100 of them, for memory …")
    source = folder / "long.mp4"
    synthesise(source, 1000, *size)

    def peak(frames: int) -> int:
        request = LiftRequest(
            source=SourceSpec(path=source, start=0, end=frames), output=OutputSpec(folder=folder / f"out{frames}")
        )
        return watch_whole(folder / f"home{frames}", request).peak_memory

    long, short = peak(1000), peak(100)
    return [
        Bar(name="memory, 1000 frames over 100", measured=long / short, allowed=MEMORY_OVER_SHORT, unit="x"),
        Bar(name="memory, 1000 frames", measured=long / 1e6, allowed=MEMORY_BYTES / 1e6, unit="MB"),
    ]


def _machine() -> str:
    name = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    return f"{name}, {cores()} cores, {platform.system()}, Python {platform.python_version()}"
