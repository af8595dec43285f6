"""Real bridges that serve others, as processes of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.bridge.service.queue.boxes import Box, Open, as_uri, opening
from tests.clips import write_numbered


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "state of Zoë"


@pytest.fixture
def open_box(home: Path) -> Iterator[Open]:
    with opening(home) as open_box:
        yield open_box


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """One for a module, on loopback, with nothing but the token of its run file: no test ends it."""
    with opening(tmp_path_factory.mktemp("box") / "state") as open_box:
        yield open_box()


@pytest.fixture
def http(box: Box) -> Iterator[httpx.Client]:
    with box.http() as http:
        yield http


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve frames, 96x64."""
    return write_numbered(tmp_path_factory.mktemp("clips") / "clip.mp4", 12)


@pytest.fixture(scope="session")
def uri(clip: Path) -> str:
    return as_uri(clip.read_bytes())
