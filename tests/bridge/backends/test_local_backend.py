"""How it stands with the local backend, and what becomes of its jobs, with a driver's tool and a worker that are told
what to answer.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.backends.base import JobTask, Requeued, Resident
from bridge.backends.local.backend import LtxBackend
from bridge.domain.errors import EngineLost, GpuLost, RequestError, SuperwhiteError, WeightsMismatched
from bridge.domain.job import Reservation
from bridge.domain.settings import BridgeSettings
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from bridge.engines.environments import made_from
from bridge.engines.ltx.weights import MANIFEST
from bridge.weights.catalogue import HDR
from bridge.weights.licence import accept
from tests.fakes.local_worker import fake_python
from tests.fakes.nvidia_smi import NvidiaSmi

ROOT = Path(__file__).resolve().parents[3]
H100 = "0, GPU-1, NVIDIA H100, 81559, 81000, 580.65, 9.0, Disabled"
SECOND = "1, GPU-2, NVIDIA H100, 81559, 81000, 580.65, 9.0, Disabled"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights") / "ltx-2.3-hdr"
    subprocess.run([sys.executable, "-m", "bridge.engines.ltx.tiny", folder], check=True, cwd=ROOT, timeout=300)
    return folder


@pytest.fixture(scope="module")
def real(tiny, tmp_path_factory):
    """What claims to be a model."""
    folder = shutil.copytree(tiny, tmp_path_factory.mktemp("real") / "ltx-2.3-hdr")
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | {"tiny": False}))
    return folder


@pytest.fixture
def driver(tmp_path, monkeypatch):
    smi = NvidiaSmi(tmp_path / "driver")
    smi.cards(H100, SECOND)
    monkeypatch.setenv("PATH", str(smi.folder), prepend=":")
    return smi


@pytest.fixture
def machine(tmp_path, monkeypatch, driver, tiny):
    """Everything is there: two cards, an engine, weights."""
    engines = tmp_path / "engines"
    (engines / "ltx" / "one" / "bin").mkdir(parents=True)
    fake_python(engines / "ltx" / "one" / "bin" / "python")
    pointer = {"folder": "one", "torch": "2.13.0+cu130", "flavour": "cu130", "python": "3.11.7"}
    (engines / "ltx" / "current.json").write_text(json.dumps(pointer | {"made_from": made_from("ltx")}))
    monkeypatch.setenv("SUPERWHITE_ENGINES", str(engines))
    monkeypatch.setenv("SUPERWHITE_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("SUPERWHITE_LTX_WEIGHTS", str(tiny))
    return tmp_path


class Book:
    def __init__(self) -> None:
        self.text = None

    async def read(self):
        return self.text

    async def write(self, text):
        self.text = text


def task(folder, name="job", ledger=None, **does):
    staging = folder / name
    staging.mkdir(exist_ok=True)
    request = LiftRequest(
        backend="ltx", source=SourceSpec(path=folder / "c.mp4"), output=OutputSpec(folder=folder)
    ).model_copy(update={"parameters": does})
    reservation = Reservation(name=name, staging=staging, final=folder / f"{name}_v001")
    return JobTask(name, request, reservation, 1, folder / f"{name}.log", ledger or Book())


def with_backend(folder, work, **how):
    async def all_of_it():
        backend = LtxBackend(**how)
        await backend.open(folder, BridgeSettings)
        try:
            return await asyncio.wait_for(work(backend), 120)
        finally:
            await backend.close()

    return asyncio.run(all_of_it())


def state(folder):
    async def look(backend):
        found = await backend.state()
        lift = next(each for each in backend.capabilities() if each.workflow == "hdr_lift")
        assert bool(lift.unknown) == (found.state == "not_ready")
        return found

    return with_backend(folder, look)


def test_with_everything_there_it_is_ready_with_a_place_for_each_card(machine):
    async def look(backend):
        assert isinstance(backend, Resident)
        found = await backend.state()
        assert (found.state, found.sentence) == ("ready", "")
        assert backend.slots == 2
        assert [hop.name for hop in (await backend.test()).hops] == ["card", "engine", "weights", "worker"]
        assert (await backend.test()).passed

    with_backend(machine, look)


@pytest.mark.parametrize(
    ("mend", "words"),
    [
        ("no driver", "driver"),
        ("driver too old", "driver"),
        ("no engine", "superwhite engines install ltx"),
        ("no weights", "superwhite models fetch ltx-2.3-hdr"),
        ("cut short", "fetches again what is damaged"),
        ("licence", "licence"),
        ("card too small", "memory"),
    ],
)
def test_what_is_missing_is_said_with_what_to_do(machine, driver, monkeypatch, real, tmp_path, mend, words):
    monkeypatch.setenv("SUPERWHITE_LTX_WEIGHTS", str(real))
    match mend:
        case "no driver":
            driver.answer(
                "query-gpu", "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", status=9
            )
        case "driver too old":
            driver.cards(H100.replace("580.65", "470.10"))
        case "no engine":
            # Development has torch in its own Python, which does as an engine too.
            (machine / "engines" / "ltx" / "current.json").unlink()
            monkeypatch.setattr(sys, "meta_path", [_Hidden("diffusers"), *sys.meta_path])
            monkeypatch.delitem(sys.modules, "diffusers", raising=False)
        case "no weights":
            monkeypatch.setenv("SUPERWHITE_LTX_WEIGHTS", str(tmp_path / "nothing"))
        case "cut short":
            damaged = shutil.copytree(real, tmp_path / "damaged")
            largest = max(damaged.rglob("*.safetensors"), key=lambda path: path.stat().st_size)
            with largest.open("rb+") as file:
                file.truncate(largest.stat().st_size // 2)
            monkeypatch.setenv("SUPERWHITE_LTX_WEIGHTS", str(damaged))
        case "card too small":
            driver.cards("0, GPU-1, NVIDIA GeForce GT 1030, 2048, 2000, 580.65, 6.1, Disabled")
    found = state(machine)
    assert found.state == "not_ready"
    assert words in found.sentence.lower() or words in found.sentence, found.sentence

    async def run(backend):
        with pytest.raises(SuperwhiteError) as error:
            await backend.run(task(machine), _nobody)
        assert error.value.sentence in found.sentence
        hops = (await backend.test()).hops
        assert not hops[-1].passed

    with_backend(machine, run)


class _Hidden:
    """Lets nobody find a package."""

    def __init__(self, name) -> None:
        self.name = name

    def find_spec(self, name, path=None, target=None):
        if name == self.name:
            raise ImportError(name)


async def _nobody(_):
    pass


def test_an_accepted_licence_lets_real_weights_in(machine, real, monkeypatch):
    monkeypatch.setenv("SUPERWHITE_LTX_WEIGHTS", str(real))
    assert state(machine).state == "not_ready"
    accept(machine / "models", HDR.licence, None)
    assert state(machine).state == "ready"


def test_a_card_that_others_use_is_told_and_may_be_tried(machine, driver, real, monkeypatch):
    monkeypatch.setenv("SUPERWHITE_LTX_WEIGHTS", str(real))
    accept(machine / "models", HDR.licence, None)
    driver.cards(H100.replace("81000", "900"))
    driver.answer("query-compute-apps", "GPU-1, 999999, /opt/resolve/bin/resolve, 70000\n")
    found = state(machine)
    assert found.state == "ready"
    assert "resolve" in found.sentence


def test_an_engine_of_another_version_is_told(machine):
    pointer = machine / "engines" / "ltx" / "current.json"
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"made_from": "0" * 64}))
    found = state(machine)
    assert found.state == "ready"
    assert "superwhite engines install ltx" in found.sentence


def test_settings_are_checked_before_there_is_a_job(machine, tmp_path):
    async def check(backend):
        backend.check(task(machine, seed=3).request)
        with pytest.raises(RequestError, match="strength"):
            backend.check(task(machine, strength=1).request)
        lora = tmp_path / "other.safetensors"
        head = json.dumps({"a.lora_A.weight": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
        lora.write_bytes(len(head).to_bytes(8, "little") + head + bytes(4))
        with pytest.raises(WeightsMismatched):
            backend.check(task(machine, loras=[{"path": str(lora)}]).request)
        with pytest.raises(SuperwhiteError):
            backend.check(task(machine).request.model_copy(update={"workflow": "audio_to_video"}))

    with_backend(machine, check)


@pytest.mark.parametrize(("how", "error"), [("die", EngineLost), ("lose_card", GpuLost)])
def test_what_is_lost_goes_back_to_the_queue_once(machine, how, error):
    book = Book()

    async def run(backend):
        job = task(machine, ledger=book)
        # What the worker is to do is no setting of the engine's.
        (job.reservation.staging / "does.json").write_text(json.dumps({how: 3}))
        with pytest.raises(Requeued):
            await backend.run(job, _nobody)
        with pytest.raises(error):
            await backend.run(job, _nobody)
        seed = json.loads(book.text)["seed"]
        # Wanted again by the user, it may be lost once more, and has its seed still.
        await backend.renew(book)
        with pytest.raises(Requeued):
            await backend.run(job, _nobody)
        made = await backend.run(job, _nobody)
        assert made.frames == 1
        assert json.loads(book.text)["seed"] == seed

    with_backend(machine, run)


def test_a_box_loads_its_model_on_every_card_at_the_start(machine):
    async def look(backend):
        for _ in range(2000):
            if len(backend._seats.pids) == 2:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("no worker was started")

    with_backend(machine, look, stays_warm=True)
