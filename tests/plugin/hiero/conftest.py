"""A running Hiero, and media that is really there."""

from __future__ import annotations

import logging

import numpy as np
import OpenEXR
import pytest

from bridge.domain.host import PlaceOrder, Result
from plugin.hiero.host import HieroHost
from plugin.hosting.journal import Journal
from plugin.hosting.main_thread import MainQueue
from tests.fakes import hiero as fake
from tests.fakes.hiero import media, timeline


def write_exr(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.full((4, 4), 2.0, np.float16)
    header = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.NO_COMPRESSION}
    OpenEXR.File(header, dict.fromkeys("RGB", pixels)).write(str(path))


class Bench:
    """A Hiero with one project and sequence, and our adapter in it."""

    def __init__(self, app, folder):
        self.app, self.folder = app, folder
        self.project = app.project(path=str(folder / "cut.hrox"))
        self.timeline = app.sequence(self.project)
        self.journal = Journal(folder / "journal")
        self.host = self.adapter()

    def adapter(self):
        queue = MainQueue("Hiero", lambda: self.app.waiting.put(queue.drain), patience=2.0)
        return HieroHost(self.journal, queue)

    def do(self, name, *arguments):
        return self.app.away(getattr(self.host, name), *arguments)

    @property
    def track(self):
        return self.timeline.videoTracks()[0]

    def sequence(self, name="plate", first=1001, last=1010, start=2, frames=5, at=86400, track=0, suffix="exr"):
        for number in range(first, last + 1):
            file = self.folder / "media" / f"{name}.{number:04d}.{suffix}"
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(b"picture")
        source = media.MediaSource(str(self.folder / "media" / f"{name}.####.{suffix}"))
        return timeline.put(self.timeline.videoTracks()[track], name, source, at, start, frames)

    def movie(self, name="A001.mov", frames=50, start=10, used=5, at=100, rate=None, track=0):
        path = self.folder / "media" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"movie")
        media.MediaSource.movies[str(path)] = frames
        item = timeline.put(self.timeline.videoTracks()[track], name, media.MediaSource(str(path)), at, start, used)
        item._data.source._data.rate = rate or media.TimeBase(24)
        return item

    def clips(self, *items):
        self.app.selected = list(items)
        return self.do("selection").clips

    def result(self, clip, job="j1", first=1003, frames=5, before=0, after=0, **more):
        folder = self.folder / f"results_{job}"
        name = more.pop("name", f"plate_hdr_{job}.%08d.exr")
        last = first + frames - 1
        for number in range(first, last + 1):
            if "%" in name:
                write_exr(folder / (name % number))
        if "%" not in name:
            folder.mkdir(exist_ok=True)
            (folder / name).write_bytes(b"movie")
            media.MediaSource.movies[str(folder / name)] = frames
        given = {"color": "lin_rec709", "reference_white": 203, "rate": "24", "width": 4, "height": 4, **more}
        return Result(job, clip, str(folder), name, first, last, handles_before=before, handles_after=after, **given)

    def place(self, *results, conflict="new_track", project=None):
        return self.do("place", PlaceOrder(project or self.project.path(), results, conflict))

    def layout(self):
        """Everything that can be seen of the timeline, for comparing."""
        return [
            (track.name, [(item.name, tuple(item.times), item.enabled, item.guid) for item in track.items])
            for track in self.timeline._tracks
        ]


@pytest.fixture(params=[("NukeStudio", 14), ("Hiero", 17)], ids=["studio14", "hiero17"])
def bench(request, tmp_path, monkeypatch):
    product, version = request.param
    made = Bench(fake.start(monkeypatch, version, product), tmp_path)
    yield made
    assert made.app.depth == 0
    assert made.app.loose == []


@pytest.fixture
def one(tmp_path, monkeypatch):
    """As `bench`, on one version: for what no version changes."""
    made = Bench(fake.start(monkeypatch), tmp_path)
    yield made
    assert made.app.depth == 0
    assert made.app.loose == []


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
