"""What a drive without space does to claims, jobs and the job list."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.domain.errors import DiskFull
from bridge.domain.job import Failed, Ready, Running, is_final
from bridge.jobs.output import reserve
from tests.fakes.shop import Shop, run

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="a small drive is mounted, which only root may do"
)


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Path]:
    """A drive of its own with half a megabyte."""
    folder = tmp_path / "drive"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this container may not mount")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(drive: Path) -> Path:
    ballast = drive / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            return ballast
    raise AssertionError("the drive has no end")


def test_a_claim_on_a_full_drive_is_refused_and_leaves_nothing(drive: Path) -> None:
    fill(drive)
    with pytest.raises(DiskFull):
        reserve(drive, "shot")
    assert [path.name for path in drive.iterdir()] == ["ballast"]


@pytest.mark.parametrize("full", ["output", "output and job list"])
def test_a_job_fails_keeps_its_frames_and_goes_on_when_there_is_space(
    drive: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, full: str
) -> None:
    gate = tmp_path / "gate"

    async def act(shop: Shop) -> None:
        job = await shop.submit(gate=gate, gate_at=2, frames=40)
        event = await shop.until(job, Running)
        while event.state != Running(done=2, total=40):
            event = await shop.until(job, Running, after=event.sequence)
        ballast = fill(drive)
        gate.touch()
        if shop.home == drive:  # the log is the only thing that tells
            while "The job list could not be written" not in caplog.text:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            assert not is_final((await shop.store.job(job.id)).state)
            ballast.unlink()
        failed = await shop.end(job)
        assert isinstance(failed.state, Failed)
        assert failed.state.error.kind == "DiskFull"
        ballast.unlink(missing_ok=True)
        await shop.runner.retry(job.id)
        ready = await shop.end(job)
        assert isinstance(ready.state, Ready)
        assert ready.state.result.measures == {"kept": 2}

    run(tmp_path if full == "output" else drive, act, out=drive / "out")
