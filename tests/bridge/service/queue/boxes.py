"""Real bridges that serve others, as processes of their own, and what calls them."""

from __future__ import annotations

import base64
import io
import json
import os
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import OpenEXR

from bridge.client import RunFile
from tests.fakes.service import until

ROOT = Path(__file__).resolve().parents[4]
HDR = "fal-ai/ltx-2.3-quality/hdr"
LONG_CLIP = ROOT / "tests" / "data" / "bigbuckbunny.mp4"
TOKEN = "a-token-of-the-tests-0123456789"


@dataclass
class Box:
    """A bridge process. `printed` is the environment that it has printed."""

    home: Path
    process: subprocess.Popen[str]
    token: str
    printed: dict[str, str] = field(default_factory=dict)

    @property
    def run_file(self) -> RunFile:
        found = RunFile.read(self.home)
        assert found
        return found

    @property
    def here(self) -> str:
        """Its address for this machine."""
        return self.run_file.url

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Key {self.token or self.run_file.token}"}

    @property
    def log(self) -> str:
        return (self.home / "bridge.log").read_text()

    def http(self) -> httpx.Client:
        return httpx.Client(base_url=self.here, headers=self.headers, trust_env=False, timeout=60)

    def official(self, code: str, **given: Any) -> Any:
        """What `code` leaves in `answer`, run with fal's client in the printed environment; it finds `given`."""
        script = (
            "import json, sys, fal_client\n"
            "globals().update(json.loads(sys.stdin.read()))\n"
            f"{code}\nprint(json.dumps(answer))"
        )
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        done = subprocess.run(
            [sys.executable, "-c", script],
            input=json.dumps(given),
            env=kept | self.printed,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        httpx.post(f"{self.here}/v1/shutdown", headers=self._own, trust_env=False).raise_for_status()
        assert self.process.wait(30) == 0

    @property
    def _own(self) -> dict[str, str]:
        return self.run_file.headers

    def jobs(self) -> list[dict[str, Any]]:
        return httpx.get(f"{self.here}/v1/jobs", headers=self._own, trust_env=False).json()


Open = Callable[..., Box]


@contextmanager
def opening(home: Path) -> Iterator[Open]:
    started: list[Box] = []

    def open_box(*options: str, token: str = "", seconds: float = 90) -> Box:
        before = RunFile.read(home)
        process = subprocess.Popen(
            [sys.executable, "-m", "bridge.service", "--foreground", *options],
            cwd=ROOT,
            env=os.environ | {"SUPERWHITE_HOME": str(home)} | ({"SUPERWHITE_TOKEN": token} if token else {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        box = Box(home, process, token)
        started.append(box)
        until(lambda: RunFile.read(home) not in (None, before) or process.poll() is not None, seconds)
        assert process.poll() is None
        if "--print-env" in options:
            assert process.stdout
            lines = [process.stdout.readline() for _ in range(4)]
            pairs = (shlex.split(line)[1].partition("=") for line in lines)
            box.printed = {name: value for name, _, value in pairs}
        return box

    try:
        yield open_box
    finally:
        for box in started:
            if box.process.poll() is None:
                box.kill()
            assert box.process.stdout
            box.process.stdout.close()


def as_uri(content: bytes, kind: str = "video/mp4") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def status_of(http: httpx.Client, request: str, app: str = HDR) -> dict[str, Any]:
    return http.get(f"/queue/{app}/requests/{request}/status", params={"logs": 1}).json()


def completed(http: httpx.Client, request: str, seconds: float = 180) -> dict[str, Any]:
    """The last status of a request."""
    until(lambda: status_of(http, request)["status"] == "COMPLETED", seconds)
    return status_of(http, request)


def submitted(http: httpx.Client, body: dict[str, Any], app: str = HDR, **headers: str) -> str:
    answer = http.post(f"/queue/{app}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["request_id"]


def frames_of(archive: bytes) -> dict[str, np.ndarray]:
    """(H, W, 3) half floats by the names in the archive."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        for info in members.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            found[info.filename] = pixels(members.read(info))
    return found


def pixels(content: bytes) -> np.ndarray:
    path = Path(os.environ["SUPERWHITE_HOME"]) / "frame.exr"
    path.write_bytes(content)
    with OpenEXR.File(str(path)) as file:
        return np.array(file.channels()["RGB"].pixels)


def faults(answer: httpx.Response) -> Sequence[dict[str, Any]]:
    assert answer.status_code == 422, answer.text
    return answer.json()["detail"]
