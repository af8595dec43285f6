"""In the worker: one card, and the model that is loaded on it."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import torch

from bridge.domain.errors import GpuUnavailable
from bridge.engines.ltx.cards import find_cards
from bridge.engines.ltx.memory import Card, MemoryPlan, Shape
from bridge.engines.ltx.model import Model
from bridge.engines.ltx.planning import plan_memory
from bridge.engines.ltx.recipe import LTX_2_3
from bridge.engines.ltx.weights import Weights, open_weights

from .processor import processor

_LIBRARIES = ("torch", "diffusers", "transformers", "peft")

_USUAL = Shape(1920, 1088, 121)
"""What a model is laid out for that is loaded before its first job is known."""


class Desk:
    """`kind` and `uuid` are those of the card that the environment shows. Raises `GpuUnavailable`."""

    def __init__(self, kind: Literal["cpu", "mps", "cuda"], uuid: str) -> None:
        self._uuid = uuid
        self._kind: Literal["cpu", "mps", "cuda"] = kind
        self._model: Model | None = None
        if kind == "cuda" and not torch.cuda.is_available():
            raise GpuUnavailable(
                f"The installed torch {torch.__version__} does not get at the card: its driver may be too old.",
                remedy="Update the driver, or let `superwhite engines install ltx` choose a torch that fits it.",
            )
        if kind == "mps" and not torch.backends.mps.is_available():
            raise GpuUnavailable(f"The installed torch {torch.__version__} does not get at Apple's GPU.")

    @property
    def name(self) -> str:
        return self.card().name if self._kind != "cuda" else torch.cuda.get_device_name()

    @property
    def libraries(self) -> dict[str, str]:
        return {name: version(name) for name in _LIBRARIES}

    def card(self) -> Card:
        """As it is now; what our own model takes up counts as free. Raises `GpuUnavailable`."""
        if self._kind == "cpu":
            return processor()
        card = next((card for card in find_cards() if card.uuid == self._uuid), None)
        if card is None:
            raise GpuUnavailable("The card is not there any more.")
        if self._kind == "cuda":
            card = replace(card, free=min(card.total, card.free + torch.cuda.memory_reserved()))
        return card

    def plan(self, weights: Weights, shape: Shape, wish: str) -> MemoryPlan:
        """How work on pictures of `shape` is laid out. Raises `GpuTooSmall`."""
        return plan_memory(self.card(), shape, wish=wish, tiny=weights.tiny)

    def model(self, weights: Weights, plan: MemoryPlan) -> Model:
        """The model of `weights`, laid out by `plan`. Raises as `Model.load`."""
        if self._model is not None and self._model.weights != weights:
            self._model.close()
            self._model = None
        if self._model is None:
            self._model = Model.load(weights, self._kind, plan, LTX_2_3)
        else:
            self._model.apply(plan)
        return self._model

    def warm(self, folder: Path) -> None:
        """Load the model of the set in `folder` before there is a job."""
        weights = open_weights(folder)
        self.model(weights, self.plan(weights, _USUAL, "auto"))
