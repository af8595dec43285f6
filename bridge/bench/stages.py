"""Each stage of a lift by itself, on one thread: what it costs in processor time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

from bridge.assembly.fidelity import FidelityCheck
from bridge.assembly.movies import review_writer
from bridge.assembly.plan import Plan
from bridge.backends.embedded.work import SAMPLES
from bridge.colorimetry.primaries import Converter
from bridge.colorimetry.transfer import eotf
from bridge.domain.frames import FrameRange
from bridge.engines.base import Codes, Lift
from bridge.engines.registry import engine
from bridge.media.clip import Clip
from bridge.media.exr import write_frame
from bridge.media.measure import measure_frame
from bridge.media.view import SdrView

T = TypeVar("T")


@dataclass(frozen=True)
class Stage:
    """`cpu` and `wall` in seconds a frame, on one thread; `share` is how often a frame of the clip goes through it."""

    name: str
    cpu: float
    wall: float
    share: float = 1.0

    @property
    def rate(self) -> float:
        """Frames a second of this stage alone."""
        return 1.0 / self.wall


def measure_stages(plan: Plan, clip: Clip, folder: Path, frames: int) -> tuple[list[Stage], float]:
    """Every stage over `frames` frames of `clip`, and the mean bytes of a written frame."""
    count = min(frames, len(plan.lifted))
    some = FrameRange(plan.lifted.start, plan.lifted.start + count)
    kept: list[Codes] = []

    def fit(samples: int) -> Lift:
        kept[:] = [frame.codes for frame in clip.sample(plan.lifted, samples)]
        return engine("classical").fit(plan.plate, kept, plan.request.parameters, plan.target)

    fit(1)  # compiles kernels
    decode = _timed("decode", clip.frames(some))
    fitted, lift = _once("fit to the clip", lambda: fit(SAMPLES), len(plan.lifted))
    output, header = plan.request.output, plan.header(lift)
    view = SdrView(output.color, output.reference_white, lift.peak * output.reference_white)
    convert = Converter(lift.primaries, output.color.primaries)
    check = FidelityCheck(
        eotf(lift.transfer), plan.facts.bits, lift.identity_below, plan.facts.color.primaries, output.color.primaries
    )
    light = [convert(lift(codes)) for codes in kept]
    views = [view(frame) for frame in light]
    path = folder / "stage.exr"
    sizes: list[int] = []
    stages = [decode, fitted, _each("lift", kept, lambda codes: convert(lift(codes)), count)]
    written = _each(
        "EXR write", light, lambda frame: sizes.append(write_frame(path, frame, header.for_frame(1))), count
    )
    stages.append(written)
    stages.append(
        _each(
            "measure, view", light, lambda frame: (measure_frame(frame, output.reference_white), view(frame)), count
        )
    )
    with review_writer(plan, folder / "stage.mp4") as review:
        stages.append(_each("review encode", views, review.write, count))
    write_frame(path, light[0], header.for_frame(1))
    checked = _each("check", kept, lambda codes: check(1, codes, path), len(kept))
    stages.append(Stage(checked.name, checked.cpu, checked.wall, share=min(1.0, 8 / len(plan.lifted))))
    return stages, sum(sizes) / len(sizes)


def _timed(name: str, frames: Iterable[object]) -> Stage:
    cpu, wall, count = time.process_time(), time.perf_counter(), 0
    for _ in frames:
        count += 1
    return Stage(name, (time.process_time() - cpu) / count, (time.perf_counter() - wall) / count)


def _once(name: str, work: Callable[[], T], frames: int) -> tuple[Stage, T]:
    """What is done once for a clip, spread over its frames."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    return Stage(name, (time.process_time() - cpu) / frames, (time.perf_counter() - wall) / frames), result


def _each(name: str, items: list[T], work: Callable[[T], object], count: int) -> Stage:
    work(items[0])  # compiles kernels, warms tables
    return _timed(name, map(work, islice(cycle(items), count)))
