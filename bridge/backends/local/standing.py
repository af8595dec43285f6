"""How it stands with what the local backend needs: the engine, the weights, their licence, a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bridge.domain.errors import EngineMissing, GpuTooSmall, GpuUnavailable, SuperwhiteError
from bridge.domain.settings import BridgeSettings
from bridge.engines.environments import EngineEnvironment, find_environment
from bridge.engines.ltx.cards import find_cards
from bridge.engines.ltx.memory import Card, Shape
from bridge.engines.ltx.planning import plan_memory
from bridge.engines.ltx.recipe import LTX_2_3
from bridge.engines.ltx.weights import Weights, open_weights
from bridge.weights.folder import find_set, models_home
from bridge.weights.licence import demand_accepted

from .processor import processor

_SMALLEST = Shape(1280, 704, 9)
"""What a card has to hold to be of use: a moment of a clip of 720 lines."""


@dataclass(frozen=True)
class Found:
    """Everything that is needed is there. `cards` has one at least."""

    environment: EngineEnvironment
    weights: Weights
    models: Path
    cards: tuple[Card, ...]


def find_devices(settings: BridgeSettings) -> tuple[Card, ...]:
    """The cards of this machine; for the random weights of tests the processor where there is none.

    Asks the driver, which may take seconds. Raises `GpuUnavailable`.
    """
    try:
        return find_cards()
    except GpuUnavailable:
        if _are_tiny(settings):
            return (processor(),)
        raise


def demand_all(settings: BridgeSettings, cards: Sequence[Card]) -> Found:
    """Raises what is to be mended first: there is no use in fetching weights for a machine without a card, nor for one
    whose card is too small. `EngineMissing`, `GpuUnavailable`, `GpuTooSmall`, `WeightsMissing`, `WeightsDamaged`,
    `WeightsMismatched`, `LicenceNotAccepted`.
    """
    tiny = _are_tiny(settings)
    if not cards:
        raise GpuUnavailable("There is no card that can be used.")
    fitting = tuple(card for card in cards if _holds(replace(card, free=card.total), tiny))
    if not fitting:
        plan_memory(replace(cards[0], free=cards[0].total), _SMALLEST, tiny=tiny)  # raises, and says what is needed
    return Found(demand_environment(), demand_weights(settings), models_home(settings), fitting)


def demand_environment() -> EngineEnvironment:
    """Raises `EngineMissing`."""
    environment = find_environment("ltx")
    if environment is None:
        raise EngineMissing("The LTX engine is not installed on this machine.")
    return environment


def demand_weights(settings: BridgeSettings) -> Weights:
    """Raises `WeightsMissing`, `WeightsDamaged`, `WeightsMismatched`, `LicenceNotAccepted`."""
    weights = open_weights(find_set(settings, LTX_2_3.name))
    if not weights.tiny:
        demand_accepted(settings, LTX_2_3.name)
    return weights


def remark(found: Found, ours: frozenset[str] = frozenset()) -> str:
    """What a user should know although the work can begin; empty where there is nothing. `ours` are the UUIDs of cards
    that hold a model of ours, which makes room for the next job.
    """
    said: list[str] = []
    if not found.environment.current:
        said.append(
            "The engine was installed by another version of Superwhite: `superwhite engines install ltx` renews it."
        )
    tiny = found.weights.tiny
    busy = [card for card in found.cards if card.uuid not in ours and not _holds(card, tiny)]
    if len(busy) == len(found.cards):
        others = f" by {', '.join(busy[0].others)}" if busy[0].others else ""
        said.append(f"The memory of {busy[0].name} is in use{others}: close what uses it before a lift.")
    return " ".join(said)


def _holds(card: Card, tiny: bool) -> bool:
    try:
        plan_memory(card, _SMALLEST, tiny=tiny)
    except GpuTooSmall:
        return False
    return True


def _are_tiny(settings: BridgeSettings) -> bool:
    try:
        return open_weights(find_set(settings, LTX_2_3.name)).tiny
    except SuperwhiteError:
        return False
