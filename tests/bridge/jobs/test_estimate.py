"""Estimates against histories whose pace is known."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.domain.capability import Capability
from bridge.domain.color import OutputColor
from bridge.domain.errors import EngineFailed, RequestError
from bridge.domain.estimate import Workload, remaining_seconds
from bridge.domain.job import Deliverable, Failed, Job, Ready
from bridge.domain.price import Price
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from bridge.jobs.estimate import RECENT, estimate

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def job(frames, seconds, backend="embedded", failed=False):
    folder = Path("/hdr")
    result = Deliverable(
        directory=folder,
        pattern="a.%08d.exr",
        first=0,
        last=frames - 1,
        frames=frames,
        width=1000,
        height=1000,
        color=OutputColor.LIN_REC709,
        reference_white=203,
        sidecar=folder / "a.json",
        review=None,
        poster=None,
        master=None,
    )
    return Job(
        id="a",
        created=NOW,
        updated=NOW,
        started=NOW,
        ended=NOW + timedelta(seconds=seconds),
        request=LiftRequest(
            backend=backend, source=SourceSpec(path=Path("/a.mov")), output=OutputSpec(folder=folder)
        ),
        state=Failed(error=EngineFailed("x").report()) if failed else Ready(result=result),
    )


def load(frames, backend="embedded"):
    return Workload(backend=backend, frames=frames, width=1000, height=1000)


def capability(backend, price):
    return Capability(
        backend=backend,
        workflow="hdr_lift",
        title="",
        description="",
        kind="generative",
        runs="remote",
        parameters={},
        output_colors=(OutputColor.LIN_REC709,),
        reports_progress=True,
        price=price and Price(per_megapixel=price),
    )


def test_nothing_is_claimed_where_nothing_is_known():
    for history in ([], [job(10, 5, "other")], [job(10, 5, failed=True)], [job(10, -3)], [job(10, 1e9)]):
        guess = estimate([load(100)], history, [])
        assert (guess.seconds, guess.cost, guess.jobs) == (None, None, 0)


def test_one_job_gives_a_wide_range_around_its_pace():
    guess = estimate([load(200)], [job(100, 50)], [])
    assert guess.seconds.low == pytest.approx(80)
    assert guess.seconds.high == pytest.approx(120)


def test_a_start_up_time_is_told_from_a_pace():
    history = [job(frames, 2 + 0.05 * frames) for frames in (20, 100, 500, 1000)]
    short, long = (estimate([load(frames)], history, []).seconds for frames in (20, 2000))
    assert short.low < 3 < short.high
    assert long.low < 102 < long.high
    assert (long.high - long.low) / 102 < 0.25


def test_the_truth_lies_in_the_range_most_of_the_time():
    chance = random.Random(7)

    def took(frames):
        return (1.7 + 0.048 * frames) * chance.uniform(0.9, 1.2)

    inside = 0
    for _ in range(200):
        history = [job(frames, took(frames)) for frames in (chance.randint(24, 900) for _ in range(12))]
        frames = chance.randint(24, 900)
        seconds = estimate([load(frames)], history, []).seconds
        inside += seconds.low <= took(frames) <= seconds.high
    assert inside >= 140


def test_odd_jobs_do_not_pull_the_estimate_away():
    history = [job(100, 5) for _ in range(9)] + [job(100, 5000)]
    assert estimate([load(100)], history, []).seconds.low == pytest.approx(5, rel=0.3)


def test_only_recent_jobs_count():
    history = [job(100, 5)] * RECENT + [job(100, 500)] * 50
    guess = estimate([load(100)], history, [])
    assert guess.jobs == RECENT
    assert guess.seconds.high < 10


def test_loads_add_up_and_cost_what_the_backend_says():
    history = [job(100, 10), job(100, 30, "far")]
    offered = [capability("far", 0.0027075), capability("embedded", None)]
    guess = estimate([load(100), load(100, "far"), load(50, "far")], history, offered)
    assert guess.cost == pytest.approx(0.0027075 * 150)
    assert guess.seconds.low < 10 + 30 + 15 < guess.seconds.high
    assert estimate([load(100)], history, offered).cost is None
    assert estimate([load(100), load(1, "new")], history, offered).seconds is None


def test_a_load_beyond_all_measure_is_refused():
    huge = Workload(backend="embedded", frames=10**400, width=10**9, height=1)
    with pytest.raises(RequestError):
        estimate([huge], [job(100, 5)], [])


def test_a_clock_that_jumped_once_does_not_widen_the_range():
    history = [job(100, 10)] * 4 + [job(100, 3600)]
    assert estimate([load(100)], history, []).seconds.high < 15
    assert estimate([load(1)], history, []).seconds.low >= 0


def test_what_remains_is_pace_times_rest():
    assert remaining_seconds(0, 100, 5) is None
    assert remaining_seconds(5, 100, 0) is None
    rest = remaining_seconds(25, 100, 50)
    assert rest.low < 150 < rest.high
    assert remaining_seconds(100, 100, 50).high == 0
