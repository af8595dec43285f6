"""The published stub of Nuke's Python module."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from tests.fakes.stubs import Stub


def _folder() -> Path:
    spec = importlib.util.find_spec("mypy")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parents[1] / "nuke-stubs"


STUB = Stub.of(
    [_folder() / f"{name}.pyi" for name in ("_nuke", "callbacks", "colorspaces", "executeInMain", "utils")]
)
