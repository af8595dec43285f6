"""`superwhite install`, `uninstall` and `doctor`, as a user types them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

import pytest

from bridge.domain.errors import MediaUnreadable
from bridge.domain.host import HostClip, HostFailure, Result
from install.hosts.blender import find_blender
from install.hosts.machine import this_machine
from plugin.terminal.accept import LONGEST, Acceptance
from tests.acceptance.accepted_host import Application
from tests.acceptance.terminal import ROOT, Terminal
from tests.clips import write_numbered


@pytest.fixture
def user(tmp_path):
    """A terminal of a user for whom every host has run once. Its bridge is never started."""
    home = tmp_path / "Zoë O'Hara"
    (home / ".local/share/DaVinciResolve").mkdir(parents=True)
    (home / ".config/blender/4.5").mkdir(parents=True)
    (home / "Nuke16.0v1").mkdir()
    (home / ".nuke").mkdir()
    (home / ".nuke/init.py").write_bytes(b"import nuke\r\nx = 1")
    one = Terminal(tmp_path / "state")
    one.environment |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("BLENDER_USER_SCRIPTS", "BLENDER_USER_RESOURCES", "RESOLVE_SCRIPT_API"):
        one.environment.pop(name, None)
    one.folder = home
    return one


def tree(folder):
    return {path: path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def test_a_host_is_given_superwhite_and_relieved_of_it(user):
    before = tree(user.folder)
    for host in ("nuke", "blender"):
        dry = user.run("install", host, "--dry-run", "--json")
        assert dry.code == 0, dry.err
        assert all(each["purpose"] for each in dry.json["would_write"])
        planned = {each["path"]: each["adds"] for each in dry.json["would_write"]}
        docked = [path for path in planned if ".docked" in path]
        assert len(docked) == (host == "nuke")
        done = user.run("install", host, "--no-dock", "--json")
        assert done.code == 0, done.err
        assert {each["path"] for each in done.json["done"]} == planned.keys() - set(docked)
    after = tree(user.folder)
    assert {path: after[path] for path in before if path.name != "init.py"}.items() <= before.items()
    launcher = (user.folder / ".nuke/superwhite/menu.py").read_text("ascii")
    assert all(ascii(str(place)) in launcher for place in (ROOT, sys.executable, user.home))
    again = user.run("install", "nuke", "--no-dock")
    assert again.out.count("as it was") == 2
    assert tree(user.folder) == after
    dry = user.run("uninstall", "nuke", "--dry-run")
    assert (dry.code, dry.out.count(": removed"), dry.out.count(": line taken out")) == (0, 1, 1)
    assert tree(user.folder) == after
    for host in ("nuke", "blender"):
        assert user.run("uninstall", host).code == 0
    assert tree(user.folder) == before
    assert "is not in Nuke" in user.run("uninstall", "nuke").err


def test_what_stands_in_the_way_is_one_sentence_and_an_exit_code(user):
    (user.folder / ".nuke/superwhite").mkdir()
    (user.folder / ".nuke/superwhite/menu.py").write_text("mine = 1")
    refused = user.run("install", "nuke", "--no-dock", "--json")
    assert (refused.code, refused.json["error"]["kind"]) == (81, "HostRefused")
    assert "Traceback" not in refused.err
    edited = user.folder / ".local/share/DaVinciResolve/Fusion/Scripts/Utility/Superwhite.py"
    assert user.run("install", "resolve").code == 0
    edited.write_bytes(edited.read_bytes() + b"# mine\n")
    assert "edited by hand" in user.run("uninstall", "resolve").out
    assert edited.exists()


def test_a_host_that_is_not_there_is_said(user, tmp_path):
    if any(host.program for host in find_blender(this_machine())):
        pytest.skip("there is a Blender on this machine")
    user.environment["HOME"] = str(tmp_path / "nobody")
    (tmp_path / "nobody").mkdir()
    user.environment["XDG_CONFIG_HOME"] = str(tmp_path / "nobody")
    done = user.run("install", "blender", "--json")
    assert (done.code, done.json["error"]["kind"]) == (80, "HostUnsupported")
    assert "Blender 4.2 or later was not found" in done.err
    assert user.run("install", "photoshop").code == 2


def test_the_doctor_tells_of_hosts_and_surroundings(user):
    assert user.run("install", "blender").code == 0
    user.environment |= {"RESOLVE_SCRIPT_API": "/nothing/here", "HTTPS_PROXY": "http://me:secret@proxy:3128"}
    (user.folder / ".local/share/DaVinciResolve/logs").mkdir()
    (user.folder / ".local/share/DaVinciResolve/logs/ResolveDebug.txt").write_bytes(b"[red]junk[/x] \xff\x00" * 1000)
    outcome = user.run("doctor", "--json")
    assert outcome.code == 0, outcome.out
    found = {finding["name"]: finding for finding in outcome.json}
    assert found["Blender 4.5: launcher"]["found"] == "installed"
    assert found["Nuke 16.0v1: launcher"]["found"] == "not installed"
    assert "/nothing/here" in found["Environment"]["found"]
    assert "secret" not in outcome.out
    assert {"GPU", "Proxy", "TLS", "Media folder", "Keyring", "DaVinci Resolve: external scripting"} <= found.keys()
    assert all(finding["remedy"] for finding in outcome.json if finding["verdict"] != "ok")
    assert "Nuke 16.0v1" in user.run("doctor").out


def clip_of(movie, **more):
    media = str(movie) if movie else None
    return HostClip(
        "A001", "A001.mp4", media, rate="25", record_start=100, record_end=104, source_rate="25",
        source_start=5, source_end=9, **more,
    )  # fmt: skip


@pytest.fixture
def application(own_terminal):
    """`application(clip, mood)` opens one; it ends with the test."""
    opened = []

    def open_with(clip, mood=""):
        own_terminal.home.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "tests.acceptance.accepted_host", str(own_terminal.home)]
        process = subprocess.Popen(
            [*command, json.dumps(asdict(clip)), mood],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        opened.append(process)
        assert process.stdout.readline() == "open\n"
        return process

    yield open_with
    for process in opened:
        process.kill()
        process.communicate()


def test_the_acceptance_runs_in_a_host_that_keeps_its_promises(application, own_terminal, tmp_path):
    movie = write_numbered(tmp_path / "Ünï 片.mp4", 20, rate=Fraction(25))
    host = application(clip_of(movie))
    done = own_terminal.run("doctor", "--accept", "blender", "--yes", "--out", tmp_path / "out", "--json")
    assert done.code == 0, done.out + done.err
    report = done.json
    assert report["passed"]
    assert (report["host"], report["title"]) == ("blender", "Blender")
    assert [step["step"] for step in report["steps"] if step["state"] != "passed"] == []
    assert len(report["steps"]) == 11
    assert len(list((tmp_path / "out").rglob("*.exr"))) == 4
    out, _ = host.communicate(timeout=20)
    assert json.loads(out) == {"placed": {}, "enabled": True}


def test_the_acceptance_asks_first_and_changes_nothing_without_consent(application, own_terminal, tmp_path):
    movie = write_numbered(tmp_path / "a.mp4", 20, rate=Fraction(25))
    host = application(clip_of(movie))
    for answer in ("n\n", ""):
        process = subprocess.run(
            [sys.executable, "-m", "plugin.terminal", "doctor", "--accept", "blender"],
            input=answer,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=own_terminal.environment,
            timeout=60,
            check=False,
        )
        assert process.returncode != 0
        assert "project to throw away" in process.stderr
    out, _ = host.communicate(timeout=20)
    assert json.loads(out) == {"placed": {}, "enabled": True}


def test_without_the_host_the_acceptance_says_so(own_terminal):
    own_terminal.home.mkdir()
    done = own_terminal.run("doctor", "--accept", "nuke", "--yes")
    assert done.code == 1
    assert "cannot be reached" in done.out


def accepted(mood="", clip=None, lift=None, confirmed=True):
    host = Application(clip or clip_of("/media/a.mp4"), mood)

    def made(facts, clip):
        return Result("job", clip.id, "/out", "a.%08d.exr", 5, 8, "25", 0, 0, 64, 48, "lin_rec709", 203)

    acceptance = Acceptance(host, lift or made, lambda facts: confirmed, lambda: None)
    acceptance.run()
    return host, acceptance


def failed(acceptance):
    return [step.step for step in acceptance.steps if step.state == "failed"]


@pytest.mark.parametrize(
    ("mood", "step"),
    [
        ("no project", "what is open"),
        ("offers nothing", "what is open"),
        ("nothing selected", "selection"),
        ("restless", "selection"),
        ("any project", "another project is refused"),
        ("place fails", "place"),
        ("forgets the source", "source disabled"),
        ("places twice", "place again changes nothing"),
        ("skips nothing", "skip where a result lies"),
        ("reverts nothing", "source enabled"),
        ("lost at the end", "revert again does no harm"),
    ],
)
def test_every_broken_promise_is_found(mood, step):
    host, acceptance = accepted(mood)
    assert step in failed(acceptance)
    assert not acceptance.passed
    assert all(each.sentence for each in acceptance.steps)
    if mood != "reverts nothing":
        assert host.placed == {}


def test_a_host_that_keeps_its_promises_passes():
    host, acceptance = accepted()
    assert acceptance.passed, acceptance.steps
    assert host.placed == {}
    assert host.clips[0].enabled


@pytest.mark.parametrize(
    "clip",
    [
        clip_of(None),
        clip_of("/a.mp4", liftable=False, reason="The clip is retimed."),
        clip_of("/a.mp4", enabled=False),
        HostClip("A", "A", "/a.mp4", rate="25", record_start=0, record_end=LONGEST + 1, source_rate="25"),
        HostClip("A", "A", "/a.mp4", rate="25"),
    ],
)
def test_a_clip_that_does_not_do_is_said_before_anything_is_made(clip):
    host, acceptance = accepted(clip=clip)
    assert failed(acceptance) == ["selection"]
    assert host.orders == []


def test_a_lift_that_fails_places_nothing():
    def fails(facts, clip):
        raise MediaUnreadable("It is damaged.")

    host, acceptance = accepted(lift=fails)
    assert failed(acceptance) == ["lift"]
    assert "damaged" in acceptance.steps[-1].sentence
    assert host.placed == {}


def test_a_clip_on_no_timeline_is_not_looked_at_for_what_it_cannot_show():
    clip = HostClip("Read1", "Read1", "/a.mp4", on_timeline=False)
    _, acceptance = accepted(clip=clip)
    assert acceptance.passed, acceptance.steps
    assert [step.step for step in acceptance.steps if step.state == "left out"] == [
        "source disabled",
        "source enabled",
    ]


def test_an_unexpected_failure_of_the_host_is_a_failed_step():
    class Broken(Application):
        def place(self, order):
            raise HostFailure("Blender has been closed.", kind="lost")

    host = Broken(clip_of(Path("/a.mp4")))
    acceptance = Acceptance(host, lambda f, c: accepted()[1]._result, lambda facts: True, lambda: None)
    acceptance.run()
    assert failed(acceptance) == ["another project is refused", "place"]
