"""The other commands, as a user types them."""

from __future__ import annotations

import json
import os
import signal
import urllib.request

from tests.acceptance.terminal import SAMPLE, wait_for


def test_doctor_finds_this_machine_fit(terminal):
    outcome = terminal.run("doctor", "--json")
    assert outcome.code == 0, outcome.out
    found = {finding["name"]: finding for finding in outcome.json}
    assert {"Python", "av", "OpenEXR", "Encoders", "State folder", "Disk", "Bridge"} <= set(found)
    assert all(finding["remedy"] for finding in outcome.json if finding["verdict"] != "ok")
    assert str(terminal.home) in found["State folder"]["found"]
    assert "OpenEXR" in terminal.run("doctor").out


def test_jobs_are_listed_and_shown(terminal, tmp_path):
    result = terminal.lift(SAMPLE, "--out", tmp_path, "--range", "3-5")
    listed = terminal.run("jobs", "list", "--json").json
    assert listed[0]["id"] == result["job"]
    assert listed[0]["state"]["state"] == "ready"
    table = terminal.run("jobs", "list").out
    assert result["job"] in table
    assert "bigbuckbunny.mp4" in table
    shown = terminal.run("jobs", "show", result["job"][:9]).out
    assert str(tmp_path / "bigbuckbunny_hdr_v001") in shown


def test_serve_says_where_it_listens_and_leaves_on_ctrl_c(own_terminal):
    process = own_terminal.start("serve", "--json")
    answer = json.loads(process.stdout.readline())
    with urllib.request.urlopen(answer["address"] + "/v1/health") as health:
        assert json.load(health)["pid"] == answer["pid"]
    with urllib.request.urlopen(answer["address"] + "/docs") as page:
        assert b"Superwhite bridge" in page.read()
    os.kill(answer["pid"], signal.SIGINT)
    assert process.wait(timeout=180) == 0
    assert not (own_terminal.home / "bridge.json").exists()


def test_a_lift_is_followed_by_the_bridge_that_serve_started(own_terminal, tmp_path):
    process = own_terminal.start("serve", "--json")
    pid = json.loads(process.stdout.readline())["pid"]
    own_terminal.lift(SAMPLE, "--out", tmp_path / "out", "--range", "0-2")
    assert own_terminal.run_file["pid"] == pid
    os.kill(pid, signal.SIGTERM)
    process.communicate(timeout=180)


def test_the_bench_measures_every_stage_and_says_which_bars_are_met(terminal, tmp_path):
    outcome = terminal.run("bench", "--frames", "16", "--size", "320x180", "--scratch", tmp_path, "--json")
    # So short a clip is mostly start-up: whether its bars are met means nothing.
    assert outcome.code in (0, 1), outcome.err
    report = outcome.json
    assert [stage["name"] for stage in report["stages"]] == [
        "decode",
        "fit to the clip",
        "lift",
        "EXR write",
        "measure, view",
        "review encode",
        "check",
    ]
    assert all(stage["cpu_ms_per_frame"] > 0 for stage in report["stages"])
    assert report["frames"] == 16
    assert report["peak_memory"] > 50e6
    assert report["health_p99_ms"] > 0
    expected = sum(s["cpu_ms_per_frame"] * s["share"] for s in report["stages"]) * 16 / report["cores"] / 1e3
    assert abs(report["limit_seconds"] - expected) < 1e-6
    assert {bar["name"] for bar in report["bars"]} == {
        "whole over its lower limit",
        "memory of all processes",
        "health answered, p99",
    }
    assert list(tmp_path.iterdir()) == []


def test_a_killed_command_leaves_its_job_running(own_terminal, tmp_path):
    out = tmp_path / "out"
    process = own_terminal.start("lift", SAMPLE, "--out", out)
    wait_for(lambda: list(out.glob(".*.partial/*.exr")))
    process.kill()
    process.communicate()
    job = own_terminal.run("jobs", "list", "--json").json[0]["id"]
    wait_for(lambda: own_terminal.run("jobs", "show", job, "--json").json["state"]["state"] == "ready", within=180)
    assert len(list((out / "bigbuckbunny_hdr_v001").glob("*.exr"))) == 132
