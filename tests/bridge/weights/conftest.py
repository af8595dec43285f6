"""The tiny model at a fake hub, and an environment that knows of no other."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bridge.weights.catalogue import WeightSet
from bridge.weights.fetching import Progress, fetch
from bridge.weights.hub import Hub
from tests.fakes.hub import TOKEN, FakeHub
from tests.fakes.weights import publish, tiny_set


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    import torch

    from bridge.engines.ltx.tiny import make_tiny

    torch.set_num_threads(1)
    return make_tiny(tmp_path_factory.mktemp("weights") / "tiny").base


@pytest.fixture(scope="session")
def wanted(tiny) -> WeightSet:
    return tiny_set(tiny)


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    for name in [each for each in os.environ if each.startswith(("HF_", "SUPERWHITE_MODELS", "SUPERWHITE_LTX"))]:
        monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture
def hub(wanted, tiny, monkeypatch):
    with FakeHub() as hub:
        publish(hub, wanted, tiny)
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "models" / "ltx-2.3-hdr"


@pytest.fixture
def bring(wanted, folder, hub):
    """Fetch the set; returns what was told."""

    def run(**more) -> list[Progress]:
        told: list[Progress] = []
        token = more.pop("token", TOKEN)
        asking = Hub(token=token, patience=more.pop("asking", 1.0), proxy=more.pop("proxy", ""))
        settings = {"tell": told.append, "patience": 2.0} | more
        asyncio.run(fetch(settings.pop("wanted", wanted), folder, asking, **settings))
        return told

    return run
