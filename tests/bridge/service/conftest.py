"""Bridges of single tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.client import Bridge
from tests.fakes.service import Launch, Service, launching


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "state of Zoë"


@pytest.fixture
def launch(home: Path) -> Iterator[Launch]:
    with launching(home) as launch:
        yield launch


@pytest.fixture
def service(launch: Launch) -> Service:
    return launch()


@pytest.fixture
def bridge(service: Service) -> Iterator[Bridge]:
    with Bridge.attach_or_start(home=service.home, start=False) as bridge:
        yield bridge
