"""A Superwhite of a few files, a package index of a few wheels, and a folder for engines, each hard on paths."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.engines import environments
from install.engines import EngineSetup
from install.environment import find_python
from install.torch_build import Build
from tests.fakes.wheels import make_engine, make_torch

ROOT = Path(__file__).resolve().parents[2]
UV = shutil.which("uv")
CPU = Build("pypi", None, "torch==2.13.0")
SMALL = 10**6
"""Bytes that are always free."""

DRIVE = """
import sys
from pathlib import Path
from tests.install.engine_site import CPU, SMALL, Site
Site(Path(sys.argv[1]), make=False).set_up(lambda line: print(line, flush=True)).install(CPU, room=SMALL)
"""


class Site:
    def __init__(self, top: Path, *, make: bool = True) -> None:
        self.top = top
        self.root = top / "Über Ordner 日本 'q'"
        self.home = top / "Engines ü"
        self.wheels = top / "wheels 1"
        self.lock = self.root / "install" / "lock" / "ltx.txt"
        self.said: list[str] = []
        if make:
            self.wheels.mkdir()
            self.lock.parent.mkdir(parents=True)
            for package in ("bridge", "bridge/engines", "bridge/engines/ltx"):
                (self.root / package).mkdir(exist_ok=True)
                (self.root / package / "__init__.py").touch()
            self.lock.write_text(make_engine(self.wheels))
            make_torch(self.wheels)

    @property
    def environment(self) -> dict[str, str]:
        """In which pip and uv know these wheels alone."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
        return own | {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": self.wheels.as_uri(),
            "UV_NO_CONFIG": "1",
            "UV_NO_INDEX": "1",
            "UV_FIND_LINKS": self.wheels.as_uri(),
        }

    def enter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """This process, and those that it starts, find this place and no other."""
        for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
            monkeypatch.delenv(name)
        for name, value in self.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SUPERWHITE_ENGINES", str(self.home))
        monkeypatch.setattr(environments, "_LOCKS", self.lock.parent)

    def set_up(self, say=None, uv: str | None = UV) -> EngineSetup:
        return EngineSetup("ltx", self.home, self.root, find_python(None), uv, say or self.said.append)

    def install(self, build: Build = CPU, *, uv: str | None = UV, **more) -> bool:
        return self.set_up(uv=uv).install(build, **({"room": SMALL} | more))

    def drive(self, **environment: str) -> subprocess.Popen[str]:
        """An installation in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-c", DRIVE, str(self.top)],
            cwd=ROOT,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    @property
    def folders(self) -> list[str]:
        return sorted(path.name for path in (self.home / "ltx").iterdir() if path.is_dir())
