"""What benches hold their measurements against."""

from __future__ import annotations

from .wire import Frozen


class Bar(Frozen):
    """One thing that must hold. `measured` and `allowed` are in `unit`; with `at_least`, more is better."""

    name: str
    measured: float
    allowed: float
    unit: str
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.measured >= self.allowed if self.at_least else self.measured <= self.allowed


class PanelReport(Frozen):
    bars: tuple[Bar, ...]
    notes: tuple[str, ...]
