"""What a user sees of each fault, how many jobs there are then, and what of them was billed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from bridge.client import calls
from bridge.domain.job import Cancelled, Failed, Ready, Submitted, Unknown
from tests.endpoints import Fault, Foreign
from tests.endpoints.faults import CONTENT_POLICY
from tests.endpoints.model import exr_of

from .remote import FRAMES, Far, expected, far_away, frames_of
from .terminal import wait_for


@pytest.fixture(scope="module")
def distant(tmp_path_factory):
    with far_away(tmp_path_factory.mktemp("far")) as far:
        yield far


@pytest.fixture
def far(distant: Far):
    distant.begin()
    return distant


def delivered(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def zipped(frames: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in frames.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def exrs(count: int, shape: tuple[int, int] = (64, 96), value: float = 0.5) -> dict[str, bytes]:
    return {f"frame_{n:05d}.exr": exr_of(np.full((*shape, 3), value, np.float16)) for n in range(count)}


# Faults of the line and of the endpoint that a job survives: one job, whole, billed once.
@pytest.mark.parametrize(
    "faults",
    [
        {"submit": Fault.too_many(0.2)},
        {"download": Fault.drop_after(20_000)},
        {"download": Fault.changed_etag()},
        {"download": Fault.expired(403)},
        {"status": Fault.nginx(), "result": Fault.nginx(), "submit": Fault.delay(0.5), "download": Fault.delay(0.5)},
    ],
    ids=["429", "download dropped", "changed", "expired once", "slow, with a 502"],
)
def test_one_job_and_one_whole_sequence(far: Far, tmp_path: Path, faults):
    for step, fault in faults.items():
        far.endpoint.script.next(step, fault)
    outcome = far.lift("--out", tmp_path)
    assert outcome.code == 0, outcome.err
    (job,) = far.jobs
    assert job.billed
    made = frames_of(outcome.json)
    assert len(made) == FRAMES
    assert all((a == b).all() for a, b in zip(made, expected(job), strict=True))
    assert delivered(tmp_path) == [f"{outcome.json['directory'].rpartition('/')[2]}"]


# Faults that end it: the exit code, what is said, how many jobs there are, and how many of them are billed.
@pytest.mark.parametrize(
    ("step", "fault", "code", "words", "jobs", "billed"),
    [
        ("submit", Fault.drop_after_accept(), 94, "may be billed", 1, None),
        ("submit", Fault.nginx(), 94, "may be billed", 0, 0),
        ("submit", Fault.unauthorized(), 91, "does not accept the key", 0, 0),
        ("submit", Fault.validation(), 92, "“Frames” must be at most 481", 0, 0),
        ("job", Fault.fails(422, {"detail": list(CONTENT_POLICY)}, billed=True), 92, "content checker", 1, 1),
        ("job", Fault.fails(500, error="CUDA error", error_type="x"), 93, "CUDA error", 1, 0),
        ("archive", Fault.short(), 95, "archive from the endpoint is damaged", 1, 1),
        ("archive", Fault.flipped(), 95, "archive from the endpoint is damaged", 1, 1),
        ("archive", Fault.archive(zipped(exrs(5))), 95, "5 frames came from the endpoint, but 12 were asked for", 1, 1),
        ("archive", Fault.archive(zipped(exrs(17, value=np.inf))), 95, "no numbers", 1, 1),
        ("archive", Fault.archive(zipped({"../../evil.exr": exrs(1)["frame_00000.exr"]})), 95, "archive", 1, 1),
    ],
    ids=[
        "dropped after accept", "502 of nginx", "401", "422", "422 of the model",
        "COMPLETED with error", "truncated", "corrupt", "too few", "infinite",
        "a path out of it",
    ],
)  # fmt: skip
def test_a_fault_that_ends_it(far: Far, tmp_path: Path, step, fault, code, words, jobs, billed):
    far.endpoint.script.always(step, fault)
    outcome = far.lift("--out", tmp_path)
    assert outcome.code == code, outcome.err
    assert words in outcome.err
    assert len(far.jobs) == jobs
    if billed is not None:
        assert sum(job.billed for job in far.jobs) == billed
    assert delivered(tmp_path) == []
    assert not list(tmp_path.parent.rglob("evil.exr"))
    state = far.bridge().jobs(1)[0].state
    assert isinstance(state, Unknown if code == 94 else Failed)


def test_a_lost_answer_is_the_users_to_decide(far: Far, tmp_path: Path):
    far.endpoint.script.next("submit", Fault.drop_after_accept())
    outcome = far.lift("--out", tmp_path)
    assert outcome.json["state"] == "unknown"
    assert far.endpoint.submits == 1
    again = far.terminal.run("jobs", "retry", outcome.json["job"], "--json")
    assert again.code == 0, again.err
    assert len(far.jobs) == 2


def test_a_damaged_download_is_fetched_again_and_not_made_again(far: Far, tmp_path: Path):
    far.endpoint.script.next("download", Fault.answer(200, "<html>", content_type="text/html"))
    outcome = far.lift("--out", tmp_path)
    assert outcome.code == 95
    again = far.terminal.run("jobs", "retry", outcome.json["job"], "--json")
    assert again.code == 0, again.err
    (job,) = far.jobs
    assert all((a == b).all() for a, b in zip(frames_of(again.json), expected(job), strict=True))


def test_a_result_that_is_gone_is_made_again_only_when_the_user_says_so(far: Far, tmp_path: Path):
    far.endpoint.script.next("download", Fault.expired(410), times=2)
    outcome = far.lift("--out", tmp_path)
    assert outcome.code == 96
    assert len(far.jobs) == 1
    again = far.terminal.run("jobs", "retry", outcome.json["job"], "--json")
    assert again.code == 0, again.err
    assert len(far.jobs) == 2


def test_a_result_on_a_foreign_host_is_fetched_without_the_key(far: Far, tmp_path: Path):
    with Foreign(zipped(exrs(17)), content_type="application/zip") as foreign:
        far.endpoint.script.always("download", Fault.redirect(f"{foreign.url}/frames.zip"))
        outcome = far.lift("--out", tmp_path)
        assert outcome.code == 0, outcome.err
        assert foreign.requests
        assert not foreign.keys_seen
    assert (frames_of(outcome.json)[3] == np.float16(0.5)).all()


def test_frames_in_another_order_come_by_their_names(far: Far, tmp_path: Path):
    frames = {f"f_{n}.exr": exr_of(np.full((64, 96, 3), n, np.float16)) for n in range(17)}
    shuffled = dict(sorted(frames.items(), key=lambda item: item[0][::-1]))
    far.endpoint.script.next("archive", Fault.archive(zipped(shuffled)))
    outcome = far.lift("--out", tmp_path)
    assert outcome.code == 0, outcome.err
    assert [float(frame[0, 0, 0]) for frame in frames_of(outcome.json)] == list(range(FRAMES))


@pytest.mark.parametrize(
    ("job", "billed"), [(Fault.takes(60, queued=60), False), (Fault.takes(60), True)], ids=["waiting", "running"]
)
def test_cancelling_tells_the_endpoint(far: Far, tmp_path: Path, job, billed: bool):
    far.endpoint.script.next("job", job)
    process = far.terminal.start("lift", far.clip, "--backend", "fal", "--out", tmp_path, "--json")
    wait_for(lambda: far.jobs and (not billed or far.jobs[0].state == "IN_PROGRESS"))
    bridge = far.bridge()
    found = wait_for(lambda: [each for each in bridge.jobs(1) if isinstance(each.state, Submitted) or billed])
    stopped = bridge.cancel(found[0].id)
    process.communicate(timeout=180)
    assert stopped.state == Cancelled(may_be_billed=billed)
    assert far.jobs[0].cancelled
    assert delivered(tmp_path) == []


def test_a_cancelled_job_that_is_wanted_again_is_sent_anew(far: Far, tmp_path: Path):
    far.endpoint.script.next("job", Fault.never())
    process = far.terminal.start("lift", far.clip, "--backend", "fal", "--out", tmp_path, "--json")
    wait_for(lambda: far.jobs and far.jobs[0].state == "IN_PROGRESS")
    job = far.bridge().jobs(1)[0].id
    far.bridge().cancel(job)
    process.communicate(timeout=180)
    again = far.terminal.run("jobs", "retry", job, "--json")
    assert again.code == 0, again.err
    assert [each.cancelled for each in far.jobs] == [True, False]
    assert len(frames_of(again.json)) == FRAMES


def test_never_upload_holds_for_endpoints(far: Far, tmp_path: Path):
    bridge = far.bridge()
    settings = bridge.do(calls.settings())
    bridge.do(calls.change_settings(settings.model_copy(update={"never_upload": True})))
    try:
        outcome = far.lift("--out", tmp_path)
    finally:
        bridge.do(calls.change_settings(settings))
    assert outcome.code == 13
    assert far.asked == []


def test_the_settings_limit_holds_for_every_job(far: Far, tmp_path: Path):
    bridge = far.bridge()
    settings = bridge.do(calls.settings())
    bridge.do(calls.change_settings(settings.model_copy(update={"spend_limit": 0.0001})))
    try:
        outcome = far.lift("--out", tmp_path)
    finally:
        bridge.do(calls.change_settings(settings))
    assert outcome.code == 16
    assert far.endpoint.submits == 0


def test_a_job_outlives_an_endpoint_that_is_away_for_a_while(far: Far, tmp_path: Path):
    far.endpoint.script.next("job", Fault.takes(3))
    process = far.terminal.start("lift", far.clip, "--backend", "fal", "--out", tmp_path, "--json")
    wait_for(lambda: far.jobs)
    with far.endpoint.away():
        wait_for(lambda: far.jobs[0].over)
    out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err + out
    assert isinstance(far.bridge().jobs(1)[0].state, Ready)
