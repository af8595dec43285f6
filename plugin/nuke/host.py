"""Nuke, as Superwhite sees it."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import nuke

from bridge.domain.host import (
    Exported,
    HostAbilities,
    HostFacts,
    HostFailure,
    HostMask,
    JobLine,
    PlaceOrder,
    Placing,
    Selection,
)
from plugin.hosting.journal import Journal
from plugin.hosting.main_thread import Main

from .masks import ALPHA, is_roto
from .placer import Placer
from .render import NUMBER, Render, range_of, render_matte, render_plate
from .script import Script, named, node_named, script_rate, selected_nodes
from .sources import Source, checked, describe, file_of, is_meant

_SLICE_SECONDS = 0.02
"""What one look at the selection takes of Nuke's main thread before it has a turn."""

_ABILITIES = HostAbilities(export=True, masks=True, place=True, revert=True)


class NukeHost:
    """A `bridge.domain.host.Host`, for whoever is on another thread than Nuke's."""

    def __init__(self, journal: Journal, main: Main) -> None:
        self._main = main
        self._script: Script = main(Script)
        self._placer = Placer(journal, main, self._script)

    def facts(self) -> HostFacts:
        facts: HostFacts = self._main(self._facts)
        return facts

    def selection(self) -> Selection:
        names, rotos, notes = self._main(_selected)
        sources: list[Source] = []
        while names:
            names = self._main(_describe, names, rotos, sources)
        clips = tuple(checked(source) for source in sources)
        revision = hashlib.sha1(repr((clips, notes)).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
        return Selection(revision, clips, notes)

    def export(self, clip: str, folder: str, handles: int) -> Exported:  # noqa: ARG002 - see below
        """Frames outside a node's range are held ones, so there are no handles to give."""
        pattern, first, last, rate = self._render(clip, clip, folder, "plate", render_plate)
        return Exported(pattern, rate, first, last - first + 1)

    def export_mask(self, clip: str, mask: str, folder: str) -> HostMask:
        """Over the clip's range; the files have the numbers that the clip's own frames have."""
        node, title, number = self._main(_mask_of, clip, mask)
        rendered, first, last, _ = self._render(node, clip, folder, "rendered", render_matte)
        pattern = f"{folder}/matte.{NUMBER}.exr".replace("\\", "/")
        with _failing(folder):
            for frame in range(first, last + 1):
                Path(file_of(rendered, frame)).replace(file_of(pattern, number + frame - first))
        return HostMask(mask, title, "alpha" if mask == ALPHA else "matte", pattern)

    def place(self, order: PlaceOrder) -> Placing:
        return self._placer.place(order)

    def revert(self, placements: tuple[str, ...]) -> str:
        return self._placer.revert(placements)

    def show_jobs(self, jobs: tuple[JobLine, ...]) -> None:
        """There is no place for jobs but the panel."""

    def close(self) -> None:
        self._main(self._script.close)

    def _facts(self) -> HostFacts:
        title = "Nuke Studio" if nuke.env["studio"] else "Nuke"
        return HostFacts(
            "nuke",
            f"{title} Non-commercial" if nuke.env["nc"] else title,
            nuke.NUKE_VERSION_STRING,
            self._script.project(),
            self._script.title(),
            _ABILITIES,
        )

    def _render(self, node: str, clip: str, folder: str, name: str, render: Render) -> tuple[str, int, int, str]:
        """Render `node` over the frames of `clip` in the script, and look whether every file is there."""
        with _failing(folder):
            Path(folder).mkdir(parents=True, exist_ok=True)
        pattern = f"{folder}/{name}.{NUMBER}.exr".replace("\\", "/")
        first, last, rate = self._main(_execute, node, clip, pattern, render)
        missing = [number for number in range(first, last + 1) if not Path(file_of(pattern, number)).is_file()]
        if missing:
            raise HostFailure(
                "Nuke has not rendered every frame.",
                remedy="Look into Nuke's error console, then try again.",
                detail=f"{len(missing)} of {last - first + 1} are missing, the first is {missing[0]}.",
            )
        return pattern, first, last, rate


@contextmanager
def _failing(folder: str) -> Generator[None, None, None]:
    try:
        yield
    except OSError as error:
        raise HostFailure(
            "The folder for what Nuke renders cannot be written to.",
            remedy="Choose another output folder.",
            detail=f"{folder}: {os.strerror(error.errno or 0)}",
        ) from error


# What follows runs on Nuke's main thread, a slice each.


def _selected() -> tuple[list[str], list[str], tuple[str, ...]]:
    """Names of the clips, names of the Roto nodes among them, and what else is to be said."""
    nodes = [node for node in selected_nodes() if is_meant(node)]
    rotos = [node.fullName() for node in nodes if is_roto(node)]
    names = [node.fullName() for node in nodes if not is_roto(node)]
    if rotos and not names:
        return [], [], ("Select the clip together with its Roto, which is used as a mask.",)
    if not names:
        return [], [], ("Select a Read node, or any other, to lift what comes out of it.",)
    return sorted(names), rotos, ()


def _describe(names: list[str], rotos: list[str], sources: list[Source]) -> list[str]:
    """Adds to `sources` for as long as a slice may take; returns the names that are left."""
    end = time.monotonic() + _SLICE_SECONDS
    drawn = [node for name in rotos if (node := named(name)) is not None]
    for done, name in enumerate(names, 1):
        node = named(name)
        if node is not None:  # else deleted since
            sources.append(describe(node, drawn))
        if time.monotonic() >= end:
            return names[done:]
    return []


def _mask_of(clip: str, mask: str) -> tuple[str, str, int]:
    """The node that gives the mask, its title, and the number of the clip's first frame in its own count."""
    source = node_named(clip)
    node = source if mask == ALPHA else node_named(mask)
    title = f"Alpha of {source.name()}" if mask == ALPHA else str(node.name())
    return node.fullName(), title, describe(source, []).clip.source_start


def _execute(node: str, clip: str, pattern: str, render: Render) -> tuple[int, int, str]:
    first, last = range_of(node_named(clip))
    render(node_named(node), pattern, first, last)
    return first, last, script_rate()
