"""Whether the engine of this machine can be used."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bridge.backends.embedded.backend import EmbeddedBackend


def test_the_engine_is_there() -> None:
    report = asyncio.run(EmbeddedBackend().test())
    assert report.passed
    assert [hop.name for hop in report.hops] == ["engine"]
    assert report.hops[0].milliseconds > 0
    assert asyncio.run(EmbeddedBackend().state()).state == "ready"


def test_an_engine_that_cannot_be_loaded_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "bridge" / "backends" / "embedded"
    broken.mkdir(parents=True)
    for folder in (broken, *broken.parents[:2]):
        (folder / "__init__.py").touch()
    (broken / "work.py").write_text("raise OSError('libavcodec.so.62: cannot open shared object file')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))  # PYTHONSAFEPATH leaves the working directory out
    report = asyncio.run(EmbeddedBackend().test())
    assert not report.passed
    assert report.hops[0].sentence == (
        "The engine cannot be loaded: OSError: libavcodec.so.62: cannot open shared object file"
    )
