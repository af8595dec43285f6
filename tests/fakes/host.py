"""A host with the habits of real ones: slow answers, refusals, a project that changes under the panel's hands."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bridge.domain.host import (
    Exported,
    HostAbilities,
    HostClip,
    HostFacts,
    HostFailure,
    HostMask,
    JobLine,
    Placed,
    PlaceOrder,
    Placing,
    Selection,
)

Renderer = Callable[[str, Path, int], Exported]
"""Writes media of a clip (id) into a folder, with as many handles as it has, and says what it has written."""
MaskRenderer = Callable[[str, str, Path], str]
"""Writes a mask (id) of a clip (id) into a folder; returns its path."""


class FakeHost:
    """`clips` are selected. `placed` is what lies on its timeline: placement id to job.

    With `renders` and `masks` it makes media: what they write is real. Rendering takes until `gate` is open, and
    nothing can break it off. `calls` names every call in its order.
    """

    def __init__(
        self,
        *clips: HostClip,
        together: bool = True,
        renders: Renderer | None = None,
        masks: MaskRenderer | None = None,
        shows_jobs: bool = False,
    ) -> None:
        self.clips = clips
        self.notes: tuple[str, ...] = ()
        self.project = "/projects/cut.otio"
        self.abilities = HostAbilities(
            place=True,
            revert=True,
            places_together=together,
            export=renders is not None,
            masks=masks is not None,
            shows_jobs=shows_jobs,
        )
        self.renders, self.masks = renders, masks
        self.gate = threading.Event()
        self.gate.set()
        self.placed: dict[str, str] = {}
        self.orders: list[PlaceOrder] = []
        self.threads: set[threading.Thread] = set()
        self.calls: list[tuple[str, ...]] = []
        self.fails: HostFailure | Exception | None = None
        self.render_fails: dict[str, HostFailure] = {}
        self.delay = 0.0
        self.closed = False
        self.shown: tuple[JobLine, ...] = ()

    def _enter(self, *call: str) -> None:
        self.threads.add(threading.current_thread())
        self.calls.append(call)
        time.sleep(self.delay)
        if self.fails:
            raise self.fails

    def facts(self) -> HostFacts:
        self._enter("facts")
        return HostFacts("fake", "Fake", "1", self.project, "cut", self.abilities)

    def selection(self) -> Selection:
        self._enter("selection")
        return Selection(str(hash((self.clips, self.notes))), self.clips, self.notes)

    def select(self, *clips: HostClip) -> None:
        self.clips = clips

    def export(self, clip: str, folder: str, handles: int) -> Exported:
        self._enter("export", clip)
        if self.renders is None:
            raise HostFailure("This host renders nothing.", kind="unsupported")
        if clip not in {each.id for each in self.clips}:
            raise HostFailure("The clip is not selected any more.", remedy="Select it again.")
        self.gate.wait()
        if failure := self.render_fails.get(clip):
            # As a real one: something lies there when it gives up.
            (Path(folder) / "part.tmp").write_bytes(b"half a frame")
            raise failure
        return self.renders(clip, Path(folder), handles)

    def export_mask(self, clip: str, mask: str, folder: str) -> HostMask:
        self._enter("export_mask", clip, mask)
        found = next((m for each in self.clips if each.id == clip for m in each.masks if m.id == mask), None)
        if self.masks is None or found is None:
            raise HostFailure("This host has no such mask.", kind="unsupported")
        self.gate.wait()
        return replace(found, path=self.masks(clip, mask, Path(folder)))

    def place(self, order: PlaceOrder) -> Placing:
        self._enter("place")
        if order.project != self.project:
            raise HostFailure("Another project is open.", remedy="Open the project again, then import.")
        self.orders.append(order)
        done = []
        for result in order.results:
            placement = f"p{len(self.placed) + 1}"
            self.placed[placement] = result.job
            done.append(Placed(result.job, placement))
        return Placing(tuple(done), f"{len(done)} placed.")

    def revert(self, placements: tuple[str, ...]) -> str:
        self._enter("revert")
        if missing := [each for each in placements if each not in self.placed]:
            raise HostFailure(f"Nothing is known of {missing}.")
        for each in placements:
            del self.placed[each]
        return f"{len(placements)} taken out."

    def show_jobs(self, jobs: tuple[JobLine, ...]) -> None:
        self._enter("show_jobs")
        self.shown = jobs

    def close(self) -> None:
        self.closed = True


GONE = HostFailure("Fake is closing.", kind="lost")
BUSY = HostFailure("Fake is busy and did not answer.", kind="busy")


def retimed(clip: HostClip, *, exportable: bool = False) -> HostClip:
    return replace(clip, liftable=False, reason="The clip is retimed.", exportable=exportable)
