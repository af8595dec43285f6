"""What is kept for callers goes away in time, and only that."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from bridge.domain.errors import DiskFull, RequestError
from bridge.service.queue.files import Files
from bridge.service.queue.records import LogLine, Outcome, Record, Records
from bridge.service.queue.tokens import UPLOAD_SECONDS, UploadTokens
from bridge.service.services import create_services
from tests.fakes.backend import FakeBackend


async def pieces(*content: bytes):
    for piece in content:
        yield piece


def test_old_files_are_swept_away(tmp_path: Path) -> None:
    files = Files(tmp_path)

    async def fill() -> list[Path]:
        places = [files.new("a.mp4"), files.new("b.mp4")]
        for place in places:
            await files.receive(place, pieces(b"one", b"two"))
        return [place.path for place in places]

    old, fresh = asyncio.run(fill())
    os.utime(old.parent, (0, time.time() - 100))
    files.sweep(50)
    assert not old.parent.exists()
    assert fresh.read_bytes() == b"onetwo"


def test_a_drive_without_room_takes_nothing(tmp_path: Path) -> None:
    files = Files(tmp_path, reserve=10**18)
    place = files.new("a.mp4")
    with pytest.raises(DiskFull):
        asyncio.run(files.receive(place, pieces(b"x")))
    assert list(place.path.parent.iterdir()) == []


def test_the_same_part_twice_is_refused(tmp_path: Path) -> None:
    files = Files(tmp_path)

    async def upload() -> None:
        place = files.new("a.mp4")
        parts = await files.begin_parts(place)
        tag = await files.receive_part(place, parts, 1, pieces(b"x"))
        await files.complete(place, parts, [(1, tag), (1, tag)])

    with pytest.raises(RequestError):
        asyncio.run(upload())


def test_leave_to_upload_ends() -> None:
    tokens = UploadTokens()
    token, ends = tokens.issue("upload")
    assert ends.timestamp() == pytest.approx(time.time() + UPLOAD_SECONDS, abs=5)
    assert tokens.opens(token, "upload")
    assert not tokens.opens(token, "other")
    assert not UploadTokens().opens(token, "upload")
    moment, _, signature = token.partition(".")
    assert not tokens.opens(f"{int(moment) + 9}.{signature}", "upload")
    for wrong in ("", ".", "x", f"-1.{signature}", f"{moment}.", f"{moment}.ü", f"٣.{signature}"):
        assert not tokens.opens(wrong, "upload")
    past = int(time.time()) - 1
    assert not tokens.opens(f"{past}.{tokens._signed('upload', past)}", "upload")


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    record = Record("r1", "fal-ai/x/y", "network", "digest", "intent", time.time())
    outcome = Outcome(logs=(LogLine(message="Zoë", timestamp="2026-01-01T00:00:00+00:00"),), seconds=1.5)

    async def story() -> None:
        records = Records(tmp_path / "queue.sqlite3")
        await records.open()
        await records.add(record)
        await records.set_job("r1", "job")
        await records.conclude("r1", outcome)
        await records.close()
        records = Records(tmp_path / "queue.sqlite3")
        await records.open()
        found = await records.find("r1")
        assert found
        assert (found.job, found.outcome, found.intent) == ("job", outcome, "intent")
        assert await records.unfinished() == []
        assert await records.find_intent("network", "intent") == found
        assert await records.find_intent("here", "intent") is None
        assert await records.find_double("network", "digest", time.time() - 30) == found
        assert await records.find_double("network", "digest", time.time() + 1) is None
        await records.close()

    asyncio.run(story())


def test_requests_are_forgotten_with_all_that_belongs_to_them(tmp_path: Path, uri: str) -> None:
    """The fake engine fails without its own settings' word, so that its job stays in the list."""
    body = b'{"prompt": "x", "video_url": "%s", "superwhite": {"parameters": {"fail_at": 0}}}' % uri.encode()

    async def story() -> None:
        services = create_services(tmp_path, [FakeBackend("embedded")])
        async with services:
            record = await services.requests.submit("fal-ai/ltx-2.3-quality/hdr", body, "here", None)
            outcome = await services.requests.outcome(record)
            assert outcome.fault
            assert (outcome.fault.status, outcome.fault.kind) == (500, "internal_error")
            assert len(await services.store.jobs(10)) == 1
            folder = tmp_path / "queue" / "requests" / record.id
            stray = folder.with_name("never-written-down")
            stray.mkdir()
            os.utime(stray, (0, time.time() - 5000))
            await services.requests.sweep(4000)
            assert folder.is_dir()
            assert await services.requests.find(record.id)
            await services.requests.sweep(-1)
            assert await services.requests.find(record.id) is None
            assert await services.store.jobs(10) == []
            assert list(folder.parent.iterdir()) == []

    asyncio.run(story())


def test_a_finished_request_keeps_its_result_alone(tmp_path: Path, uri: str) -> None:
    body = b'{"prompt": "x", "video_url": "%s"}' % uri.encode()

    async def story() -> None:
        services = create_services(tmp_path, [FakeBackend("embedded")])
        async with services:
            record = await services.requests.submit("fal-ai/ltx-2.3-quality/hdr", body, "here", None)
            outcome = await services.requests.outcome(record)
            assert outcome.answer
            assert outcome.answer.preview is None
            while services.busy:  # noqa: ASYNC110 - it tidies up after the answer
                await asyncio.sleep(0.01)
            assert await services.store.jobs(10) == []
            assert services.files.find(outcome.answer.frames.key, outcome.answer.frames.name)
            assert list((tmp_path / "queue" / "requests").iterdir()) == []

    asyncio.run(story())
