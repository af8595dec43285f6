"""`superwhite models` as a user gives it: real processes, a real bridge, a hub on this machine."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.client import Bridge, calls
from bridge.engines.ltx.weights import open_weights
from bridge.weights.folder import part_of
from tests.fakes.hub import TOKEN, Fault
from tests.fakes.service import launching, until
from tests.fakes.weights import copy_set, save_catalogue

SET = "ltx-2.3-hdr"
VAE = "vae/diffusion_pytorch_model.safetensors"
ROOT = Path(__file__).parents[3]


class Terminal:
    """Gives commands in an environment of its own."""

    def __init__(self, home: Path, models: Path, catalogue: Path) -> None:
        self.home, self.models, self._catalogue = home, models, catalogue

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "SUPERWHITE_HOME": str(self.home),
            "FAKE_CATALOGUE": str(self._catalogue),
            "XDG_DATA_HOME": str(self.models.parents[1]),
            "HF_TOKEN": TOKEN,
            "COLUMNS": "120",
        }

    def start(self, *arguments: str, **more) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
        environment = self.environment | pipes.pop("env", {})
        command = [sys.executable, "-m", "tests.fakes.weights", "models", *arguments]
        return subprocess.Popen(command, env=environment, cwd=ROOT, text=True, **pipes)

    def give(self, *arguments: str, **more) -> tuple[int, str, str]:
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err


@pytest.fixture
def terminal(tmp_path, wanted, hub):
    save_catalogue(wanted, tmp_path / "catalogue.json")
    with launching(tmp_path / "home") as launch:
        launch()
        yield Terminal(tmp_path / "home", tmp_path / "superwhite" / "models", tmp_path / "catalogue.json")


@pytest.fixture
def here(terminal) -> Path:
    return terminal.models / SET


def test_a_set_is_fetched_listed_verified_and_removed(terminal, here, hub, wanted):
    code, out, _ = terminal.give("list")
    assert code == 0
    assert "ltx-2.3-union-control" in out
    assert str(terminal.models) in out
    code, out, err = terminal.give("fetch", SET)
    assert (code, out) == (17, "")
    assert "10 million US dollars" in err
    assert "--accept-licence" in err
    assert not here.exists()
    code, out, err = terminal.give("fetch", SET, "--accept-licence")
    assert (code, out) == (0, f"{SET} is whole: {here}\n"), err
    assert f"fetching {VAE}" in err
    open_weights(here)
    asked = len(hub.of(VAE))
    code, out, _ = terminal.give("fetch", SET)  # accepted once; there already
    assert (code, len(hub.of(VAE))) == (0, asked)
    assert "whole" in terminal.give("list")[1]
    assert terminal.give("verify")[0] == 0
    assert terminal.give("verify", SET, "--deep")[1] == f"{SET} is whole: every byte checked.\n"
    content = bytearray((here / VAE).read_bytes())
    content[-1] ^= 1
    (here / VAE).write_bytes(content)
    assert terminal.give("verify")[0] == 0
    code, _, err = terminal.give("verify", "--deep")
    assert code == 45
    assert f"{VAE} is damaged" in err
    assert terminal.give("fetch", SET)[0] == 0
    code, _, err = terminal.give("remove", SET)
    assert code == 0
    assert f"{wanted.size / 1e6:.1f} MB are free again" in err
    assert not here.exists()
    found = json.loads(terminal.give("list", "--json")[1])
    assert found["sets"][0]["licence_accepted"] is True
    assert found["sets"][0]["state"] == "missing"


def test_json_is_all_that_a_script_sees(terminal, here):
    code, out, _ = terminal.give("fetch", SET, "--accept-licence", "--json")
    told = json.loads(out)
    assert (code, told["state"], told["folder"]) == (0, "whole", str(here))
    (here / VAE).unlink()
    code, out, _ = terminal.give("verify", "--json")
    first, last = map(json.loads, out.splitlines())
    assert (code, first[0]["state"], last["error"]["kind"]) == (44, "partial", "WeightsMissing")


def test_the_folder_is_the_user_s_to_choose_and_is_remembered(terminal, tmp_path):
    chosen = tmp_path / "eine andere Platte ü"
    assert terminal.give("fetch", SET, "--folder", str(chosen), "--accept-licence")[0] == 0
    open_weights(chosen / SET)
    with Bridge.attach_or_start(home=terminal.home, start=False) as bridge:
        assert bridge.do(calls.settings()).models_folder == chosen
    assert json.loads(terminal.give("list", "--json")[1])["sets"][0]["state"] == "whole"
    code, _, err = terminal.give("fetch", SET, "--folder", str(tmp_path), env={"SUPERWHITE_MODELS": "/x"})
    assert code == 10
    assert "SUPERWHITE_MODELS" in err


def test_without_a_network_from_a_folder(terminal, here, tiny, wanted, hub, tmp_path):
    copy_set(wanted, tiny, tmp_path / "carried")
    (tmp_path / "carried" / "LICENSE").write_text("The terms.")
    environment = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": "1"}
    code, _, err = terminal.give(
        "fetch", SET, "--from", str(tmp_path / "carried"), "--accept-licence", env=environment
    )
    assert code == 0, err
    open_weights(here)
    assert not hub.asked
    code, _, err = terminal.give("fetch", "ltx-2.3-text", env=environment)
    assert code == 90
    assert "--from FOLDER" in err


def test_the_token_may_lie_in_a_file(terminal, here, tmp_path):
    without = {"HF_TOKEN": ""}
    code, _, err = terminal.give("fetch", SET, "--accept-licence", env=without)
    assert code == 98
    assert "accept its terms" in err
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    assert terminal.give("fetch", SET, "--token-file", str(file), env=without)[0] == 0
    for content in ("", "two words", "ü", "x" * 5000):
        file.write_text(content)
        assert terminal.give("fetch", SET, "--token-file", str(file), env=without)[0] == 10


def test_ctrl_c_keeps_what_is_there_and_says_so(terminal, here, hub, wanted):
    hub.fault(VAE, Fault(speed=300_000))
    process = terminal.start("fetch", SET, "--accept-licence")
    part = part_of(here, next(each for each in wanted.files if each.path == VAE))
    until(lambda: part.is_file() and part.stat().st_size > 100_000)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "the same command goes on" in err
    assert "Traceback" not in err
    kept = part.stat().st_size
    assert terminal.give("fetch", SET)[0] == 0
    assert hub.of(VAE)[-1].range == f"bytes={kept}-"


def test_kill_9_and_again(terminal, here, hub, wanted):
    hub.fault(VAE, Fault(speed=300_000))
    process = terminal.start("fetch", SET, "--accept-licence")
    part = part_of(here, next(each for each in wanted.files if each.path == VAE))
    until(lambda: part.is_file() and part.stat().st_size > 100_000)
    process.kill()
    process.communicate()
    kept = part.stat().st_size
    assert json.loads(terminal.give("list", "--json")[1])["sets"][0]["state"] == "partial"
    assert terminal.give("fetch", SET)[0] == 0
    assert hub.of(VAE)[-1].range == f"bytes={kept}-"
    open_weights(here)


def test_a_text_that_has_changed_is_asked_about_again(terminal, hub):
    assert terminal.give("fetch", SET, "--accept-licence")[0] == 0
    hub.add("Lightricks/LTX-2.3", "LICENSE", b"Other terms.\n")
    code, _, err = terminal.give("fetch", SET)
    assert code == 17
    assert "another than the one that was accepted" in err


def test_a_person_reads_and_says_yes_or_no(terminal, here):
    """At a terminal of its own: the text is shown, and the question asked."""
    for answers, code in (("n\nn\n", 17), ("n\ny\n", 0)):
        inside, outside = pty.openpty()
        process = terminal.start("fetch", SET, stdin=outside, env={"PAGER": "cat", "TERM": "dumb"})
        os.write(inside, answers.encode())
        _, err = process.communicate(timeout=120)
        os.close(inside)
        os.close(outside)
        assert process.returncode == code, err
        assert "Do you accept it?" in err
    open_weights(here)


def test_weights_of_a_job_that_runs_stay(terminal, here, tmp_path):
    from tests.fakes.backend import fake_request

    assert terminal.give("fetch", SET, "--accept-licence")[0] == 0
    with Bridge.attach_or_start(home=terminal.home, start=False) as bridge:
        bridge.submit(fake_request(tmp_path / "out", backend="fake", hang_at=0))
        code, _, err = terminal.give("remove", SET, env={"FAKE_LTX": "fake"})
        assert code == 61
        assert "needs its weights" in err
    assert here.exists()


def test_what_is_not_known_is_told(terminal):
    for command in (("fetch", "x"), ("verify", "x"), ("remove", "x")):
        code, _, err = terminal.give(*command)
        assert (code, "ltx-2.3-hdr, ltx-2.3-text" in err) == (10, True)


def test_nothing_there_is_no_failure(terminal):
    assert terminal.give("verify")[0] == 0
    assert terminal.give("verify", SET)[0] == 44
    code, _, err = terminal.give("remove", SET)
    assert (code, "nothing was removed" in err) == (0, True)
