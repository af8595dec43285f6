"""Timelines, results and hosts against a real bridge process."""

from __future__ import annotations

import subprocess
from pathlib import Path

import opentimelineio as otio
import pytest

from bridge.client import Bridge
from bridge.domain.color import OutputColor
from bridge.domain.host import NEW_TRACK, PlaceOrder, Result
from bridge.domain.job import Ready
from bridge.domain.timeline import TimelineQuery
from bridge.domain.workflow import SourceSpec
from plugin.standalone.host import StandaloneHost
from tests.fakes.backend import fake_request
from tests.fakes.service import launching, until

RATE = 24


def span(start, frames):
    return otio.opentime.TimeRange(otio.opentime.RationalTime(start, RATE), otio.opentime.RationalTime(frames, RATE))


def shot(medium, name, start, frames):
    return otio.schema.Clip(name, otio.schema.ExternalReference(medium.as_uri(), span(0, 500)), span(start, frames))


def saved(path, *tracks):
    timeline = otio.schema.Timeline("cut")
    for number, items in enumerate(tracks, start=1):
        track = otio.schema.Track(f"V{number}", kind=otio.schema.TrackKind.Video)
        track.extend(items)
        timeline.tracks.append(track)
    otio.adapters.write_to_file(timeline, str(path))
    return path


def layers(path):
    """Names of the HDR clips in a timeline file: of each track that has some, from the bottom."""
    timeline = otio.adapters.read_from_file(str(path))
    tracks = [[clip.name for clip in track.find_clips() if "_hdr_v" in clip.name] for track in timeline.tracks]
    return [names for names in tracks if names]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("state of Zoë")


@pytest.fixture(scope="module")
def launch(home):
    with launching(home) as launch:
        yield launch


@pytest.fixture(scope="module")
def service(launch):
    return launch()


@pytest.fixture
def connect(home, service):
    return lambda: Bridge.attach_or_start(home=home, start=False)


@pytest.fixture
def edit(tmp_path):
    """A folder as an editor has it, with a medium in it that is there and no more."""
    folder = tmp_path / "My edit ü"
    folder.mkdir()
    (folder / "plate.mov").write_bytes(b"x")
    return folder


@pytest.fixture
def medium(edit):
    return edit / "plate.mov"


@pytest.fixture
def cut(edit, medium):
    """Three clips one after the other on one track."""
    return saved(edit / "cut.otio", [shot(medium, "a", 0, 10), shot(medium, "b", 50, 12), shot(medium, "c", 90, 8)])


class Desk:
    """An editor with a standalone host, over its restarts."""

    def __init__(self, connect, folder, out):
        self.connect, self.folder, self.out = connect, folder, out
        self.bridge = connect()
        self.host = StandaloneHost(connect, folder)

    def restart(self):
        self.host.close()
        self.host = StandaloneHost(self.connect, self.folder)

    def open(self, *paths, rate=None):
        self.host.show(self.host.read(paths, rate))
        return self.host.facts().project

    def lift(self, timeline, clip, rate=None, backend="fake", workflow="hdr_lift"):
        """The finished job of a clip."""
        found = self.bridge.read_timeline(TimelineQuery(path=timeline, select=(clip,), rate=rate)).chosen[0]
        request = fake_request(self.out, str(found.media), backend)
        output = request.output.model_copy(update={"name": found.name})
        source = SourceSpec(path=found.media, cut=found)
        request = request.model_copy(update={"source": source, "output": output, "workflow": workflow})
        job = self.bridge.submit(request)
        until(lambda: isinstance(self.bridge.job(job.id).state, Ready))
        return job.id

    def result(self, job, clip):
        return Result(job, clip, "", "", 0, 0, "24", 0, 0, 0, 0, OutputColor.LIN_REC709.value, 203)

    def place(self, timeline, *jobs, conflict=NEW_TRACK):
        """Place `(job, clip)` pairs."""
        results = tuple(self.result(job, clip) for job, clip in jobs)
        return self.host.place(PlaceOrder(str(timeline), results, conflict))

    def close(self):
        self.host.close()
        self.bridge.close()


@pytest.fixture
def desk(connect, tmp_path):
    one = Desk(connect, tmp_path / "journals", tmp_path / "out")
    yield one
    one.close()


@pytest.fixture
def drive(tmp_path) -> Path:
    """A drive of its own, on which `remount(options)` sets what is allowed; left out where mounting is not."""
    folder = tmp_path / "drive"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=False).returncode:
        pytest.skip("mounting a drive is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)
