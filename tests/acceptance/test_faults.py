"""Kills, cancels and crowds: the job is seen again, whole frames are kept, nothing half-made has a final name."""

from __future__ import annotations

import json
import os
import signal

import OpenEXR
import pytest

from tests.acceptance.terminal import SAMPLE, wait_for


def staged(out, name="bigbuckbunny_hdr_v001"):
    return sorted((out / f".{name}.partial").glob(f"{name}.*.exr"))


def lift_until(terminal, out, frames=10):
    """A lift of the sample under way, at the moment when `frames` frames are there."""
    process = terminal.start("lift", SAMPLE, "--out", out, "--json")
    wait_for(lambda: len(staged(out)) >= frames)
    return process


def stamps(files):
    return {file.name: file.stat().st_mtime_ns for file in files}


def whole(files):
    for file in files:
        with OpenEXR.File(str(file)) as frame:
            assert frame.channels()["RGB"].pixels.shape == (720, 1280, 3)


def test_an_existing_version_is_never_overwritten(terminal, tmp_path):
    arguments = (SAMPLE, "--out", tmp_path, "--range", "0-2")
    first, second = terminal.lift(*arguments), terminal.lift(*arguments)
    assert first["directory"].endswith("_v001")
    assert second["directory"].endswith("_v002")
    assert second["pattern"] == "bigbuckbunny_hdr_v002.%08d.exr"


def test_ctrl_c_cancels_and_leaves_nothing(own_terminal, tmp_path):
    out = tmp_path / "out"
    process = lift_until(own_terminal, out, 1)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=180)
    assert process.returncode == 130, errors
    answer = json.loads(output.splitlines()[-1])
    assert answer["state"] == "cancelled"
    assert list(out.iterdir()) == []
    assert own_terminal.run("jobs", "show", answer["job"], "--json").json["state"]["state"] == "cancelled"


def test_cancel_from_another_terminal(own_terminal, tmp_path):
    out = tmp_path / "out"
    process = lift_until(own_terminal, out, 1)
    job = own_terminal.run("jobs", "list", "--json").json[0]["id"]
    assert own_terminal.run("jobs", "cancel", job).code == 0
    process.communicate(timeout=180)
    assert process.returncode == 130
    assert list(out.iterdir()) == []
    # And it can be started again from the beginning.
    assert own_terminal.run("jobs", "retry", job, "--json").json["frames"] == 132


def test_a_killed_worker_is_reported_and_retry_keeps_whole_frames(own_terminal, tmp_path):
    out = tmp_path / "out"
    process = lift_until(own_terminal, out)
    os.kill(own_terminal.worker(), signal.SIGKILL)
    output, _ = process.communicate(timeout=180)
    assert process.returncode == 41
    answer = json.loads(output.splitlines()[-1])
    assert answer["error"]["kind"] == "EngineLost"
    kept = staged(out)
    whole(kept)
    before = stamps(kept)
    again = own_terminal.run("jobs", "retry", answer["job"], "--json")
    assert again.code == 0, again.err
    final = out / "bigbuckbunny_hdr_v001"
    assert again.json["frames"] == len(list(final.glob("*.exr"))) == 132
    after = stamps(final.glob("*.exr"))
    assert {name: after[name] for name in before} == before
    assert not staged(out)


def test_a_killed_bridge_is_reported_and_the_next_one_knows_the_job(own_terminal, tmp_path):
    out = tmp_path / "out"
    process = lift_until(own_terminal, out)
    worker = own_terminal.worker()
    os.kill(own_terminal.run_file["pid"], signal.SIGKILL)
    output, _ = process.communicate(timeout=180)
    assert process.returncode == 52
    job = json.loads(output.splitlines()[-1])["job"]
    wait_for(lambda: not os.path.exists(f"/proc/{worker}"))  # noqa: PTH110 - a process, not a file
    before = stamps(staged(out))
    assert before
    shown = own_terminal.run("jobs", "show", job, "--json").json
    assert shown["state"]["error"]["kind"] == "JobInterrupted"
    again = own_terminal.run("jobs", "retry", job, "--json")
    assert again.code == 0, again.err
    after = stamps((out / "bigbuckbunny_hdr_v001").glob("*.exr"))
    assert len(after) == 132
    assert {name: after[name] for name in before} == before


def test_a_kept_frame_that_is_damaged_is_found_and_made_anew(own_terminal, tmp_path):
    out = tmp_path / "out"
    process = lift_until(own_terminal, out)
    os.kill(own_terminal.worker(), signal.SIGKILL)
    output, _ = process.communicate(timeout=180)
    job = json.loads(output.splitlines()[-1])["job"]
    staged(out)[3].write_bytes(b"spoilt by a drive")
    first = own_terminal.run("jobs", "retry", job, "--json")
    assert (first.code, first.json["error"]["kind"]) == (42, "VerificationFailed")
    assert own_terminal.run("jobs", "retry", job, "--json").json["frames"] == 132
    whole(sorted((out / "bigbuckbunny_hdr_v001").glob("*.exr"))[:6])


def test_a_resumed_job_equals_one_that_was_never_stopped(own_terminal, tmp_path):
    out = tmp_path / "out"
    process = lift_until(own_terminal, out)
    os.kill(own_terminal.worker(), signal.SIGKILL)
    output, _ = process.communicate(timeout=180)
    own_terminal.run("jobs", "retry", json.loads(output.splitlines()[-1])["job"])
    straight = own_terminal.lift(SAMPLE, "--out", tmp_path / "straight")
    for number in (0, 9, 10, 64, 131):
        pictures = []
        for folder in (out, tmp_path / "straight"):
            path = folder / "bigbuckbunny_hdr_v001" / (straight["pattern"] % number)
            with OpenEXR.File(str(path)) as frame:
                pictures.append(frame.channels()["RGB"].pixels.tobytes())
        assert pictures[0] == pictures[1], number


def test_two_commands_at_once_both_finish(own_terminal, tmp_path):
    both = [own_terminal.start("lift", SAMPLE, "--out", tmp_path, "--range", "0-24", "--json") for _ in range(2)]
    results = []
    for process in both:
        output, errors = process.communicate(timeout=180)
        assert process.returncode == 0, errors
        results.append(json.loads(output.splitlines()[-1]))
    assert {r["directory"] for r in results} == {str(tmp_path / f"bigbuckbunny_hdr_v00{n}") for n in (1, 2)}


def test_a_stale_run_file_is_no_obstacle(own_terminal):
    own_terminal.home.mkdir(parents=True)
    stale = {"port": 9, "pid": 999999, "token": "x", "instance": "gone", "version": "0.0.1"}
    (own_terminal.home / "bridge.json").write_text(json.dumps(stale))
    assert own_terminal.run("jobs", "list", "--json").json == []
    assert own_terminal.run_file["pid"] != 999999


def test_a_second_service_says_who_is_first(own_terminal):
    own_terminal.run("jobs", "list")
    outcome = own_terminal.run("serve")
    assert outcome.code == 51
    assert str(own_terminal.run_file["pid"]) in outcome.err


@pytest.mark.parametrize("command", ["show", "cancel", "retry", "forget"])
def test_an_unknown_job_is_named(terminal, command):
    outcome = terminal.run("jobs", command, "zzzzzz", "--json")
    assert (outcome.code, outcome.json["error"]["kind"]) == (60, "JobUnknown")


def test_forgetting_leaves_the_result(terminal, tmp_path):
    result = terminal.lift(SAMPLE, "--out", tmp_path, "--range", "0-2")
    assert terminal.run("jobs", "cancel", result["job"]).code == 61
    assert terminal.run("jobs", "forget", result["job"]).code == 0
    assert terminal.run("jobs", "show", result["job"]).code == 60
    assert len(list((tmp_path / "bigbuckbunny_hdr_v001").glob("*.exr"))) == 2
