"""Settings, keys and “never upload” of a real bridge."""

from __future__ import annotations

import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from bridge.client import Bridge, calls
from bridge.domain.errors import KeyringUnavailable, RequestError, UploadForbidden
from bridge.domain.job import Failed, Queued
from bridge.domain.settings import DEFAULT_ENDPOINTS, BridgeSettings, Endpoint, NewKey
from bridge.jobs.settings import Settings
from tests.fakes.backend import fake_request
from tests.fakes.service import launching, until

KEY = "11111111-2222-3333-4444-555555555555:0123456789abcdef0123456789abcdef"
BOX = Endpoint(name="box", title="Box", kind="superwhite", url="http://gpu-box:7878")


@pytest.fixture
def environment():
    """Variables that the bridge is started with; the tests' own are put back."""
    before = dict(os.environ)
    yield os.environ
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def bridge_with(tmp_path, environment):
    bridges = []

    def start(**variables):
        environment.update(
            {
                "PYTHON_KEYRING_BACKEND": "tests.fakes.ring.FileRing",
                "RING_FILE": str(tmp_path / "ring.json"),
                **variables,
            }
        )
        launch = stack.enter_context(launching(tmp_path / "home"))
        bridges.append((launch(), Bridge.attach_or_start(home=tmp_path / "home", start=False)))
        return bridges[-1][1]

    from contextlib import ExitStack

    with ExitStack() as stack:
        yield start
        for _, bridge in bridges:
            bridge.close()


@pytest.fixture
def service_home(bridge_with, tmp_path):
    return bridge_with(), tmp_path / "home"


def test_settings_are_kept_and_read_again(bridge_with, tmp_path):
    bridge = bridge_with()
    assert bridge.do(calls.settings()) == BridgeSettings()
    new = BridgeSettings(proxy="http://proxy:3128", endpoints=(*DEFAULT_ENDPOINTS, BOX))
    assert bridge.do(calls.change_settings(new)) == new
    bridge.shutdown()
    until(lambda: not (tmp_path / "home" / "bridge.json").exists())
    assert bridge_with().do(calls.settings()) == new


def test_settings_that_are_damaged_are_set_aside(bridge_with, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.json").write_text('{"never_upload": tr')
    assert bridge_with().do(calls.settings()) == BridgeSettings(never_upload=True)
    assert (tmp_path / "home" / "settings.damaged.json").read_text() == '{"never_upload": tr'


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("ftp://host", "not a web address"),
        ("http://", "not a web address"),
        ("https://user:pw@host", "user name"),
        ("https://user:pw@host:99999", "user name"),
        ("https://host/?key=1", "parts"),
        ("https://ho st", "parts"),
        ("https://host:99999", "not a web address"),
        ("http://queue.fal.run", "not encrypted"),
        ("http://8.8.8.8", "not encrypted"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_and_nothing_changes(bridge_with, url, word):
    bridge = bridge_with()
    bad = BridgeSettings(endpoints=(Endpoint(name="x", title="X", kind="superwhite", url=url),))
    with pytest.raises(RequestError, match=rf"endpoints\.0\.url .*{word}") as refusal:
        bridge.do(calls.change_settings(bad))
    assert "pw" not in refusal.value.sentence + refusal.value.detail
    assert bridge.do(calls.settings()) == BridgeSettings()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://gpu-box:7878", "http://10.0.0.7", "http://box.local"])
def test_an_address_in_this_network_need_not_be_encrypted(bridge_with, url):
    new = BridgeSettings(endpoints=(Endpoint(name="x", title="X", kind="superwhite", url=url),))
    assert bridge_with().do(calls.change_settings(new)) == new


def test_two_endpoints_cannot_have_one_name_nor_a_proxy_a_path(bridge_with):
    bridge = bridge_with()
    for bad in (
        BridgeSettings(endpoints=(BOX, BOX)),
        BridgeSettings(endpoints=[BOX.model_copy(update={"name": name}) for name in ("a-b", "a_b")]),
        BridgeSettings(proxy="http://proxy:3128/path"),
        BridgeSettings(proxy="http://proxy"),
        BridgeSettings(proxy="http://user:pw@proxy:3128"),
        BridgeSettings(endpoints=tuple(BOX.model_copy(update={"name": f"b{n}"}) for n in range(17))),
    ):
        with pytest.raises(RequestError):
            bridge.do(calls.change_settings(bad))


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"[]",
        b"",
        b'{"never_upload": true, "later": 1}',
        b'{"never_upload": false, "proxy": "http://user:pw@proxy:1"}',
        b'{"endpoints": [{"name": "x", "title": "X", "kind": "fal", "url": "http://8.8.8.8"}]}',
    ],
)
def test_a_file_that_cannot_be_used_allows_nothing(tmp_path, content, caplog):
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert Settings(path).current == BridgeSettings(never_upload=True)
    assert (tmp_path / "settings.damaged.json").read_bytes() == content
    assert "settings" in caplog.text
    assert "pw" not in caplog.text
    assert Settings(path).current == BridgeSettings()


def test_never_upload_holds_for_what_is_submitted_retried_and_waiting(bridge_with, tmp_path):
    bridge = bridge_with()
    gate = tmp_path / "gate"
    under_way = bridge.submit(fake_request(tmp_path, backend="far", gate=str(gate)))
    waiting = bridge.submit(fake_request(tmp_path, backend="far"))
    until(lambda: not isinstance(bridge.job(under_way.id).state, Queued))
    bridge.do(calls.change_settings(BridgeSettings(never_upload=True)))
    with pytest.raises(UploadForbidden):
        bridge.submit(fake_request(tmp_path, backend="far"))
    bridge.cancel(under_way.id)
    until(lambda: isinstance(bridge.job(waiting.id).state, Failed))
    assert bridge.job(waiting.id).state.error.kind == "UploadForbidden"
    with pytest.raises(UploadForbidden):
        bridge.retry(under_way.id)
    list(bridge.follow(bridge.submit(fake_request(tmp_path, backend="fake")).id))
    states = {state.backend: state.state for state in bridge.do(calls.backends())}
    assert states == {"fake": "ready", "wide": "ready", "far": "forbidden"}
    bridge.do(calls.change_settings(BridgeSettings()))
    assert not isinstance(bridge.retry(waiting.id).state, Failed)


def test_a_key_is_kept_and_never_told(bridge_with, tmp_path):
    bridge = bridge_with()
    assert [state.kept_in for state in bridge.do(calls.keys())] == ["nowhere", "nowhere"]
    state = bridge.do(calls.keep_key("fal", KEY))
    assert (state.kept_in, state.hint, state.variable) == ("keyring", "cdef", "FAL_KEY")
    assert KEY in (tmp_path / "ring.json").read_text()
    everything = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert KEY.encode() not in everything
    assert bridge.do(calls.drop_key("fal")).kept_in == "nowhere"
    assert bridge.do(calls.drop_key("fal")).kept_in == "nowhere"


def test_a_short_key_gives_nothing_away_and_the_environment_wins(bridge_with):
    bridge = bridge_with(OXEN_API_KEY="from-the-environment")
    assert bridge.do(calls.keep_key("fal", "12345678")).hint == ""
    oxen = next(state for state in bridge.do(calls.keys()) if state.endpoint == "oxen")
    assert (oxen.kept_in, oxen.hint) == ("environment", "ment")


@pytest.mark.parametrize("key", ["s3cret!", "s3cret!" * 400, ["s3cret!"], "s3cret! with blanks", "s3cret!\r\nX: y"])
def test_what_is_no_key_is_refused_without_a_word_of_it(service_home, key):
    bridge, home = service_home
    run_file = bridge.run_file
    answer = httpx.put(f"{run_file.url}/v1/keys/fal", json={"key": key}, headers=run_file.headers, trust_env=False)
    assert answer.status_code == 422
    assert "s3cret" not in answer.text
    assert b"s3cret" not in b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert "s3cret" not in repr(NewKey(key="s3cret!!"))


def test_a_key_is_tried_at_the_address_of_its_endpoint_and_nowhere_else(bridge_with):
    asked = []

    class Stranger(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.headers.get("Authorization"))
            self.send_response(401)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        bridge = bridge_with(FAL_KEY=KEY)
        url = f"http://127.0.0.1:{server.server_port}"
        for name in ("fal", "unsaved"):
            report = bridge.do(calls.test_endpoint(Endpoint(name=name, title="X", kind="fal", url=url)))
            assert [hop.name for hop in report.hops] == ["address", "name", "connection", "answer"]
        assert set(asked) == {None}
        mine = Endpoint(name="fal", title="X", kind="fal", url=f"{url}/")
        bridge.do(calls.change_settings(BridgeSettings(endpoints=(mine,))))
        report = bridge.do(calls.test_endpoint(Endpoint(name="fal", title="X", kind="fal", url=url)))
        assert report.hops[-1].name == "key"
        assert asked[-1] == f"Key {KEY}"
        server.shutdown()


@pytest.mark.parametrize("trap", ["locked", "broken"])
def test_a_keyring_that_cannot_be_used_is_an_error_of_one_sentence(bridge_with, trap):
    bridge = bridge_with(RING_TRAP=trap)
    with pytest.raises(KeyringUnavailable) as error:
        bridge.do(calls.keep_key("fal", KEY))
    assert "0123456789abcdef" not in error.value.sentence + error.value.detail
    assert [state.kept_in for state in bridge.do(calls.keys())] == ["nowhere", "nowhere"]


def test_the_panels_marks_on_jobs(bridge_with, tmp_path):
    from bridge.domain.errors import JobStateConflict
    from bridge.domain.job import Imported, PlacementRecord, Ready

    bridge = bridge_with()
    job = bridge.submit(fake_request(tmp_path / "out"))
    list(bridge.follow(job.id))
    assert bridge.do(calls.star(job.id, True)).starred
    assert bridge.job(job.id).starred
    assert not bridge.do(calls.star(job.id, False)).starred
    assert bridge.do(calls.star(job.id, True)).state == bridge.job(job.id).state
    placement = PlacementRecord(host="h", project="p", placement="1")
    moved = bridge.do(calls.imported(job.id, placement))
    assert isinstance(moved.state, Imported)
    assert moved.state.placement == placement
    assert isinstance(bridge.do(calls.reverted(job.id)).state, Ready)
    with pytest.raises(JobStateConflict):
        bridge.do(calls.reverted(job.id))
    assert [event.state.state for event in bridge.follow(job.id)][-3:] == ["ready", "imported", "ready"]
    done = bridge.job(job.id)
    assert done.started <= done.ended <= done.updated


def test_all_jobs_are_cancelled_or_those_that_wait(bridge_with, tmp_path):
    bridge = bridge_with()
    gate = tmp_path / "gate"
    first, *rest = (bridge.submit(fake_request(tmp_path, gate=str(gate))) for _ in range(4))
    until(lambda: bridge.job(first.id).state.state == "preparing")
    stopped = bridge.do(calls.cancel_all(waiting_only=True))
    assert {job.id for job in stopped} == {job.id for job in rest}
    assert {job.state.state for job in stopped} == {"cancelled"}
    assert bridge.job(first.id).state.state == "preparing"
    gate.touch()
    list(bridge.follow(first.id))
    assert bridge.job(first.id).state.state == "ready"
    gate.unlink()
    for _ in range(3):
        bridge.submit(fake_request(tmp_path, gate=str(gate)))
    assert {job.state.state for job in bridge.do(calls.cancel_all())} == {"cancelled"}
    assert bridge.do(calls.cancel_all()) == ()
