"""Fetching from a hub: what is asked, what is fetched again, and what is never believed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.domain.errors import (
    DiskFull,
    EndpointUnreachable,
    HubRefused,
    RequestError,
    SuperwhiteError,
    WeightsDamaged,
    WeightsMismatched,
)
from bridge.engines.ltx.weights import MANIFEST, open_weights, read_manifest
from bridge.weights import folder as places
from bridge.weights.fetching import Progress, fetch
from bridge.weights.folder import PARTS, part_of
from bridge.weights.hub import Hub
from tests.fakes.hub import TOKEN, Fault
from tests.fakes.service import until
from tests.fakes.weights import save_catalogue

VAE = "vae/diffusion_pytorch_model.safetensors"


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def part(wanted, folder) -> Path:
    return part_of(folder, next(each for each in wanted.files if each.path == VAE))


def size(wanted) -> int:
    return next(each.size for each in wanted.files if each.path == VAE)


def test_a_set_comes_whole_and_is_what_it_is_known_as(bring, hub, wanted, folder, tiny):
    told = bring()
    assert names(folder) == {each.path for each in wanted.files} | {MANIFEST}
    for each in wanted.files:
        assert (folder / each.path).read_bytes() == (tiny / each.path).read_bytes()
    found = open_weights(folder)
    assert not found.tiny
    assert {each.revision for each in found.files} == {repo.commit for repo in hub.repos.values()}
    assert {each.path for each in told if each.stage == "fetching" and each.done == each.total} == {
        each.path for each in wanted.files
    }
    asked = len(hub.asked)
    bring()
    assert len(hub.asked) == asked  # what the manifest vouches for is neither asked for nor read again


def test_the_token_goes_to_the_hub_alone_and_xet_is_not_needed(bring, hub):
    bring()
    host = f"127.0.0.1:{hub.port}"
    assert {each.authorization for each in hub.asked if each.host == host} == {f"Bearer {TOKEN}"}
    elsewhere = [each for each in hub.asked if each.host != host]
    assert elsewhere
    assert {each.authorization for each in elsewhere} == {""}
    assert not [each for each in hub.asked if "xet" in each.path or "agent" in each.path]


def test_a_redirect_to_a_stranger_takes_no_token_along(bring, hub):
    hub.fault("vae/config.json", Fault(elsewhere=f"http://localhost:{hub.port}/steal"), Fault())
    with pytest.raises(SuperwhiteError):
        bring()
    assert [each.authorization for each in hub.of("steal")] == [""]


def test_nothing_is_fetched_before_everything_may_be(bring, hub, folder):
    with pytest.raises(HubRefused, match="accepted their terms") as caught:
        bring(token="")
    assert f"{hub.url}/Lightricks/LTX-2.3-22b-IC-LoRA-HDR" in caught.value.remedy
    assert "HF_TOKEN" in caught.value.remedy
    assert not hub.sent
    hub.known.add("hf_of_another")
    with pytest.raises(HubRefused, match="accepted their terms"):
        bring(token="hf_of_another")
    with pytest.raises(HubRefused, match="does not take this token"):
        bring(token="hf_revoked")
    assert not hub.sent


def test_a_connection_that_breaks_is_taken_up_where_it_broke(bring, hub, wanted):
    hub.fault(
        VAE,
        Fault(cut=500_000),
        Fault(cut=500_000),
        Fault(status=503),
        Fault(status=429, headers={"Retry-After": "0"}),
    )
    bring()
    assert [each.range for each in hub.of(VAE) if each.path.startswith("/cdn")] == [
        "", "bytes=500000-", "bytes=1000000-", "bytes=1000000-", "bytes=1000000-",
    ]  # fmt: skip
    assert hub.sent[VAE] == size(wanted)  # not one byte twice


def test_pieces_of_servers_with_other_tags_are_joined(bring, hub, wanted):
    hub.fault(VAE, Fault(cut=500_000, tag='"one"'), Fault(tag='"two"'), Fault(tag='"three"'))
    bring()
    assert hub.sent[VAE] < 2 * size(wanted)


def test_a_server_without_ranges_sends_it_all_again(bring, hub, wanted):
    hub.fault(VAE, Fault(cut=500_000), Fault(no_ranges=True))
    bring()
    assert hub.sent[VAE] == 500_000 + size(wanted)


def test_what_is_wrong_is_fetched_anew_and_never_kept(bring, hub, folder, wanted):
    hub.fault(VAE, Fault(flip=True))
    bring()
    assert hub.sent[VAE] == 2 * size(wanted)


def test_what_stays_wrong_is_refused(bring, hub, folder, wanted):
    hub.fault(VAE, Fault(flip=True), Fault(flip=True), Fault(flip=True))
    with pytest.raises(WeightsDamaged, match="something else than"):
        bring()
    assert not (folder / VAE).exists()
    assert not part(wanted, folder).exists()
    assert not (folder / MANIFEST).exists()
    bring()
    open_weights(folder)


@pytest.mark.parametrize("fault", [Fault(claim=10_000_000), Fault(endless=True), Fault(claim=1000, cut=1000)])
def test_a_size_that_lies_fills_no_drive(bring, hub, folder, wanted, fault):
    hub.fault(VAE, fault, fault, fault)
    with pytest.raises((HubRefused, WeightsDamaged), match="something else than"):
        bring()
    assert names(folder) <= {each.path for each in wanted.files} - {VAE} | {f"{PARTS}/lock"}
    assert not (folder / VAE).exists()


def test_a_small_file_is_checked_as_well(bring, hub, folder):
    hub.repos["diffusers/LTX-2.3-Distilled-Diffusers"].files["vae/config.json"] = b"{}"
    with pytest.raises(HubRefused, match="not the file that this version"):
        bring()
    assert not hub.sent


@pytest.mark.parametrize("entry", [{"lfs": None, "size": 99}, {"blobId": "0" * 40}])
def test_a_listing_of_another_file_is_refused_before_anything_comes(bring, hub, entry):
    hub.repos["diffusers/LTX-2.3-Distilled-Diffusers"].listed[VAE] = entry
    with pytest.raises(HubRefused, match="not the file that this version"):
        bring()
    assert not hub.sent


@pytest.mark.parametrize(
    "name", ["../../escaped", "/etc/escaped", "..\\escaped", "a\0escaped", "x" * 5000, "vae/../escaped"]
)
def test_names_in_a_listing_lead_nowhere(bring, hub, folder, wanted, name):
    """Only what the catalogue names is fetched, under its own name."""
    hub.repos["Lightricks/LTX-2.3"].listed[name] = {"rfilename": name, "size": 1, "blobId": "0" * 40}
    bring()
    assert names(folder.parent) == {f"{folder.name}/{each.path}" for each in wanted.files} | {
        f"{folder.name}/{MANIFEST}"
    }
    assert not [each for each in hub.asked if "escaped" in each.path]


def test_what_is_gone_from_the_hub_is_told(bring, hub, wanted):
    del hub.repos["diffusers/LTX-2.3-Distilled-Diffusers"].files[VAE]
    with pytest.raises(HubRefused, match="any more") as caught:
        bring()
    assert "--from" in caught.value.remedy
    del hub.repos["Lightricks/LTX-2.3"]
    with pytest.raises(HubRefused, match=r"knows no Lightricks/LTX-2\.3|any more"):
        bring()
    pinned = replace(wanted, files=tuple(replace(each, revision="f" * 40) for each in wanted.files))
    with pytest.raises(HubRefused, match="no such file or revision"):
        bring(wanted=pinned)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Log in to this network</html>",
        b"[]",
        b'{"sha": "main"}',
        b'{"sha": 1, "siblings": 3}',
        b'{"sha": "%s", "siblings": [{"size": 1}]}' % (b"a" * 40),
    ],
)
def test_an_answer_of_something_else_is_told(bring, hub, body):
    hub.api_answers(200, body)
    with pytest.raises(EndpointUnreachable, match="not that of a model hub"):
        bring()


def test_an_answer_without_an_end_is_left(bring, hub, monkeypatch):
    monkeypatch.setattr("bridge.weights.hub._LARGEST_ANSWER", 1000)
    with pytest.raises(EndpointUnreachable, match="not that of a model hub"):
        bring()


def test_a_hub_that_is_busy_is_asked_again(bring, hub):
    hub.api_answers(503)
    hub.api_answers(429)
    bring(asking=30.0)


def test_a_hub_that_stays_busy_is_left(bring, hub):
    for _ in range(20):
        hub.api_answers(500)
    with pytest.raises(EndpointUnreachable, match="cannot answer now"):
        bring(asking=0.5)


def test_no_network_is_told(wanted, folder, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(EndpointUnreachable, match="no connection to 127"):
        asyncio.run(fetch(wanted, folder, Hub(patience=0.1), lambda _: None))


def test_a_drop_in_the_middle_that_lasts_is_told_and_kept(bring, hub, folder, wanted):
    hub.fault(VAE, Fault(cut=500_000), *(Fault(status=502) for _ in range(50)))
    with pytest.raises(EndpointUnreachable) as caught:
        bring(patience=0.3)
    assert "goes on where it was" in caught.value.remedy
    assert part(wanted, folder).stat().st_size == 500_000


def test_a_hub_that_refuses_in_the_middle_is_told(bring, hub):
    hub.fault(VAE, Fault(status=403))
    with pytest.raises(HubRefused, match="it refuses vae/"):
        bring()


def test_offline_means_offline(hub):
    """The library reads its environment once: in a process of its own."""
    code = "from bridge.weights.hub import Hub; Hub()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"HF_HUB_OFFLINE": "1"}, capture_output=True, text=True
    )
    assert "HF_HUB_OFFLINE forbids" in done.stderr
    assert not hub.asked


def test_a_hub_s_address_is_encrypted_or_near(monkeypatch):
    for address in ("http://hub.example", "ftp://x", "nonsense", "https://user:pass@hub.example"):
        monkeypatch.setenv("HF_ENDPOINT", address)
        with pytest.raises(RequestError, match="HF_ENDPOINT"):
            Hub()
    monkeypatch.setenv("HF_ENDPOINT", "https://hf-mirror.example/")
    assert Hub().endpoint == "https://hf-mirror.example"


def test_the_proxy_of_the_settings_is_the_way(bring, hub):
    """A name that only the proxy can resolve: nothing else answers there."""
    seen = len(hub.asked)
    with pytest.raises(EndpointUnreachable, match=r"no connection|refuses the way|proxy"):
        asyncio.run(_through("http://127.0.0.1:9"))
    assert len(hub.asked) == seen


async def _through(proxy: str) -> None:
    os.environ["HF_ENDPOINT"] = "http://hub.internal"
    await Hub(proxy=proxy, patience=0.1).listing("a/b", "main")


def test_too_little_space_is_told_before_anything(bring, hub, folder, monkeypatch):
    monkeypatch.setattr(places, "SPARE", 10**18)
    with pytest.raises(DiskFull, match=r"needs 1000000000\.0 GB"):
        bring()
    assert not hub.asked


def test_two_at_once_are_one_and_a_sentence(bring, hub, folder):
    hub.fault(VAE, Fault(speed=2_000_000))
    failures: list[BaseException] = []

    def first() -> None:
        try:
            bring()
        except BaseException as error:  # noqa: BLE001 - looked at below
            failures.append(error)

    thread = threading.Thread(target=first)
    thread.start()
    until(lambda: bool(hub.of(VAE)))
    with pytest.raises(RequestError, match="by another command"):
        bring()
    thread.join()
    assert not failures


def test_what_was_there_already_is_checked_not_fetched(bring, hub, folder, wanted, tiny):
    """As after a power cut: files that are whole, but no manifest."""
    (folder / "vae").mkdir(parents=True)
    (folder / VAE).write_bytes((tiny / VAE).read_bytes())
    wrong = folder / "ltx-2.3-spatial-upscaler-x2-1.1.safetensors"
    wrong.write_bytes(bytes((tiny / wrong.name).stat().st_size))
    bring()
    assert not hub.sent[VAE]
    assert hub.sent[wrong.name]
    open_weights(folder)


def test_a_beginning_of_something_else_is_not_continued(bring, hub, folder, wanted):
    """The file was another one when that was fetched: a part is known by the hash that the whole shall have."""
    first, *others = sorted(wanted.files, key=lambda each: each.path != VAE)
    old = part_of(folder, replace(first, blob="0" * 40))
    old.parent.mkdir(parents=True)
    old.write_bytes(b"x" * 1000)
    bring(wanted=replace(wanted, files=(first, *others)))
    assert hub.sent[VAE] == size(wanted)
    assert not old.parent.exists()


def test_a_part_that_is_longer_than_the_file_is_thrown_away(bring, hub, folder, wanted):
    part(wanted, folder).parent.mkdir(parents=True)
    part(wanted, folder).write_bytes(bytes(size(wanted) + 5))
    bring()
    open_weights(folder)


def test_weights_that_do_not_belong_together_are_refused_at_the_end(bring, hub, folder, wanted):
    dev = tuple(
        replace(each, repo="diffusers/LTX-2.3-Diffusers") if each.path.startswith("transformer/") else each
        for each in wanted.files
    )
    hub.repos["diffusers/LTX-2.3-Diffusers"] = hub.repos["diffusers/LTX-2.3-Distilled-Diffusers"]
    with pytest.raises(WeightsMismatched, match="not the distilled one"):
        bring(wanted=replace(wanted, files=dev))


def test_a_cancel_stops_within_a_piece_and_keeps_it(wanted, folder, hub):
    hub.fault(VAE, Fault(speed=1_000_000))

    async def main() -> None:
        task = asyncio.ensure_future(fetch(wanted, folder, Hub(token=TOKEN), lambda _: None))
        await asyncio.to_thread(until, lambda: hub.sent[VAE] > 200_000)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    kept = part(wanted, folder).stat().st_size
    assert 0 < kept < size(wanted)


def test_a_cancel_ends_the_reading_too(wanted, folder, hub, monkeypatch):
    """It is done on a thread, which the end of the process would wait for."""
    monkeypatch.setattr("bridge.weights.identity._BLOCK", 100_000)
    reading, go_on, told = threading.Event(), threading.Event(), []

    def tell(step: Progress) -> None:
        if (step.path, step.stage) == (VAE, "checking"):
            told.append(step.done)
            reading.set()
            go_on.wait(30)

    async def main() -> None:
        task = asyncio.ensure_future(fetch(wanted, folder, Hub(token=TOKEN), tell))
        await asyncio.to_thread(reading.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()

    asyncio.run(main())  # waits for its threads
    assert told == [100_000]
    assert part(wanted, folder).stat().st_size == size(wanted)


@pytest.mark.parametrize("moment", ["fetching", "checking"])
def test_a_kill_costs_at_most_what_was_not_written(bring, hub, folder, wanted, tmp_path, moment):
    """kill -9, then the same again: bytes that are here are not fetched again."""
    hub.fault(VAE, Fault(speed=1_500_000))
    save_catalogue(wanted, tmp_path / "catalogue.json")
    code = f"""
import asyncio, json, os, signal
from dataclasses import replace
from pathlib import Path
from bridge.weights.catalogue import HDR, WeightFile
from bridge.weights.fetching import Progress, fetch
from bridge.weights.hub import Hub
files = tuple(WeightFile(**each) for each in json.loads(Path({str(tmp_path / "catalogue.json")!r}).read_text()))
def tell(step):
    if step.path == {VAE!r} and step.stage == {moment!r} and step.done > 300_000:
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(fetch(replace(HDR, files=files), Path({str(folder)!r}), Hub(token={TOKEN!r}), tell))
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == -9, done.stderr
    assert not (folder / VAE).exists()
    assert not (folder / MANIFEST).exists()
    kept = part(wanted, folder).stat().st_size
    assert kept >= 300_000
    hub.asked.clear()
    bring()
    again = [each.range for each in hub.of(VAE) if each.path.startswith("/cdn")]
    assert again == ([f"bytes={kept}-"] if kept < size(wanted) else [])
    assert not [each for each in hub.asked if each.method == "GET" and "/audio_vae/" in each.path]
    assert read_manifest(folder).files
    open_weights(folder)


@pytest.fixture
def drive(tmp_path):
    """A drive of its own, with 2 MB."""
    place = tmp_path / "drive"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small drive is mounted, which only root may do")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_drive_that_fills_up_meanwhile_is_told_and_gone_on_with(hub, wanted, drive, monkeypatch):
    """Somebody else takes the space that was there before."""
    monkeypatch.setattr("bridge.weights.fetching.demand_space", lambda *_: None)
    folder = drive / "set"

    def run() -> None:
        asyncio.run(fetch(wanted, folder, Hub(token=TOKEN), lambda _: None))

    with pytest.raises(DiskFull) as caught:
        run()
    assert "goes on where it was" in caught.value.remedy
    assert not (folder / MANIFEST).exists()
    kept = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert kept > 1_000_000
    subprocess.run(["mount", "-o", "remount,size=20m", str(drive)], check=True)
    hub.asked.clear()
    run()
    assert [each.range for each in hub.asked if each.range]
    open_weights(folder)
