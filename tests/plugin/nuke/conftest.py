"""A running Nuke, and media that is really there."""

from __future__ import annotations

import importlib
import logging

import numpy as np
import OpenEXR
import pytest

from bridge.domain.host import PlaceOrder, Result
from plugin.hosting.journal import Journal
from plugin.hosting.main_thread import MainQueue
from tests.fakes import nuke as fake


def write_exr(path, value=0.5):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.full((4, 4), value, np.float16)
    OpenEXR.File(
        {"type": OpenEXR.scanlineimage, "compression": OpenEXR.NO_COMPRESSION}, dict.fromkeys("RGB", pixels)
    ).write(str(path))


class Bench:
    """A Nuke, our adapter in it, and a folder of media."""

    def __init__(self, app, folder, monkeypatch):
        self.app, self.folder, self.monkeypatch = app, folder, monkeypatch
        app.path = str(folder / "shot_v001.nk")
        self.journal = Journal(folder / "journal")
        self.host = self.adapter()

    def adapter(self):
        """Another panel on this Nuke, or the same after a restart."""
        module = importlib.import_module("plugin.nuke.host")
        nuke = importlib.import_module("nuke")
        queue = MainQueue("Nuke", lambda: nuke.executeInMainThread(queue.drain), patience=2.0)
        self.queue = queue
        return module.NukeHost(self.journal, queue)

    def do(self, name, *arguments):
        return self.app.away(getattr(self.host, name), *arguments)

    def sequence(self, name="plate", first=1001, last=1004, folder="media", **values):
        for number in range(first, last + 1):
            write_exr(self.folder / folder / f"{name}.{number:04d}.exr")
        file = str(self.folder / folder / f"{name}.%04d.exr")
        values = {"file": file, "first": first, "last": last, "origfirst": first, "origlast": last, **values}
        return self.app.make("Read", **values)

    def movie(self, frames=5, rate=24.0, name="clip.mov", **values):
        path = self.folder / "media" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"movie")
        self.app.movies[str(path)] = {"frames": frames, "rate": rate}
        values = {"file": str(path), "first": 1, "last": frames, "origfirst": 1, "origlast": frames, **values}
        return self.app.make("Read", **values)

    def select(self, *nodes):
        for op in self.app.graph.ops.values():
            op.selected = False
        for node in nodes:
            node.setSelected(True)

    def clips(self, *nodes):
        if nodes:
            self.select(*nodes)
        return self.do("selection").clips

    def result(self, clip, job="j1", first=1001, last=1004, before=0, after=0, **more):
        folder = self.folder / f"results_{job}"
        name = more.pop("name", f"plate_hdr_{job}.%08d.exr")
        for number in range(first, last + 1):
            if "%" in name:
                write_exr(folder / (name % number), 2.0)
        if "%" not in name:
            folder.mkdir(exist_ok=True)
            (folder / name).write_bytes(b"movie")
            self.app.movies[str(folder / name)] = {"frames": last - first + 1, "rate": 24.0}
        given = {"color": "lin_rec709", "reference_white": 203, "rate": "24", "width": 4, "height": 4, **more}
        return Result(job, clip, str(folder), name, first, last, handles_before=before, handles_after=after, **given)

    def order(self, *results, conflict="new_track", project=None):
        return PlaceOrder(project or self.app.path, results, conflict)

    def place(self, *results, **how):
        return self.do("place", self.order(*results, **how))


@pytest.fixture(params=[14, 15, 16, 17])
def version(request):
    return request.param


@pytest.fixture
def bench(version, tmp_path, monkeypatch):
    yield from _bench(version, tmp_path, monkeypatch)


@pytest.fixture
def one(tmp_path, monkeypatch):
    """As `bench`, on one version: for what no version changes."""
    yield from _bench(16, tmp_path, monkeypatch)


def _bench(version, tmp_path, monkeypatch):
    made = Bench(fake.start(monkeypatch, version), tmp_path, monkeypatch)
    yield made
    assert made.app.graph.balanced
    assert made.app.context == [0]


@pytest.fixture
def names():
    """Modules of the adapter that belong to the Nuke that runs now."""
    return lambda name: importlib.import_module(f"plugin.nuke.{name}")


@pytest.fixture(autouse=True)
def own_log():
    """Each test keeps its own log, and leaves none behind."""
    logger = logging.getLogger("superwhite")
    before = (list(logger.handlers), logger.propagate, logger.level)
    logger.handlers = []
    yield
    for handler in logger.handlers:
        handler.close()
    logger.handlers, logger.propagate = before[0], before[1]
    logger.setLevel(before[2])
