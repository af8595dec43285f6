"""What one press of the button would do, what it costs at most, and what keeps it from being done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from bridge.domain.estimate import Workload
from bridge.domain.settings import BackendState, BridgeSettings

from . import wording
from .clips.manner import Manner, highest_cost, workload
from .clips.model import ClipRow
from .look.field import said
from .look.schema import missing, parameters


@dataclass(frozen=True)
class Work:
    """One clip. `cost` is the most that may be charged for it, US dollars in whole cents; none where nothing is
    charged, or nobody knows what.
    """

    row: ClipRow
    manner: Manner
    load: Workload | None
    cost: float | None


@dataclass(frozen=True)
class Plan:
    """`obstacle` says why nothing can be done, where `works` is empty though clips are selected."""

    selected: int = 0
    works: tuple[Work, ...] = ()
    obstacle: str = ""

    @property
    def loads(self) -> tuple[Workload, ...]:
        return tuple(work.load for work in self.works if work.load)

    @property
    def cost(self) -> float | None:
        costs = [work.cost for work in self.works if work.cost is not None]
        return sum(costs) if costs else None

    @property
    def cost_known(self) -> bool:
        """Not where an endpoint charges by the size of what its host has yet to render."""
        offers = [(work.manner.capability, work.cost) for work in self.works]
        return all(offer.price_known and (offer.price is None or cost is not None) for offer, cost in offers)

    @property
    def workflow(self) -> str:
        """The one of all clips; empty where they differ."""
        names = {work.manner.capability.workflow for work in self.works}
        return names.pop() if len(names) == 1 else ""


def work_of(row: ClipRow, manner: Manner) -> Work:
    """For a row that is ready."""
    load = workload(row.expected, manner) if row.expected else None
    return Work(row, manner, load, highest_cost(load, manner.capability) if load else None)


def plan(selected: int, works: Iterable[tuple[Work, str]], unready: str) -> Plan:
    """From clips that are ready, each with what forbids its manner of work; `unready` is what keeps others."""
    found = tuple(works)
    free = tuple(work for work, forbidden in found if not forbidden)
    obstacle = "" if free else next((forbidden for _, forbidden in found), unready)
    return Plan(selected, free, obstacle)


def forbidden(work: Work, state: BackendState | None, settings: BridgeSettings | None) -> str:
    """Why this work must not or cannot be asked for; empty where it can."""
    capability = work.manner.capability
    title = state.title if state else said(capability.title)
    if state and state.state == "not_ready":
        return QCoreApplication.translate("Plan", "{service} is not ready").format(service=title)
    if capability.unknown:
        return QCoreApplication.translate("Plan", "{workflow} cannot be used yet").format(
            workflow=said(capability.title)
        )
    if state and state.state == "forbidden":
        return QCoreApplication.translate("Plan", "“Never upload” is on")
    if state and state.state == "needs_key":
        return QCoreApplication.translate("Plan", "{service} needs a key").format(service=title)
    if lacking := missing(parameters(capability.parameters), work.manner.look.values):
        return QCoreApplication.translate("Plan", "“{setting}” has to be filled in").format(setting=said(lacking))
    limit = settings.spend_limit if settings else None
    if limit is not None and not capability.price_known:
        return QCoreApplication.translate(
            "Plan", "What it costs is not known, and you allow at most {limit} per job"
        ).format(limit=wording.money(limit))
    if limit is not None and work.cost is not None and work.cost > limit:
        return QCoreApplication.translate("Plan", "{cost} for a clip is more than the {limit} that you allow").format(
            cost=wording.money(work.cost), limit=wording.money(limit)
        )
    return ""
