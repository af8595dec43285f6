"""One set of tiny weights, and one model of them, for all tests of the engine."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from bridge.engines.ltx.memory import DecodeTiles, MemoryPlan, RefineTiles
from bridge.engines.ltx.progress import Step
from bridge.engines.ltx.weights import Weights

# Tests of what works without torch lie here too, so that fixtures load it, not this file.


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory) -> Weights:
    import torch

    from bridge.engines.ltx.tiny import make_tiny

    torch.set_num_threads(1)
    return make_tiny(tmp_path_factory.mktemp("weights") / "tiny")


@pytest.fixture(scope="session")
def whole() -> MemoryPlan:
    """Everything at once, on a processor: nothing to cast, nowhere to offload to."""
    return MemoryPlan(
        storage="fp32",
        offload="none",
        refine=RefineTiles(),
        decode=DecodeTiles(0, 0, 0, 0),
        most_frames=481,
        can_cast=False,
        can_offload=False,
    )


@pytest.fixture(scope="session")
def shared_model(tiny_weights, whole):
    from bridge.engines.ltx.model import Model

    return Model.load(tiny_weights, "cpu", whole)


@pytest.fixture
def model(shared_model, whole):
    """As it was loaded, whatever the test before has done with it."""
    shared_model.apply(whole)
    shared_model.use_loras(())
    return shared_model


@pytest.fixture(scope="session")
def clip():
    def make(frames: int, height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
        """A picture with large shapes and some noise, which moves."""
        rng = np.random.default_rng(seed)
        y, x = np.mgrid[:height, :width]
        moving = [128 + 90 * np.sin((x + 4 * n) / 9)[..., None] * np.cos(y / 7)[..., None] for n in range(frames)]
        noise = rng.normal(0, 12, (frames, height, width, 3))
        return np.clip(np.stack(moving) + noise, 0, 255).astype(np.uint8)

    return make


@pytest.fixture
def lift(whole):
    from bridge.engines.ltx.lifting import lift_frames

    def run(model, frames: NDArray[np.uint8], **more) -> NDArray[np.float32]:
        settings = {"seed": 7, "plan": whole, "tell": _listen} | more
        return np.stack(list(lift_frames(model, frames, Fraction(24), **settings)))

    return run


def _listen(_step: Step) -> None:
    pass
