"""The panel's speed, offscreen and against a real bridge: `superwhite bench --panel`.

Ticks are the gaps between the beats of a timer of 5 ms on the GUI thread: what a hand on the mouse feels. Jobs that
report progress come from the pacer (`bridge.bench.pacer`), the pictures from a real lift of 1080p.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from bridge.client import Bridge
from bridge.domain.bench import Bar, PanelReport
from bridge.domain.errors import BridgeLost, EngineFailed
from bridge.domain.job import Job, Ready, is_final
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from qt_panels.collector import Collector
from qt_panels.memory import Memory
from qt_panels.viewer.feed import CACHE_BYTES, Feed, Wish

from .launch import Window

START_SECONDS = 1.5
TICK_P99_MS = 20.0
TICK_WORST_MS = 50.0
NEW_FRAMES_PER_SECOND = 12.0

_STARTS = 7
_FRAMES = 500
_HISTORY = 500
_JOBS = 8
_SECONDS = 12.0
_BEAT_MS = 5
HEAVY = ("numpy", "av", "OpenEXR", "numba", "PyOpenColorIO", "opentimelineio", "fastapi", "uvicorn")


class Ticks(QObject):
    """Gaps between beats, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self, interval=_BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> tuple[float, float]:
        """The 99th percentile and the worst."""
        self._timer.stop()
        return statistics.quantiles(self.gaps, n=100)[98], max(self.gaps)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1000)
        self._last = now


def usable() -> int:
    """A panel that says, on standard output, when it can be used: painted, connected, and its jobs listed."""
    app = QApplication(["superwhite"])
    memory = Memory.in_file(Path(os.environ["SUPERWHITE_HOME"]) / "bench.ini")
    window = Window(Path(os.environ["SUPERWHITE_HOME"]), memory)
    Collector(app)
    window.show()
    app.processEvents()
    painted = time.time()
    _spin(lambda: bool(window.panel.jobs_model.jobs), 20)
    answer = {
        "painted": painted,
        "usable": time.time(),
        "loaded": sorted({name.split(".")[0] for name in sys.modules}),
    }
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    window.close()
    return 0


def measure(scratch: Path, say: Callable[[str], None]) -> PanelReport:
    home = scratch / "home"
    app = QApplication.instance() or QApplication(["superwhite"])
    with _pacing(home) as bridge:
        say(f"Lifting {_FRAMES} frames of 1080p …")
        job = _lifted(bridge, scratch)
        say(f"Filling the history with {_HISTORY} jobs …")
        _fill(bridge, scratch)
        say(f"Starting the panel {_STARTS} times …")
        starts, loaded = _starts(home)
        window = Window(home, Memory.in_file(scratch / "bench.ini"))
        window.resize(1600, 1000)
        Collector(app)
        window.show()
        _spin(lambda: len(window.panel.jobs_model.jobs) > _HISTORY, 30)
        say("Scrubbing while eight jobs report …")
        frames, kept, busy = _scrub(window, bridge, job, scratch)
        say("Scrolling the history …")
        scrolling = _scroll(window)
        window.close()
        app.processEvents()
    median = statistics.median(usable for _, usable in starts)
    bars = (
        _bar("from process start to a usable panel, median", median, START_SECONDS, "s"),
        _bar("GUI tick, 99 %, eight jobs and scrubbing", busy[0], TICK_P99_MS, "ms"),
        _bar("GUI tick, worst, eight jobs and scrubbing", busy[1], TICK_WORST_MS, "ms"),
        _bar("new 1080p frames while scrubbing", frames, NEW_FRAMES_PER_SECOND, "frames/s", at_least=True),
        _bar("pictures kept by the viewer, most", kept / 1e6, CACHE_BYTES / 1e6, "MB"),
        _bar(f"GUI tick, 99 %, scrolling {_HISTORY} jobs", scrolling[0], TICK_P99_MS, "ms"),
        _bar(f"GUI tick, worst, scrolling {_HISTORY} jobs", scrolling[1], TICK_WORST_MS, "ms"),
    )
    painted = statistics.median(first for first, _ in starts)
    heavy = [name for name in HEAVY if name in loaded]
    notes = (
        f"first painted after {painted:.2f} s; the slowest of {_STARTS} starts was usable after "
        f"{max(usable for _, usable in starts):.2f} s",
        f"loaded: {', '.join(loaded)}",
        f"heavy libraries among them: {', '.join(heavy) or 'none'}",
    )
    return PanelReport(bars=bars, notes=notes)


def _bar(name: str, measured: float, allowed: float, unit: str, *, at_least: bool = False) -> Bar:
    return Bar(name=name, measured=measured, allowed=allowed, unit=unit, at_least=at_least)


@contextmanager
def _pacing(home: Path) -> Generator[Bridge]:
    home.mkdir(parents=True)
    environment = os.environ | {"SUPERWHITE_HOME": str(home)}
    process = subprocess.Popen([sys.executable, "-m", "bridge.bench.pacer"], env=environment)
    try:
        bridge = _attached(home, process)
        with bridge:
            yield bridge
            bridge.shutdown()
        process.wait(20)
    finally:
        process.kill()


def _attached(home: Path, process: subprocess.Popen[bytes]) -> Bridge:
    while process.poll() is None:
        try:
            return Bridge.attach_or_start(home=home, start=False)
        except Exception:  # noqa: BLE001 - not yet there, in whichever way
            time.sleep(0.05)
    raise BridgeLost("The pacer did not start.")


def _lifted(bridge: Bridge, scratch: Path) -> Job:
    from bridge.bench.clip import synthesise

    clip = scratch / "clip.mp4"
    synthesise(clip, _FRAMES, 1920, 1080)
    job = bridge.submit(LiftRequest(source=SourceSpec(path=clip), output=OutputSpec(folder=scratch / "out")))
    for _ in bridge.follow(job.id):
        pass
    job = bridge.job(job.id)
    if not isinstance(job.state, Ready):
        raise EngineFailed("The clip of the bench could not be lifted.", detail=str(job.state))
    return job


def _paced(bridge: Bridge, scratch: Path, steps: int, seconds: float) -> Job:
    return bridge.submit(
        LiftRequest(
            backend="pacer",
            source=SourceSpec(path=scratch / "clip.mp4"),
            parameters={"steps": steps, "seconds": seconds},
            output=OutputSpec(folder=scratch / "paced", name="paced"),
        )
    )


def _fill(bridge: Bridge, scratch: Path) -> None:
    last = [_paced(bridge, scratch, 1, 0.0) for _ in range(_HISTORY)]
    while not all(is_final(bridge.job(job.id).state) for job in last[-_JOBS:]):
        time.sleep(0.2)


def _starts(home: Path) -> tuple[list[tuple[float, float]], list[str]]:
    """Seconds until painted and until usable, of each start, and what was loaded."""
    found: list[tuple[float, float]] = []
    loaded: list[str] = []
    for _ in range(_STARTS + 1):
        began = time.time()
        done = subprocess.run(
            [sys.executable, "-m", "plugin.standalone.bench", "--usable"],
            env=os.environ | {"SUPERWHITE_HOME": str(home)},
            capture_output=True,
            text=True,
            check=True,
        )
        answer = json.loads(done.stdout.splitlines()[-1])
        found.append((answer["painted"] - began, answer["usable"] - began))
        loaded = [name for name in answer["loaded"] if name not in sys.stdlib_module_names and name[0] != "_"]
    return found[1:], loaded  # the first warms the disk


def _scrub(window: Window, bridge: Bridge, job: Job, scratch: Path) -> tuple[float, int, tuple[float, float]]:
    """New frames a second, none of them counted twice; the most bytes kept; and the ticks."""
    panel, viewer = window.panel, window.panel.viewer
    panel.jobs.select(job.id)
    _spin(lambda: bool(viewer.controls.isEnabled()), 20)
    for _ in range(_JOBS):
        _paced(bridge, scratch, 10_000, 1000.0)
    _spin(lambda: sum(each.state.state == "running" for each in panel.jobs_model.jobs) >= _JOBS, 20)
    seen: set[int] = set()
    most = 0
    feed: Feed = viewer.feed
    order = random.Random(1)

    def was_shown(wish: Wish, _: object) -> None:
        nonlocal most
        seen.add(wish.frame)
        most = max(most, feed.bytes_kept)

    feed.shown.connect(was_shown)
    hand = QTimer(interval=16)
    hand.timeout.connect(lambda: viewer.controls.head.setValue(order.randrange(_FRAMES)))
    ticks = Ticks()
    hand.start()
    ticks.start()
    began = time.perf_counter()
    _spin(lambda: time.perf_counter() - began > _SECONDS, _SECONDS + 5)
    seconds = time.perf_counter() - began
    result = ticks.stop()
    hand.stop()
    panel.jobs.cancel_all.trigger()
    _spin(lambda: all(is_final(each.state) for each in panel.jobs_model.jobs), 30)
    return len(seen) / seconds, most, result


def _scroll(window: Window) -> tuple[float, float]:
    bar = window.panel.jobs.list.verticalScrollBar()
    bar.setValue(0)
    step, direction = 60, 1
    ticks, hand = Ticks(), QTimer(interval=16)

    def move() -> None:
        nonlocal direction
        bar.setValue(bar.value() + direction * step)
        if bar.value() in (bar.minimum(), bar.maximum()):
            direction = -direction

    hand.timeout.connect(move)
    hand.start()
    ticks.start()
    began = time.perf_counter()
    _spin(lambda: time.perf_counter() - began > _SECONDS, _SECONDS + 5)
    hand.stop()
    return ticks.stop()


def _spin(condition: Callable[[], bool], seconds: float) -> None:
    """Let Qt work until `condition` holds. Raises `EngineFailed` where it does not in time."""
    app = QApplication.instance()
    assert app
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise EngineFailed("The panel did not get there in time.")
        app.processEvents()
        time.sleep(0.0005)


def main(arguments: list[str]) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if "--usable" in arguments:
        return usable()

    def say(text: str) -> None:
        sys.stderr.write(text + "\n")

    with tempfile.TemporaryDirectory(prefix="superwhite-bench-") as scratch:
        report = measure(Path(scratch), say)
    sys.stdout.write(report.model_dump_json() + "\n")
    return 0 if all(bar.met for bar in report.bars) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
