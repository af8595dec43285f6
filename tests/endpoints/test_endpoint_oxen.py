from __future__ import annotations

import io
import threading
import zipfile

import httpx
import pytest

from . import Fault
from .conftest import until

MODEL = "ltx-2-3-quality-hdr"
REPOSITORY = "/api/repos/me/clips"


@pytest.fixture
def body(caller, plate) -> dict[str, object]:
    """A request about a plate that lies in a repository."""
    assert caller.oxen.post("/api/repos", json={"namespace": "me", "name": "clips"}).status_code == 200
    form = {"message": "m", "name": "n", "email": "e@example.com"}
    answer = caller.oxen.put(
        f"{REPOSITORY}/file/main/in/plate.mp4", files={"file": ("plate.mp4", plate.read_bytes())}, data=form
    )
    assert answer.json()["commit"]["id"]
    url = f"{caller.endpoint.url}{REPOSITORY}/file/main/in/plate.mp4"
    return {"model": MODEL, "prompt": "p", "input_video": url, "num_frames": 9}


def enqueue(caller, body, **more) -> list[str]:
    answer = caller.oxen.post("/api/ai/queue", json=body | more)
    assert answer.status_code == 200
    return [row["generation_id"] for row in answer.json()["generations"]]


def row_of(caller, generation: str) -> dict[str, object]:
    return caller.oxen.get(f"/api/ai/queue/{generation}").json()


def finish(caller, generation: str) -> dict[str, object]:
    until(lambda: row_of(caller, generation)["status"] not in ("queued", "processing"))
    return row_of(caller, generation)


def test_the_key_is_demanded(caller, endpoint):
    for headers in ({}, {"Authorization": f"Key {endpoint.oxen_key}"}, {"Authorization": "Bearer x"}):
        for path in ("/api/ai/queue", "/api/events", "/api/ai/generations/x", f"{REPOSITORY}/dir/main/x"):
            answer = caller.open.get(endpoint.url + path, headers=headers)
            assert (answer.status_code, answer.json()["status_message"]) == (401, "unauthenticated")


def test_files_in_repositories(caller, body, plate, endpoint):
    content = plate.read_bytes()
    assert caller.oxen.post("/api/repos", json={"namespace": "me", "name": "clips"}).status_code == 409
    # The boundary of a form stands in no file but by intent; line ends and dashes do.
    rough = b"\r\n--\r\n\r\n" + content + b"\r\n"
    caller.oxen.put(f"{REPOSITORY}/file/main/in", files={"files[]": ("rough.bin", rough)})
    assert caller.oxen.get(f"{REPOSITORY}/file/main/in/rough.bin").content == rough
    assert caller.oxen.get(f"{REPOSITORY}/file/main/in/plate.mp4").content == content
    assert caller.open.get(f"{endpoint.url}{REPOSITORY}/file/main/in/plate.mp4").status_code == 401
    names = [entry["filename"] for entry in caller.oxen.get(f"{REPOSITORY}/dir/main/in").json()["entries"]]
    assert names == ["plate.mp4", "rough.bin"]
    assert caller.oxen.put("/api/repos/me/none/file/main/a", files={"file": b"x"}).status_code == 404
    assert caller.oxen.put(f"{REPOSITORY}/file/main/a", content=b"no form").status_code == 400
    assert caller.oxen.get(f"{REPOSITORY}/file/main/none").status_code == 404


def test_a_generation_from_the_queue(caller, body, endpoint):
    endpoint.script.next("job", Fault.takes(0, queued=0.2))
    [generation] = enqueue(caller, body)
    assert row_of(caller, generation)["status"] == "queued"
    assert caller.oxen.get("/api/ai/queue").json()["count"] == 1
    row = finish(caller, generation)
    assert (row["status"], row["num_frames"], row["error_message"]) == ("succeeded", 9, None)
    assert caller.oxen.get("/api/ai/queue").json()["count"] == 0
    assert caller.oxen.get("/api/ai/queue", params={"status": "succeeded"}).json()["count"] == 1
    assert row["result_url"].startswith(f"{endpoint.url}/api/repos/")
    archive = caller.oxen.get(row["exr_frames_url"])
    assert len(zipfile.ZipFile(io.BytesIO(archive.content)).namelist()) == 9
    assert caller.open.get(row["exr_frames_url"]).status_code == 401
    told = caller.oxen.get(f"/api/ai/generations/{generation}").json()["generation"]
    assert told.items() >= row.items()
    assert [(job.service, job.app, job.billed) for job in endpoint.jobs] == [("oxen", MODEL, True)]


@pytest.mark.parametrize("place", ["field", "repository", "nowhere"])
def test_where_the_frames_are(caller, body, endpoint, place):
    endpoint.oxen.archive = place
    row = finish(caller, *enqueue(caller, body))
    assert ("exr_frames_url" in row) == (place == "field")
    folder = f"/api/repos/{row['target_namespace']}/{row['target_repo']}/dir/main/{row['target_directory']}"
    kinds = {entry["filename"].rpartition(".")[2] for entry in caller.oxen.get(folder).json()["entries"]}
    assert kinds == ({"mp4"} if place == "nowhere" else {"mp4", "zip"})


def test_presigned_addresses_need_no_key(caller, body, endpoint):
    endpoint.oxen.repositories.presigned = True
    row = finish(caller, *enqueue(caller, body))
    assert caller.open.get(row["result_url"]).status_code == 200
    assert caller.open.get(row["result_url"].partition("?")[0]).status_code == 401


def test_an_older_installation_forgets_what_is_over(caller, body, endpoint):
    endpoint.oxen.forgets = True
    [generation] = enqueue(caller, body)
    until(lambda: endpoint.jobs[0].over)
    assert caller.oxen.get(f"/api/ai/queue/{generation}").status_code == 404
    told = caller.oxen.get(f"/api/ai/generations/{generation}").json()["generation"]
    assert told["status"] == "succeeded"


def test_settings_are_looked_at_when_the_work_begins(caller, body, endpoint):
    row = finish(caller, *enqueue(caller, body, num_frames=3))
    assert row["status"] == "failed"
    assert row["error_message"].startswith("Getting model response error: 422")
    row = finish(caller, *enqueue(caller, body, resolution={"width": 64, "height": 64}))
    assert "resolution" in row["error_message"]
    assert not any(job.billed for job in endpoint.jobs)


@pytest.mark.parametrize(
    ("more", "status"), [({"model": "other"}, 404), ({"num_generations": 5}, 400), ({"num_generations": "2"}, 400)]
)
def test_what_is_refused_at_once(caller, body, endpoint, more, status):
    assert caller.oxen.post("/api/ai/queue", json=body | more).status_code == status
    assert endpoint.jobs == []


def test_several_generations_of_one_request(caller, body, endpoint):
    assert len(set(enqueue(caller, body, num_generations=3))) == 3
    assert (len(endpoint.jobs), endpoint.submits) == (3, 1)


def test_a_generation_is_cancelled(caller, body, endpoint):
    endpoint.script.next("job", Fault.never())
    [generation] = enqueue(caller, body)
    until(lambda: row_of(caller, generation)["status"] == "processing")
    answer = caller.oxen.delete(f"/api/ai/queue/{generation}")
    assert answer.json() == {"status": "success", "generation_id": generation}
    assert finish(caller, generation)["status"] == "cancelled"
    assert caller.oxen.delete(f"/api/ai/queue/{generation}").status_code == 200
    assert caller.oxen.delete("/api/ai/queue/none").status_code == 404


@pytest.mark.parametrize("form", ["url", "b64_json"])
def test_the_synchronous_call(caller, body, form):
    answer = caller.oxen.post("/api/ai/videos/generate", json=body | {"response_format": form}).json()
    assert (answer["model"], set(answer["videos"][0])) == (MODEL, {form, "exr_frames_url"})


def test_the_synchronous_call_fails(caller, body, endpoint):
    endpoint.script.next("job", Fault.fails(500, error="Insufficient credits"))
    answer = caller.oxen.post("/api/ai/videos/generate", json=body)
    assert (answer.status_code, answer.json()["error"]["detail"]) == (400, "Insufficient credits")


def test_events_tell_whoever_listens_and_repeat_nothing(caller, body, endpoint):
    endpoint.oxen.keep_alive = 0.05
    finish(caller, *enqueue(caller, body))
    lines: list[str] = []

    def listen() -> None:
        client = httpx.Client(trust_env=False, headers=caller.oxen.headers)
        with client, client.stream("GET", f"{endpoint.url}/api/events") as stream:
            for line in stream.iter_lines():
                lines.append(line)
                if line.startswith("data: ") and "failed" in line:
                    return

    listener = threading.Thread(target=listen)
    listener.start()
    until(lambda: ": keep-alive" in lines)
    endpoint.script.next("job", Fault.never())
    [cancelled] = enqueue(caller, body)
    until(lambda: row_of(caller, cancelled)["status"] == "processing")
    caller.oxen.delete(f"/api/ai/queue/{cancelled}")
    [second] = enqueue(caller, body)
    finish(caller, second)
    [third] = enqueue(caller, body, num_frames=3)
    listener.join()
    data = [line for line in lines if line.startswith("data: ")]
    assert [identity in line for line, identity in zip(data, (second, third), strict=True)] == [True, True]
