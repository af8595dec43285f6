"""The real worker, with random weights: stopped at every stage, it makes the next job as if nothing had been."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import numpy as np
import OpenEXR
import pytest

from bridge.backends.local.processor import processor
from bridge.backends.local.seats import Seats
from bridge.domain.job import Reservation, Running
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from bridge.engines.protocol import LocalOrder
from tests.clips import write_numbered

ROOT = Path(__file__).resolve().parents[3]
FRAMES = 9


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights") / "ltx-2.3-hdr"
    subprocess.run([sys.executable, "-m", "bridge.engines.ltx.tiny", folder], check=True, cwd=ROOT, timeout=300)
    return folder


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return write_numbered(tmp_path_factory.mktemp("clips") / "c.mp4", FRAMES)


def order(folder, name, clip, weights):
    staging = folder / name
    staging.mkdir()
    request = LiftRequest(backend="ltx", source=SourceSpec(path=clip), output=OutputSpec(folder=folder, review=False))
    reservation = Reservation(name="c_hdr_v001", staging=staging, final=folder / "c_hdr_v001")
    return LocalOrder(
        job=name,
        request=request,
        reservation=reservation,
        weights=weights,
        models=weights.parent,
        seed=3,
        log=folder / f"{name}.log",
    )


def frames(work):
    found = []
    for number in range(FRAMES):
        with OpenEXR.File(str(work.reservation.staging / f"c_hdr_v001.{number:08d}.exr")) as file:
            found.append(np.array(file.channels()["RGB"].pixels))
    return found


def test_a_job_is_stopped_within_a_step_wherever_it_is(tmp_path, clip, weights):
    cards = (processor(),)
    steps: list[str] = []

    async def work() -> None:
        seats = Seats()

        async def listen(state) -> None:
            if isinstance(state, Running):
                steps.append(state.note)

        async def stopped_at(place: int) -> None:
            """Cancels when the `place`-th step is told; no more than the one that is under way follows."""
            seen: list[str] = []

            async def report(state) -> None:
                if isinstance(state, Running):
                    seen.append(state.note)
                    if len(seen) == place:
                        lifting.cancel()
                        # The worker hears of it while it works on.
                        await asyncio.sleep(0)

            again = order(tmp_path, f"stopped{place}", clip, weights)
            lifting = asyncio.create_task(seats.lift(cards, Path(sys.executable), again, report))
            with pytest.raises(asyncio.CancelledError):
                await lifting
            assert not list(again.reservation.staging.glob("*.part-*"))

        try:
            undisturbed = order(tmp_path, "undisturbed", clip, weights)
            await seats.lift(cards, Path(sys.executable), undisturbed, listen)
            (pid,) = seats.pids
            for place in range(1, len(steps) - 1, 5):
                await stopped_at(place)
            after = order(tmp_path, "after", clip, weights)
            await seats.lift(cards, Path(sys.executable), after, listen)
            assert seats.pids == {pid}
            assert all(np.array_equal(a, b) for a, b in zip(frames(undisturbed), frames(after), strict=True))
        finally:
            await seats.close()

    asyncio.run(work())
    assert {note.partition(",")[0] for note in steps} >= {"Stage 1", "Stage 2", "Decoding", "Enlarging"}


def test_a_model_that_cannot_be_loaded_is_said_and_the_worker_stays(tmp_path, clip, weights):
    async def work() -> None:
        seats = Seats()
        try:
            from bridge.domain.errors import WeightsMissing

            missing = order(tmp_path, "a", clip, tmp_path / "none")

            async def report(_) -> None: ...

            with pytest.raises(WeightsMissing):
                await seats.lift((processor(),), Path(sys.executable), missing, report)
            (pid,) = seats.pids
            made = await seats.lift((processor(),), Path(sys.executable), order(tmp_path, "b", clip, weights), report)
            assert made.frames == FRAMES
            assert seats.pids == {pid}
        finally:
            await seats.close()

    asyncio.run(work())
