"""An endpoint that can be told to err, and the product's clients of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from bridge.backends.remote.fal.queue import Queue
from bridge.backends.remote.fal.site import site_of
from bridge.backends.remote.fal.storage import Storage
from bridge.backends.remote.ledger import Intent
from bridge.domain.settings import DEFAULT_ENDPOINTS
from bridge.net.fetch import keyless
from bridge.net.guard import Way
from bridge.net.service import Service, shared_trust
from tests.endpoints import Endpoint

APP = "fal-ai/ltx-2.3-quality/hdr/lora"
BODY = {"prompt": "x", "video_url": "https://example.com/a.mp4", "loras": [], "num_frames": 9}


@pytest.fixture
def endpoint() -> Generator[Endpoint]:
    with Endpoint() as server:
        yield server


def intent() -> Intent:
    return Intent(id=str(uuid4()), at=datetime.now(UTC), app=APP)


class Client:
    """fal's clients, as the backend makes them, with a patience that fits a test."""

    def __init__(self, service: Service, plain: Service, endpoint: Endpoint) -> None:
        site = site_of(DEFAULT_ENDPOINTS[0], endpoint.url)
        self.plain = plain
        self.queue = Queue(service, site, "fal", {"num_frames": "Frames"}, patience=3.0)
        self.storage = Storage(service, site, "fal")


@asynccontextmanager
async def client_of(endpoint: Endpoint) -> AsyncGenerator[Client]:
    site = site_of(DEFAULT_ENDPOINTS[0], endpoint.url)

    async def key() -> str:
        return f"Key {endpoint.fal_key}"

    context = await shared_trust()
    async with (
        Service(Way(context, near_allowed=True), own=site.is_own, authorization=key) as service,
        keyless(Way(context, near_allowed=True)) as plain,
    ):
        yield Client(service, plain, endpoint)
