"""Timeline files of every kind: what of each medium they use, counted by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest

from bridge.domain.cut import lift_range, relative_range
from bridge.domain.errors import RangeOutside, TimelineClipUnknown, TimelineUnreadable, TimelineUnsupported
from bridge.domain.frames import FrameRange
from bridge.timelines.read import read_timeline
from bridge.timelines.select import select_clips, skip_warnings

NTSC = Fraction(24000, 1001)


def span(start, frames, rate=24.0):
    return otio.opentime.TimeRange(otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(frames, rate))


@pytest.fixture
def medium(tmp_path):
    """A file that is there; nothing of it is read."""
    path = tmp_path / "Plåt 1 100%.mov"
    path.write_bytes(b"x")
    return path


def written(tmp_path, *items, name="cut.otio", start=None):
    timeline = otio.schema.Timeline("cut", global_start_time=start)
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    track.extend(items)
    timeline.tracks.append(track)
    path = tmp_path / name
    otio.adapters.write_to_file(timeline, str(path))
    return path


def clip(path, source, available=None, name="shot", **kwargs):
    reference = otio.schema.ExternalReference(Path(path).as_uri(), available)
    return otio.schema.Clip(name, reference, source, **kwargs)


def test_a_medium_that_starts_at_one_hour_is_counted_from_its_first_frame(tmp_path, medium):
    hour = 3600 * 24
    path = written(tmp_path, clip(medium, span(hour + 24, 10), span(hour, 100)))
    (found,) = read_timeline(path).clips
    assert (found.record_start, found.record_end) == (0, 10)
    assert found.media == medium
    assert found.media_start_known
    assert relative_range(found, hour, Fraction(24)) == FrameRange(24, 34)


def test_a_medium_whose_start_no_one_says_is_counted_in_its_own_numbers(tmp_path, medium):
    (found,) = read_timeline(written(tmp_path, clip(medium, span(86424, 10)))).clips
    assert not found.media_start_known
    assert relative_range(found, 86400, Fraction(24)) == FrameRange(24, 34)


def test_23_976_on_a_24_timeline_goes_frame_by_frame(tmp_path, medium):
    path = written(
        tmp_path,
        clip(medium, span(30, 24, 24000 / 1001), span(0, 200, 24000 / 1001)),
        clip(medium, span(60, 12)),
    )
    found = read_timeline(path).clips[0]
    assert relative_range(found, 0, NTSC) == FrameRange(30, 54)


def test_50_on_a_25_timeline_takes_twice_the_frames(tmp_path, medium):
    path = written(tmp_path, clip(medium, span(10, 5, 25), span(0, 100, 25)))
    (found,) = read_timeline(path).clips
    assert relative_range(found, 0, Fraction(50)) == FrameRange(20, 30)


def test_handles_end_where_the_medium_ends(tmp_path, medium):
    path = written(tmp_path, clip(medium, span(2, 10), span(0, 15)))
    (found,) = read_timeline(path).clips
    part = lift_range(found, 0, Fraction(24), 15, handles=8)
    assert (part.used, part.lifted, part.before, part.after) == (FrameRange(2, 12), FrameRange(0, 15), 2, 3)
    with pytest.raises(RangeOutside, match="shot"):
        lift_range(found, 0, Fraction(24), 11, handles=0)


def test_a_transition_is_lifted_too(tmp_path, medium):
    path = written(
        tmp_path,
        clip(medium, span(10, 10), span(0, 100), name="a"),
        otio.schema.Transition(
            transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
            in_offset=otio.opentime.RationalTime(3, 24),
            out_offset=otio.opentime.RationalTime(4, 24),
        ),
        clip(medium, span(50, 10), span(0, 100), name="b"),
    )
    first, second = read_timeline(path).clips
    assert (first.record_start, first.record_end) == (0, 10)
    assert (second.record_start, second.record_end) == (10, 20)
    assert relative_range(first, 0, Fraction(24)) == FrameRange(10, 24)
    assert relative_range(second, 0, Fraction(24)) == FrameRange(47, 60)


def test_what_cannot_be_lifted_says_why(tmp_path, medium):
    retimed = clip(medium, span(0, 10), span(0, 100), name="retimed")
    retimed.effects.append(otio.schema.LinearTimeWarp(time_scalar=2.0))
    nested = otio.schema.Stack("nested", children=[clip(medium, span(0, 10), span(0, 100))])
    disabled = clip(medium, span(0, 10), span(0, 100), name="off")
    disabled.enabled = False
    path = written(
        tmp_path,
        clip(medium, span(0, 10), span(0, 100), name="good"),
        otio.schema.Gap(source_range=span(0, 6)),
        retimed,
        clip(tmp_path / "gone.mov", span(0, 10), span(0, 100), name="offline"),
        otio.schema.Clip("bars", otio.schema.GeneratorReference("SMPTEBars"), span(0, 10)),
        otio.schema.Clip("nothing", otio.schema.MissingReference(), span(0, 10)),
        nested,
        disabled,
    )
    facts = read_timeline(path)
    reasons = {found.name: found.reason for found in facts.clips}
    assert reasons["good"] == ""
    assert all(reasons[name] for name in ("retimed", "offline", "bars", "nothing", "nested"))
    assert [found.name for found in select_clips(facts, ["all"])] == ["good"]
    assert len(skip_warnings(facts, ["all"])) == len(facts.clips) - 1
    with pytest.raises(TimelineUnsupported, match="retimed"):
        select_clips(facts, ["retimed"])
    with pytest.raises(TimelineClipUnknown) as unknown:
        select_clips(facts, ["goood"])
    assert "good" in unknown.value.remedy


def test_clips_of_one_name_are_chosen_together_and_ids_apart(tmp_path, medium):
    path = written(tmp_path, *(clip(medium, span(n * 10, 10), span(0, 100)) for n in range(3)))
    facts = read_timeline(path)
    assert [found.id for found in select_clips(facts, ["shot"])] == ["V1/1", "V1/2", "V1/3"]
    assert [found.record_start for found in select_clips(facts, ["V1/2"])] == [10]


def test_an_image_sequence_is_a_medium(tmp_path):
    for number in (1001, 1002):
        (tmp_path / f"plate.{number}.png").write_bytes(b"x")
    reference = otio.schema.ImageSequenceReference(
        tmp_path.as_uri() + "/", "plate.", ".png", 1001, 1, 24, 4, available_range=span(1001, 48)
    )
    path = written(tmp_path, otio.schema.Clip("plate", reference, span(1013, 12)))
    (found,) = read_timeline(path).clips
    assert found.media == tmp_path / "plate.%04d.png"
    assert relative_range(found, 1001, Fraction(24)) == FrameRange(12, 24)


EDL = """TITLE: Reel 1
FCM: NON-DROP FRAME

001  A001     V     C        01:00:10:00 01:00:12:00 00:59:58:00 01:00:00:00
* FROM CLIP NAME: first
* FROM CLIP: {medium}
002  A002     V     C        00:00:00:05 00:00:01:05 01:00:00:00 01:00:01:00
* FROM CLIP NAME: second
* FROM CLIP: {medium}
"""


def test_an_edl_counts_in_timecode(tmp_path, medium):
    path = tmp_path / "cut.edl"
    path.write_text(EDL.format(medium=medium), encoding="utf-8")
    facts = read_timeline(path, Fraction(25))
    first, second = facts.clips
    assert (first.name, first.media) == ("first", medium)
    assert (first.record_start, first.record_end) == (0, 50)
    assert (second.record_start, second.record_end) == (50, 75)
    # The medium's own timecode starts at 01:00:00:00.
    assert relative_range(first, 90000, Fraction(25)) == FrameRange(250, 300)
    assert relative_range(second, 0, Fraction(25)) == FrameRange(5, 30)


def test_a_drop_frame_edl_counts_real_frames(tmp_path, medium):
    path = tmp_path / "cut.edl"
    path.write_text(
        "TITLE: df\nFCM: DROP FRAME\n\n"
        "001  AX  V  C  00:01:00;02 00:01:01;02 01:00:00;00 01:00:01;00\n"
        f"* FROM CLIP NAME: df\n* FROM CLIP: {medium}\n",
        encoding="utf-8",
    )
    (found,) = read_timeline(path, Fraction(30000, 1001)).clips
    # 00:01:00;02 is the frame after 00:00:59;29: number 1800.
    assert relative_range(found, 0, Fraction(30000, 1001)) == FrameRange(1800, 1830)


FCP7 = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE xmeml>
<xmeml version="5"><sequence><name>cut</name><duration>48</duration>
<rate><timebase>24</timebase><ntsc>TRUE</ntsc></rate>
<media><video><track>
<clipitem id="c1"><name>shot</name><duration>240</duration><rate><timebase>24</timebase><ntsc>TRUE</ntsc></rate>
<start>12</start><end>36</end><in>100</in><out>124</out>
<file id="f1"><name>shot.mov</name><pathurl>{url}</pathurl><rate><timebase>24</timebase><ntsc>TRUE</ntsc></rate>
<duration>240</duration><timecode><string>01:00:00:00</string><frame>86400</frame><displayformat>NDF</displayformat>
<rate><timebase>24</timebase><ntsc>TRUE</ntsc></rate></timecode>
<media><video><samplecharacteristics/></video></media></file></clipitem>
</track></video></media></sequence></xmeml>
"""


def test_fcp7_counts_in_points_from_the_first_frame(tmp_path, medium):
    path = tmp_path / "cut.xml"
    path.write_text(FCP7.format(url=medium.as_uri().replace("file:///", "file://localhost/")), encoding="utf-8")
    facts = read_timeline(path)
    (found,) = facts.clips
    assert facts.rate == NTSC
    assert found.media == medium
    assert (found.record_start, found.record_end) == (12, 36)
    assert relative_range(found, 86400, NTSC) == FrameRange(100, 124)


FCPXML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="1.10"><resources>
<format id="r1" frameDuration="1001/24000s" width="1920" height="1080"/>
<asset id="r2" name="shot" start="3603600/1000s" duration="240240/24000s" hasVideo="1" format="r1">
<media-rep kind="original-media" src="{url}"/></asset></resources>
<library><event name="e"><project name="cut"><sequence format="r1" duration="48048/24000s" tcStart="3600s">
<spine><asset-clip ref="r2" name="shot" offset="3600s" start="3605602/1000s" duration="24024/24000s" format="r1"/>
<asset-clip ref="r2" name="again" offset="86424024/24000s" start="3603600/1000s" duration="24024/24000s" format="r1"/>
</spine></sequence></project></event></library></fcpxml>
"""


def test_fcpxml_counts_in_exact_seconds_from_the_asset_s_start(tmp_path, medium):
    path = tmp_path / "cut.fcpxml"
    path.write_text(FCPXML.format(url=medium.as_uri()), encoding="utf-8")
    facts = read_timeline(path)
    first, second = facts.clips
    assert facts.rate == NTSC
    assert first.media == medium
    assert (first.record_start, first.record_end) == (0, 24)
    assert (second.record_start, second.record_end) == (24, 48)
    # (3605.602 - 3603.6) s are 48 frames.
    assert relative_range(first, 86400, NTSC) == FrameRange(48, 72)
    assert relative_range(second, 86400, NTSC) == FrameRange(0, 24)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.otio", ""),
        ("text.otio", "not json"),
        ("other.otio", '{"OTIO_SCHEMA": "Marker.2"}'),
        ("deep.otio", "[" * 100_000),
        ("cut.fcpxml", "<fcpxml version='1.8'>"),
        ("bomb.fcpxml", '<!DOCTYPE fcpxml [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><fcpxml>&b;</fcpxml>'),
        ("file.xml", '<!DOCTYPE xmeml [<!ENTITY x SYSTEM "file:///etc/hostname">]><xmeml>&x;</xmeml>'),
        ("deep.xml", "<a>" * 5000 + "</a>" * 5000),
        ("other.xml", "<html/>"),
        ("cut.edl", "this is no list"),
    ],
)
def test_a_file_that_is_no_timeline_is_refused_in_a_sentence(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises((TimelineUnreadable, TimelineUnsupported)) as refusal:
        read_timeline(path)
    assert name in refusal.value.sentence or "timeline" in refusal.value.sentence


def test_a_file_that_is_not_there_and_one_of_another_kind(tmp_path):
    with pytest.raises(TimelineUnreadable):
        read_timeline(tmp_path / "nowhere.otio")
    (tmp_path / "cut.prproj").write_text("x")
    with pytest.raises(TimelineUnsupported, match=r"cut\.prproj"):
        read_timeline(tmp_path / "cut.prproj")
