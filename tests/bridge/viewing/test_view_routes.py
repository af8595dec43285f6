"""Looking through a real bridge at a real lift."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
import pytest

from bridge.client import Bridge, calls
from bridge.domain.errors import JobStateConflict, JobUnknown, OutputVanished, RangeOutside, RequestError
from bridge.domain.job import Job, Ready
from bridge.domain.view import (
    ClipQuery,
    ClipSubject,
    JobSubject,
    PictureQuery,
    PixelQuery,
    ScopesQuery,
)
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from bridge.media.exr import read_frame
from tests.fakes.service import until
from tests.sequences import frame_file, picture_of

SAMPLE = Path(__file__).parents[2] / "data" / "bigbuckbunny.mp4"


@pytest.fixture(scope="module")
def bridge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridge]:
    with Bridge.attach_or_start(home=tmp_path_factory.mktemp("home")) as bridge:
        yield bridge
        bridge.shutdown()


def lifted(bridge: Bridge, folder: Path, **source: Any) -> Job:
    request = LiftRequest(
        source=SourceSpec(path=SAMPLE, **{"start": 60, "end": 63, **source}), output=OutputSpec(folder=folder)
    )
    job = bridge.submit(request).id
    list(bridge.follow(job))
    return bridge.job(job)


@pytest.fixture(scope="module")
def job(bridge: Bridge, tmp_path_factory: pytest.TempPathFactory) -> Job:
    done = lifted(bridge, tmp_path_factory.mktemp("out"))
    assert isinstance(done.state, Ready)
    return done


def after(job: Job, frame: int = 0, **how: Any) -> PictureQuery:
    return PictureQuery(**{"subject": JobSubject(job=job.id), "side": "after", "frame": frame, **how})


def worker_of(bridge: Bridge) -> psutil.Process:
    (worker,) = (
        child
        for child in psutil.Process(bridge.run_file.pid).children()
        if child.status() != psutil.STATUS_ZOMBIE and "bridge.viewing.worker" in child.cmdline()
    )
    return worker


def test_a_lift_is_seen_from_both_sides(bridge: Bridge, job: Job) -> None:
    assert isinstance(job.state, Ready)
    facts = bridge.do(calls.subject_facts(JobSubject(job=job.id)))
    assert (facts.frames, facts.first_number, facts.rate, facts.sides) == (3, 60, Fraction(25), ("before", "after"))
    for frame in range(3):
        light = read_frame(frame_file(job.state.result, frame)).astype(np.float64)
        shown = picture_of(bridge.do(calls.picture(after(job, frame))))
        expected = np.clip(light, 0, 1) ** (1 / 2.4) * 255
        assert np.abs(shown - expected).max() <= 0.5001
        # The mid-tones of a lift are those of its source, so the two sides agree where nothing was gained.
        source = picture_of(bridge.do(calls.picture(after(job, frame, side="before"))))
        dark = source.max(-1) < 100
        assert dark.mean() > 0.05
        assert (shown[dark] == source[dark]).all()
    small = picture_of(bridge.do(calls.picture(after(job, width=160, height=160, mode="tone_mapped"))))
    assert small.shape == (90, 160, 3)


def test_pixels_and_scopes_are_those_of_the_file(bridge: Bridge, job: Job) -> None:
    assert isinstance(job.state, Ready)
    light = read_frame(frame_file(job.state.result, 1)).astype(np.float64)
    subject = JobSubject(job=job.id)
    pixel = bridge.do(calls.pixel(PixelQuery(subject=subject, side="after", frame=1, x=1279, y=719)))
    assert (pixel.red, pixel.green, pixel.blue) == tuple(light[719, 1279].tolist())
    scopes = bridge.do(calls.scopes(ScopesQuery(subject=subject, side="after", frame=1, columns=64)))
    assert sum(scopes.luminance) == 1280 * 720
    assert len(scopes.waveform) == 64 * 256
    assert scopes.peak_nits == pytest.approx(light.max() * 203, rel=1e-6)


def test_many_look_at_once_and_one_worker_answers(bridge: Bridge, job: Job) -> None:
    queries = [after(job, n % 3, exposure=(n % 7) - 3.0, width=64, height=64) for n in range(60)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda query: bridge.do(calls.picture(query)), queries))
    alone = [bridge.do(calls.picture(query)) for query in queries[:21]]
    assert together[:21] == alone
    assert worker_of(bridge)


def test_a_picture_says_what_it_is(bridge: Bridge, job: Job) -> None:
    with httpx.Client(base_url=bridge.run_file.url, headers=bridge.run_file.headers, trust_env=False) as http:
        answer = http.post("/v1/view/picture", json=after(job).model_dump(mode="json"))
        assert answer.headers["content-type"] == "image/x-portable-pixmap"
        for change in ({"exposure": 7}, {"frame": -1}, {"side": "above"}, {"width": 0}, {"extra": 1}, {"mode": "x"}):
            answer = http.post("/v1/view/picture", json=after(job).model_dump(mode="json") | change)
            assert answer.status_code == 422
            assert answer.json()["error"]["kind"] == "RequestError"


def test_a_clip_is_reported_and_shown(bridge: Bridge) -> None:
    report = bridge.do(calls.clip_report(ClipQuery(path=SAMPLE)))
    assert (report.width, report.frames, report.error) == (1280, 132, None)
    missing = bridge.do(calls.clip_report(ClipQuery(path=Path("/nowhere/clip.mov"))))
    assert missing.error
    assert missing.error.kind == "MediaMissing"
    query = PictureQuery(subject=ClipSubject(path=SAMPLE), side="before", frame=131, width=160, height=90)
    assert picture_of(bridge.do(calls.picture(query))).shape == (90, 160, 3)


def test_what_cannot_be_seen_is_told(bridge: Bridge, job: Job, tmp_path: Path) -> None:
    with pytest.raises(RangeOutside):
        bridge.do(calls.picture(after(job, 10**15)))
    with pytest.raises(JobUnknown):
        bridge.do(calls.picture(after(job, subject=JobSubject(job="nothing"))))
    with pytest.raises(RequestError, match="full path"):
        bridge.do(calls.clip_report(ClipQuery(path=Path("clip.mov"))))
    with pytest.raises(RequestError, match="full path"):
        bridge.do(calls.subject_facts(ClipSubject(path=Path("clip.mov"))))
    failed = lifted(bridge, tmp_path, start=500, end=503)
    with pytest.raises(JobStateConflict, match="failed"):
        bridge.do(calls.subject_facts(JobSubject(job=failed.id)))


def test_a_result_that_goes_away_while_it_is_looked_at(bridge: Bridge, tmp_path: Path) -> None:
    job = lifted(bridge, tmp_path)
    assert isinstance(job.state, Ready)
    bridge.do(calls.picture(after(job)))
    shutil.rmtree(job.state.result.directory)
    for call in (calls.picture(after(job)), calls.subject_facts(JobSubject(job=job.id))):
        with pytest.raises(OutputVanished, match="is gone"):
            bridge.do(call)
    bridge.forget(job.id)
    with pytest.raises(JobUnknown):
        bridge.do(calls.picture(after(job)))


def test_the_bridge_outlives_its_worker(bridge: Bridge, job: Job) -> None:
    before = bridge.do(calls.picture(after(job)))
    worker = worker_of(bridge)
    worker.kill()
    until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    until(lambda: not psutil.pid_exists(worker.pid))
    assert bridge.do(calls.picture(after(job))) == before
    assert worker_of(bridge).pid != worker.pid


def test_the_worker_leaves_with_the_bridge(tmp_path: Path) -> None:
    with Bridge.attach_or_start(home=tmp_path / "home") as bridge:
        bridge.do(calls.clip_report(ClipQuery(path=SAMPLE)))
        worker = worker_of(bridge)
        psutil.Process(bridge.run_file.pid).kill()
    until(lambda: not worker.is_running())
