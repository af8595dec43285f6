from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.blender import VERSIONS, Blender, python_of


@pytest.fixture(scope="session", params=sorted(VERSIONS))
def running_blender(request: pytest.FixtureRequest) -> Iterator[Blender]:
    python = python_of(request.param)
    if python is None:
        pytest.skip(f"no Blender {request.param} here: {VERSIONS[request.param]} does not name its Python")
    blender = Blender(request.param, python)
    yield blender
    blender.close()


@pytest.fixture
def blender(running_blender: Blender, tmp_path: Path) -> Blender:
    """With an empty project of 24 frames per second, and a journal of this test alone."""
    running_blender.run("kit.begin(given['journal'])", journal=tmp_path / "journal")
    return running_blender
