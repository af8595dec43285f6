"""What a remote job costs beside the transfer itself: `python -m tests.endpoints.bench [--quick]`.

A bridge, an endpoint on this machine behind a line of a given speed, and fal's own client with a plain download beside
them. Times are ratios to the bare transfer of the same bytes over the same line in the same run.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import httpx
import numpy as np
import psutil
from numpy.typing import NDArray

from bridge.client import Bridge, calls
from bridge.domain.bench import Bar
from bridge.domain.job import Ready, Receiving, Sending, Submitted, is_final
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from tests.clips import write_movie, yuv_frame

from . import Endpoint, Fault
from .model import exr_of

FRAMES = 121
SIZE = (1280, 704)
ARCHIVE_BYTES = 297_000_000
"""Of the archive that fal's own example page shows."""


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="200 Mbit/s only")
    options = parser.parse_args()
    bars: list[Bar] = []
    with tempfile.TemporaryDirectory(prefix="superwhite-bench-") as scratch:
        folder = Path(scratch)
        plate = make_clip(folder / "plate.mp4", FRAMES)
        archive = make_archive(folder / "frames.zip", FRAMES)
        short = make_archive(folder / "short.zip", FRAMES // 4)
        say(f"archive {archive.stat().st_size / 1e6:.0f} MB, {FRAMES} frames of {SIZE[0]}x{SIZE[1]}")
        for megabits in (200,) if options.quick else (50, 200):
            bars += measure(folder / str(megabits), plate, archive, megabits)
        bars += memory(folder / "memory", plate, archive, short)
        bars += polling(folder / "polling", plate, short)
    for bar in bars:
        verdict = "met" if bar.met else "MISSED"
        say(f"{bar.name:<64} {bar.measured:8.2f} {bar.unit:<6} (at most {bar.allowed:.2f}) {verdict}")
    return 0 if all(bar.met for bar in bars) else 1


@dataclass
class Times:
    """Seconds from one moment of a job to another."""

    sending: float
    receiving: float


def measure(folder: Path, plate: Path, archive: Path, megabits: int) -> list[Bar]:
    speed = megabits * 1e6 / 8
    with running(folder) as (endpoint, bridge):
        endpoint.link.set_speed(speed)
        endpoint.script.always("archive", Fault.archive(archive))
        job = lift(bridge, plate, folder / "out", FRAMES)
        times = watch(bridge, job)
        (done,) = endpoint.jobs
        assert done.made
        assert done.made.plate
        bare_up = bare_upload(endpoint, done.made.plate)
        answer = done.made.answer["exr_frames_url"]["url"]
        bare_down = bare_download(answer)
        theirs = official(endpoint, done.made.plate, folder / "theirs")
    say(
        f"{megabits} Mbit/s: upload {times.sending:.2f} s (bare {bare_up:.2f}), result {times.receiving:.2f} s "
        f"(bare {bare_down:.2f}; fal's client, download and unzip {theirs:.2f})"
    )
    return [
        Bar(
            name=f"first byte of the result to Ready over bare transfer, {megabits} Mbit/s",
            measured=times.receiving / bare_down,
            allowed=1.10,
            unit="times",
        ),
        Bar(
            name=f"upload over bare transfer, {megabits} Mbit/s",
            measured=times.sending / bare_up,
            allowed=1.10,
            unit="times",
        ),
        Bar(
            name=f"ours over fal's client with download and unzip, {megabits} Mbit/s",
            measured=(times.sending + times.receiving) / theirs,
            allowed=1.10,
            unit="times",
        ),
    ]


def memory(folder: Path, plate: Path, archive: Path, short: Path) -> list[Bar]:
    """Of the bridge and its workers together, four times the frames over one time."""
    peaks: list[float] = []
    for content, frames in ((short, FRAMES // 4), (archive, FRAMES)):
        with running(folder / str(frames)) as (endpoint, bridge):
            endpoint.script.always("archive", Fault.archive(content))
            with peak_of(bridge.health().pid) as peak:
                watch(bridge, lift(bridge, plate, folder / "out", frames))
            peaks.append(peak[0])
    few, all_ = (f"{peak / 1e6:.0f} MB" for peak in peaks)
    say(f"peak memory of bridge and workers: {few} for {FRAMES // 4} frames, {all_} for {FRAMES}")
    return [
        Bar(
            name="memory, all frames over a quarter of them", measured=peaks[1] / peaks[0], allowed=1.10, unit="times"
        )
    ]


def polling(folder: Path, plate: Path, short: Path) -> list[Bar]:
    """Without events, so that looks are all there is."""
    with running(folder) as (endpoint, bridge):
        endpoint.script.always("stream", Fault.not_found())
        endpoint.script.always("archive", Fault.archive(short))
        endpoint.script.always("job", Fault.takes(40))
        watch(bridge, lift(bridge, plate, folder / "out", FRAMES // 4))
        looks = [asked.at for asked in endpoint.of("status")]
    late = [at for at in looks if at - looks[0] > 10]
    return [
        Bar(
            name="looks at a job a second, after the first ten seconds",
            measured=len(late) / (looks[-1] - looks[0] - 10),
            allowed=1.0,
            unit="/s",
        )
    ]


@contextmanager
def running(folder: Path) -> Generator[tuple[Endpoint, Bridge]]:
    """An endpoint, and a bridge of its own that takes it for fal."""
    folder.mkdir(parents=True)
    with Endpoint() as endpoint:
        os.environ |= endpoint.environment | {"SUPERWHITE_HOME": str(folder / "home")}
        with Bridge.attach_or_start() as bridge:
            yield endpoint, bridge
            bridge.do(calls.shutdown())


def lift(bridge: Bridge, plate: Path, folder: Path, frames: int) -> str:
    request = LiftRequest(
        backend="fal", source=SourceSpec(path=plate, start=0, end=frames), output=OutputSpec(folder=folder)
    )
    return bridge.submit(request).id


def watch(bridge: Bridge, job: str) -> Times:
    """From the first byte that is sent to the last, and from the first that is received to Ready."""
    sending: list[float] = []
    first = 0.0
    for event in bridge.follow(job):
        now = time.monotonic()
        match event.state:
            case Sending():
                sending.append(now)
            case Submitted() if sending and len(sending) < 1_000_000:
                sending.append(now)
            case Receiving(received=received) if received and not first:
                first = now
            case _:
                pass
        if is_final(event.state):
            assert isinstance(event.state, Ready), event.state
            ends = [at for at in sending if at < (first or now)]
            return Times(ends[-1] - ends[0], now - first)
    raise AssertionError


def bare_upload(endpoint: Endpoint, path: Path) -> float:
    """One request with all bytes, or as many as the storage takes at once."""
    token = httpx.post(
        f"{endpoint.url}/rest/storage/auth/token?storage_type=fal-cdn-v3",
        json={},
        headers={"Authorization": f"Key {endpoint.fal_key}"},
    ).json()["token"]
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "video/mp4",
        "X-Fal-File-Name": "plate.mp4",
        "Content-Length": str(path.stat().st_size),
    }
    began = time.monotonic()
    with path.open("rb") as file:
        httpx.post(f"{endpoint.url}/cdn/files/upload", content=file, headers=headers, timeout=None).raise_for_status()
    return time.monotonic() - began


def bare_download(url: str) -> float:
    """From the first byte to the last."""
    with httpx.stream("GET", url, timeout=None) as answer:
        parts = answer.iter_raw()
        next(parts)
        began = time.monotonic()
        for _ in parts:
            pass
    return time.monotonic() - began


def official(endpoint: Endpoint, plate: Path, folder: Path) -> float:
    """fal's own client, as its page shows it, then a download and an unzip: what it takes but for the job itself."""
    import fal_client.client as client

    client.QUEUE_URL_FORMAT = f"{endpoint.url}/queue/"
    client.RUN_URL_FORMAT = f"{endpoint.url}/run/"
    client.REST_URL = f"{endpoint.url}/rest"
    client.CDN_URL = f"{endpoint.url}/cdn"
    fal = client.SyncClient(key=endpoint.fal_key)
    began = time.monotonic()
    url = fal.upload_file(plate)
    uploaded = time.monotonic() - began
    arguments = {"prompt": "x", "video_url": url, "num_frames": FRAMES, "loras": []}
    result = fal.subscribe("fal-ai/ltx-2.3-quality/hdr/lora", arguments=arguments)
    began = time.monotonic()
    content = httpx.get(result["exr_frames_url"]["url"], timeout=None).content
    with zipfile.ZipFile(io.BytesIO(content)) as frames:
        frames.extractall(folder)
    return uploaded + time.monotonic() - began


@contextmanager
def peak_of(pid: int) -> Generator[list[float]]:
    """The most that a process and its children have held together, in bytes, once the block is left."""
    peak = [0.0]
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            held = 0
            try:
                root = psutil.Process(pid)
                for process in (root, *root.children(recursive=True)):
                    held += process.memory_info().rss
            except psutil.Error:
                continue
            peak[0] = max(peak[0], held)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def make_clip(path: Path, frames: int) -> Path:
    """Noise that moves, so that the plate is as large as those of real clips."""
    chance = np.random.default_rng(1)
    still = chance.random((3, 720, 1280)) * 0.2 + 0.4
    pictures = (yuv_frame(np.roll(still, 3 * n, axis=2), "yuv420p") for n in range(frames))
    return write_movie(path, pictures, options={"crf": "18", "preset": "ultrafast"}, rate=Fraction(24))


def make_archive(path: Path, frames: int) -> Path:
    """Frames that ZIP compression makes as large as those that fal shows: noise above, and nothing below it."""
    wanted, lines = ARCHIVE_BYTES / FRAMES, SIZE[1] // 2
    lines = round(lines * wanted / len(exr_of(noise(lines))))
    light = noise(lines)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(frames):
            archive.writestr(f"frame_{number:05d}.exr", exr_of(np.roll(light, number, axis=1)))
    return path


def noise(lines: int) -> NDArray[np.float16]:
    light = np.zeros((SIZE[1], SIZE[0], 3), np.float16)
    light[:lines] = np.random.default_rng(2).random((lines, SIZE[0], 3)).astype(np.float16)
    return light


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
