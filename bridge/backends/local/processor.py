"""The processor in the place of a card: for random weights in tests, never for real ones."""

from __future__ import annotations

import platform

import psutil

from bridge.engines.ltx.memory import Card


def processor() -> Card:
    memory = psutil.virtual_memory()
    return Card(kind="cpu", index=0, name=platform.processor() or "CPU", total=memory.total, free=memory.available)
