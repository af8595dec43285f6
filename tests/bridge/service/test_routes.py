"""The HTTP face of a real bridge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from httpx_sse import connect_sse

from bridge import __version__
from bridge.client import Bridge
from bridge.domain.errors import ErrorReport
from tests.fakes.backend import fake_request
from tests.fakes.service import Service, launching, until

GUARDED = [
    ("GET", "/v1/capabilities"),
    ("GET", "/v1/jobs"),
    ("POST", "/v1/jobs"),
    ("GET", "/v1/jobs/abc"),
    ("DELETE", "/v1/jobs/abc"),
    ("POST", "/v1/jobs/abc/cancel"),
    ("POST", "/v1/jobs/abc/retry"),
    ("POST", "/v1/jobs/abc/star"),
    ("POST", "/v1/jobs/abc/imported"),
    ("POST", "/v1/jobs/abc/reverted"),
    ("POST", "/v1/queue/cancel"),
    ("POST", "/v1/estimates"),
    ("GET", "/v1/settings"),
    ("PUT", "/v1/settings"),
    ("GET", "/v1/keys"),
    ("PUT", "/v1/keys/fal"),
    ("DELETE", "/v1/keys/fal"),
    ("POST", "/v1/endpoints/test"),
    ("GET", "/v1/backends"),
    ("POST", "/v1/backends/embedded/test"),
    ("GET", "/v1/events"),
    ("GET", "/v1/events/last"),
    ("POST", "/v1/view/clip"),
    ("POST", "/v1/view/subject"),
    ("POST", "/v1/view/picture"),
    ("POST", "/v1/view/pixel"),
    ("POST", "/v1/view/scopes"),
    ("POST", "/v1/timelines/read"),
    ("POST", "/v1/timelines/write"),
    ("POST", "/v1/shutdown"),
]


def error_of(response: httpx.Response) -> ErrorReport:
    body = response.json()
    assert list(body) == ["error"]
    return ErrorReport.model_validate(body["error"])


def body(folder: Path, **changes: Any) -> dict[str, Any]:
    return {**fake_request(folder).model_dump(mode="json"), **changes}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One for all tests here: none of them ends it."""
    with launching(tmp_path_factory.mktemp("state")) as launch:
        yield launch()


@pytest.fixture
def http(service: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, headers=service.headers, trust_env=False) as http:
        yield http


def test_health_needs_no_token(service: Service) -> None:
    answer = httpx.get(f"{service.url}/v1/health", trust_env=False)
    assert answer.json() == {
        "status": "ok",
        "version": __version__,
        "instance": service.run_file.instance,
        "pid": service.process.pid,
    }


def test_every_other_route_wants_the_token(service: Service, tmp_path: Path) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic eDp5"},
    ):
        for method, path in GUARDED:
            content = json.dumps(body(tmp_path)) if (method, path) == ("POST", "/v1/jobs") else None
            sent = {**headers, "Content-Type": "application/json"}
            answer = httpx.request(method, service.url + path, headers=sent, content=content, trust_env=False)
            assert answer.status_code == 401, path
            assert error_of(answer).kind == "Unauthorised"
    assert service.process.poll() is None


def test_no_route_was_forgotten_in_the_list_above(http: httpx.Client) -> None:
    paths = http.get("/openapi.json").json()["paths"]
    examples = {"{job}": "abc", "{endpoint}": "fal", "{name}": "embedded"}
    described = set()
    for path, ways in paths.items():
        for name, example in examples.items():
            path = path.replace(name, example)
        described |= {(method.upper(), path) for method in ways}
    assert described - {("GET", "/v1/health"), ("GET", "/v1/endpoints")} == set(GUARDED)


def test_a_token_that_is_not_ascii_is_refused(service: Service) -> None:
    headers = [(b"Authorization", "Bearer \u00fc".encode("latin-1"))]
    answer = httpx.get(f"{service.url}/v1/jobs", headers=headers, trust_env=False)
    assert answer.status_code == 401


def test_the_description_of_the_api_is_open(service: Service) -> None:
    page = httpx.get(f"{service.url}/openapi.json", trust_env=False).json()
    assert "LiftRequest" in page["components"]["schemas"]
    assert httpx.get(f"{service.url}/docs", trust_env=False).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.0.7", ""])
def test_a_name_that_is_not_loopback_is_refused(http: httpx.Client, host: str) -> None:
    assert http.get("/v1/health", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:1", "[::1]:80"])
def test_the_names_of_loopback_are_taken(http: httpx.Client, host: str) -> None:
    assert http.get("/v1/health", headers={"Host": host}).status_code == 200


def test_pages_of_other_origins_get_no_leave(http: httpx.Client) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = http.options("/v1/jobs", headers=asked)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_the_bridge_listens_on_loopback_only(service: Service) -> None:
    listening = [c for c in psutil.Process(service.process.pid).net_connections("inet") if c.status == "LISTEN"]
    assert [(c.laddr.ip, c.laddr.port) for c in listening] == [("127.0.0.1", service.run_file.port)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source": {"path": "/a.mov", "start": -1}}, "source.start: Input should be greater than or equal to 0"),
        ({"source": {"path": "/a.mov", "start": 9, "end": 3}}, "the range ends at frame 3"),
        ({"source": {"path": "/a.mov", "rate": "fast"}}, "“fast” is not a frame rate"),
        ({"source": {}}, "source.path: Field required"),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"backend": "magic"}, "no backend “magic”"),
        ({"parameters": {"frames": 0}}, "frames"),
        ({"source": {"path": "shot.mov"}}, "source.path is “shot.mov”"),
    ],
)
def test_a_request_that_cannot_be_used_is_told_by_its_field(
    http: httpx.Client, tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    before = http.get("/v1/jobs").json()
    answer = http.post("/v1/jobs", json=body(tmp_path, **change))
    assert answer.status_code == 422
    error = error_of(answer)
    assert words in error.sentence
    assert error.exit_code in (10, 11, 12)
    assert http.get("/v1/jobs").json() == before


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"null", b"[" * 100_000])
def test_a_body_that_is_not_a_request(http: httpx.Client, content: bytes) -> None:
    answer = http.post("/v1/jobs", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert error_of(answer).kind == "RequestError"


def test_a_body_without_end_is_refused(http: httpx.Client, tmp_path: Path) -> None:
    large = body(tmp_path, parameters={"filler": "x" * 1_100_000})
    before = http.get("/v1/jobs").json()
    assert http.post("/v1/jobs", json=large).status_code == 413
    assert http.get("/v1/jobs").json() == before


def test_unknown_jobs_and_routes(http: httpx.Client) -> None:
    for method, path in GUARDED:
        if "abc" in path:
            placement = {"host": "h", "project": "p", "placement": "1"} if path.endswith("imported") else None
            answer = http.request(method, path, params={"starred": True}, json=placement)
            assert answer.status_code == 404
            assert error_of(answer).kind == "JobUnknown"
    assert error_of(http.get("/v1/events", params={"job": "abc"})).kind == "JobUnknown"
    assert error_of(http.get("/v2/jobs")).kind == "RequestError"
    assert http.get("/v1/jobs", params={"limit": 0}).status_code == 422


def test_a_job_is_made_and_conflicts_are_409(http: httpx.Client, bridge: Bridge, tmp_path: Path) -> None:
    answer = http.post("/v1/jobs", json=body(tmp_path / "out"))
    assert answer.status_code == 201
    job = answer.json()["id"]
    list(bridge.follow(job))
    assert http.get(f"/v1/jobs/{job}").json()["state"]["state"] == "ready"
    assert http.post(f"/v1/jobs/{job}/cancel").status_code == 409
    assert http.delete(f"/v1/jobs/{job}").status_code == 204
    assert http.get(f"/v1/jobs/{job}").status_code == 404


def test_the_stream_has_ids_and_is_replayed_from_the_last_one(
    http: httpx.Client, bridge: Bridge, tmp_path: Path
) -> None:
    job = bridge.submit(fake_request(tmp_path)).id
    list(bridge.follow(job))
    with connect_sse(http, "GET", "/v1/events", params={"job": job}) as source:
        events = list(source.iter_sse())
    assert {event.event for event in events} == {"job"}
    assert [json.loads(event.data)["sequence"] for event in events] == [int(event.id) for event in events]
    assert [json.loads(event.data)["state"]["state"] for event in events] == [
        "queued",
        "preparing",
        "running",
        "verifying",
        "ready",
    ]
    for place in ({"headers": {"Last-Event-ID": events[2].id}}, {"params": {"after": events[2].id}}):
        # A stream of all jobs has no end: its connection is of no further use.
        other = httpx.Client(base_url=http.base_url, headers=http.headers, trust_env=False)
        with other, connect_sse(other, "GET", "/v1/events", **place) as source:
            stream = source.iter_sse()
            assert [next(stream).id for _ in range(2)] == [event.id for event in events[3:]]


def test_a_listener_that_leaves_is_let_go(service: Service, http: httpx.Client) -> None:
    def connections() -> int:
        found = psutil.Process(service.process.pid).net_connections("inet")
        return sum(c.status == "ESTABLISHED" for c in found)

    with (
        httpx.Client(base_url=service.url, headers=service.headers, trust_env=False) as listener,
        connect_sse(listener, "GET", "/v1/events"),
    ):
        during = connections()
    assert during > 0
    until(lambda: connections() < during)


def test_no_secret_is_written_anywhere_but_the_run_file(service: Service, bridge: Bridge, tmp_path: Path) -> None:
    list(bridge.follow(bridge.submit(fake_request(tmp_path / "out")).id))
    httpx.get(f"{service.url}/v1/jobs", headers={"Authorization": "Bearer wrong"}, trust_env=False)
    token = service.run_file.token.encode()
    holders = [path.name for path in service.home.rglob("*") if path.is_file() and token in path.read_bytes()]
    assert holders == ["bridge.json"]
    assert token.decode() not in " ".join(psutil.Process(service.process.pid).cmdline())
