"""Files that would take the process of OpenTimelineIO's readers with them, or keep it for ever."""

from __future__ import annotations

import json

import opentimelineio as otio
import pytest

from bridge.domain.errors import TimelineUnreadable, TimelineUnsupported
from bridge.timelines.read import read_timeline


def document(**changes):
    """A timeline of one clip as JSON objects, with fields of the clip changed."""
    timeline = otio.schema.Timeline("cut")
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    whole = otio.opentime.TimeRange(otio.opentime.RationalTime(0, 24), otio.opentime.RationalTime(10, 24))
    track.append(otio.schema.Clip("shot", otio.schema.ExternalReference("a.mov"), whole))
    timeline.tracks.append(track)
    fields = json.loads(otio.adapters.write_to_string(timeline, "otio_json"))
    fields["tracks"]["children"][0]["children"][0].update(changes)
    return fields


def time(value, rate):
    return {"OTIO_SCHEMA": "RationalTime.1", "value": value, "rate": rate}


def span(start, duration):
    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": start, "duration": duration}


def refused(path):
    with pytest.raises((TimelineUnreadable, TimelineUnsupported)) as refusal:
        read_timeline(path)
    return refusal.value.sentence


def test_json_that_breaks_off_is_refused_before_the_reader_sees_it(tmp_path):
    # OpenTimelineIO 0.18.1 crashes on some of these.
    text = json.dumps(document(), indent=1)
    path = tmp_path / "cut.otio"
    commas = [place for place, letter in enumerate(text) if letter == ","]
    for broken in (*(text[:end] for end in range(1, len(text), 29)), *(text[:at] + text[at + 1 :] for at in commas)):
        path.write_text(broken)
        assert "not whole JSON" in refused(path)


def test_a_field_that_is_there_twice_is_refused_before_the_reader_sees_it(tmp_path):
    # OpenTimelineIO 0.18.1 crashes on some of these.
    lines = json.dumps(document(), indent=1).splitlines()
    path = tmp_path / "cut.otio"
    for number, line in enumerate(lines):
        if '": ' in line and line.endswith(","):
            path.write_text("\n".join([*lines[:number], line, *lines[number:]]))
            assert "not whole JSON" in refused(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"OTIO_SCHEMA": "UnknownSchema.1"},
        {"OTIO_SCHEMA": 7},
        {"OTIO_SCHEMA": ""},
        {"OTIO_SCHEMA": "Studio.1"},
        {"OTIO_SCHEMA": "Stack.1"},
        {"source_range": span(time(float("nan"), 24), time(10, 24))},
        {"source_range": span(time(0, 24), time(float("inf"), 24))},
        {"source_range": span(time(1e300, 24), time(10, 24))},
        {"source_range": span(time(0, 0), time(10, 0))},
        {"source_range": span(time(0, -24), time(10, -24))},
        {"media_references": None},
        {"effects": [None]},
    ],
)
def test_values_that_are_none_are_refused(tmp_path, changes):
    path = tmp_path / "cut.otio"
    path.write_text(json.dumps(document(**changes)))
    refused(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"active_media_reference_key": "nowhere"},
        {"media_references": {}},
        {"source_range": span(time(0, 24), time(0, 24))},
        {"source_range": span(time(0, 24), time(-5, 24))},
    ],
)
def test_a_clip_that_is_odd_is_listed_and_not_liftable(tmp_path, changes):
    whole = document()
    other = document(**changes)["tracks"]["children"][0]["children"][0]
    whole["tracks"]["children"][0]["children"].append(other)
    path = tmp_path / "cut.otio"
    path.write_text(json.dumps(whole))
    odd = read_timeline(path).clips[-1]
    assert not odd.liftable
    assert odd.reason


@pytest.mark.parametrize("when", ["1e999999999s", "9" * 5000 + "s", "1/0s", "nans", "-1e5s", "٣s", ""])
def test_a_time_that_would_fill_the_memory_is_refused(tmp_path, when):
    path = tmp_path / "cut.fcpxml"
    path.write_text(
        '<fcpxml version="1.9"><resources><format id="r1" frameDuration="1/24s"/></resources><project name="x">'
        f'<sequence format="r1" tcStart="{when}"><spine><gap duration="1s"/></spine></sequence></project></fcpxml>',
        encoding="utf-8",
    )
    assert "cannot be read" in refused(path)


def test_a_timeline_without_pictures_says_so(tmp_path):
    path = tmp_path / "cut.fcpxml"
    path.write_text(
        '<fcpxml version="1.9"><resources><format id="r1" frameDuration="1/24s"/></resources><project name="x">'
        '<sequence format="r1"><spine><gap duration="1s"/></spine></sequence></project></fcpxml>'
    )
    assert "no video clips" in refused(path)
    bare = tmp_path / "bare.otio"
    bare.write_text(json.dumps({**document(), "tracks": None}))
    assert "no tracks" in refused(bare)
    two = tmp_path / "two.otio"
    both = otio.schema.SerializableCollection(children=[otio.schema.Timeline("a"), otio.schema.Timeline("b")])
    two.write_text(otio.adapters.write_to_string(both, "otio_json"))
    assert "2 timelines" in refused(two)


def test_a_file_that_is_too_large_or_not_text_is_refused(tmp_path):
    large = tmp_path / "large.otio"
    with large.open("wb") as file:
        file.truncate((64 << 20) + 1)
    assert "larger" in refused(large)
    (tmp_path / "zeros.otio").write_bytes(bytes(1000))
    assert "empty" in refused(tmp_path / "zeros.otio")
    (tmp_path / "noise.otio").write_bytes(bytes(range(256)))
    assert "not text" in refused(tmp_path / "noise.otio")
    (tmp_path / "folder.otio").mkdir()
    refused(tmp_path / "folder.otio")
