"""New timeline files: what stands where, read back by OpenTimelineIO or from the text itself."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import opentimelineio as otio
import pytest

from bridge.domain.color import OutputColor
from bridge.domain.cut import lift_range
from bridge.domain.errors import OutputNotWritable, TimelineClipUnknown, TimelineUnsupported
from bridge.domain.job import Deliverable
from bridge.domain.timeline import PlacedClip
from bridge.timelines.place import hdr_timeline_path, write_timeline
from bridge.timelines.read import read_timeline

NTSC = Fraction(24000, 1001)
HOUR = 86400


def time(value, rate=24.0):
    return otio.opentime.RationalTime(value, rate)


def span(start, frames, rate=24.0):
    return otio.opentime.TimeRange(time(start, rate), time(frames, rate))


@pytest.fixture
def medium(tmp_path):
    path = tmp_path / "plate.mov"
    path.write_bytes(b"x")
    return path


def lifted(facts, identity, first_number=0, frames=500, handles=8, rate=None):
    """What the bridge hands over for a clip of a medium with `frames` frames, without its pixels."""
    clip = next(each for each in facts.clips if each.id == identity)
    part = lift_range(clip, first_number, rate or clip.source_rate or clip.rate, frames, handles)
    name = f"{clip.name}_hdr_v001"
    folder = facts.path.parent / "out ü" / name
    first = first_number + part.lifted.start
    result = Deliverable(
        directory=folder,
        pattern=f"{name}.%08d.exr",
        first=first,
        last=first + len(part.lifted) - 1,
        frames=len(part.lifted),
        width=64,
        height=48,
        color=OutputColor.LIN_REC709,
        reference_white=203,
        sidecar=folder / f"{name}.json",
        review=None,
        poster=None,
        master=None,
    )
    return PlacedClip(clip=identity, deliverable=result, handles_before=part.before, handles_after=part.after)


def saved(timeline, tmp_path):
    path = tmp_path / "cut.otio"
    otio.adapters.write_to_file(timeline, str(path))
    return path


def timeline_of(*tracks, start=None):
    timeline = otio.schema.Timeline("cut", global_start_time=start)
    for number, items in enumerate(tracks, start=1):
        track = otio.schema.Track(f"V{number}", kind=otio.schema.TrackKind.Video)
        track.extend(items)
        timeline.tracks.append(track)
    sound = otio.schema.Track("A1", kind=otio.schema.TrackKind.Audio)
    sound.append(otio.schema.Clip("sound", otio.schema.ExternalReference("a.wav"), span(0, 40)))
    timeline.tracks.append(sound)
    return timeline


def gap(frames):
    return otio.schema.Gap(source_range=span(0, frames))


def shot(medium, name, start, frames, rate=24.0):
    reference = otio.schema.ExternalReference(medium.as_uri(), span(HOUR, 500, rate))
    return otio.schema.Clip(name, reference, span(HOUR + start, frames, rate))


def dissolve(before, after):
    return otio.schema.Transition(
        transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve, in_offset=time(before), out_offset=time(after)
    )


def record(item):
    """First frame and length on the track, in frames of a 24 or 23.976 timeline."""
    where = item.range_in_parent()
    return round(where.start_time.value), round(where.duration.value)


# OpenTimelineIO


def test_otio_gets_a_track_above_and_keeps_all_else(tmp_path, medium):
    off = shot(medium, "b", 100, 20)
    off.markers.append(otio.schema.Marker("here", span(HOUR + 100, 1)))
    off.metadata["studio"] = {"shot": "010"}
    source = saved(timeline_of([gap(6), shot(medium, "a", 3, 10), off], [gap(50)], start=time(HOUR)), tmp_path)
    before = source.read_bytes()
    facts = read_timeline(source)
    assert (facts.start_frame, facts.tracks) == (HOUR, ("V1", "V2"))

    placed = [lifted(facts, "V1/1", HOUR), lifted(facts, "V1/2", HOUR)]
    result = write_timeline(source, placed, hdr_timeline_path(source, tmp_path))

    assert result.path == tmp_path / "cut_hdr.otio"
    assert source.read_bytes() == before
    timeline = otio.adapters.read_from_file(str(result.path))
    assert [track.name for track in timeline.tracks] == ["V1", "V2", "Superwhite HDR", "A1"]
    assert timeline.global_start_time == time(HOUR)
    a, b = timeline.tracks[2].find_clips()
    assert [record(clip) for clip in (a, b)] == [(6, 10), (16, 20)]
    # Three frames lie before the first clip's in point, though eight were asked for.
    assert a.media_reference.available_range == span(HOUR, 3 + 10 + 8)
    assert a.source_range == span(HOUR + 3, 10)
    assert b.source_range == span(HOUR + 100, 20)
    assert b.media_reference.available_range == span(HOUR + 92, 36)
    assert b.media_reference.target_url_for_image_number(0).endswith(
        "/out%20%C3%BC/b_hdr_v001/b_hdr_v001.00086492.exr"
    )
    assert b.metadata["superwhite"]["source_clip"] == "V1/2"
    sources = list(timeline.tracks[0].find_clips())
    assert [clip.enabled for clip in sources] == [False, False]
    assert sources[1].is_equivalent_to(off) is False  # it is off, and that is the only change
    sources[1].enabled = True
    assert sources[1].is_equivalent_to(off)
    assert timeline.tracks[3].is_equivalent_to(timeline_of().tracks[0])


def test_23_976_on_a_24_timeline_keeps_the_very_record_frames(tmp_path, medium):
    rate = 24000 / 1001
    source = saved(timeline_of([gap(5), shot(medium, "a", 30, 24, rate), shot(medium, "b", 0, 12)]), tmp_path)
    facts = read_timeline(source)
    a = facts.clips[0]
    assert (a.rate, a.source_rate) == (24, NTSC)
    placed = lifted(facts, "V1/1", HOUR)
    timeline = otio.adapters.read_from_file(str(write_timeline(source, [placed], tmp_path / "new.otio").path))
    original, hdr = timeline.tracks[0][1], timeline.tracks[1][1]
    assert hdr.range_in_parent() == original.range_in_parent()
    assert hdr.source_range.start_time == time(HOUR + 30, rate)
    assert hdr.media_reference.rate == rate


def test_transitions_come_along_where_both_sides_do(tmp_path, medium):
    items = [shot(medium, "a", 20, 20), dissolve(3, 4), shot(medium, "b", 100, 20), dissolve(2, 2)]
    source = saved(timeline_of([dissolve(0, 5), *items, shot(medium, "c", 200, 20), dissolve(6, 0)]), tmp_path)
    facts = read_timeline(source)
    assert [(c.reveal_before, c.reveal_after) for c in facts.clips] == [(0, 4), (3, 2), (2, 0)]

    both = [lifted(facts, "V1/1", HOUR, handles=0), lifted(facts, "V1/2", HOUR, handles=0)]
    result = write_timeline(source, both, tmp_path / "both.otio")
    hdr = otio.adapters.read_from_file(str(result.path)).tracks[1]
    assert [type(item).__name__ for item in hdr] == ["Transition", "Clip", "Transition", "Clip"]
    assert [record(clip) for clip in hdr.find_clips()] == [(0, 20), (20, 20)]
    assert (hdr[2].in_offset, hdr[2].out_offset) == (time(3), time(4))
    # What the transition shows lies inside the sequences, and no frame more.
    a, b = hdr.find_clips()
    assert (a.visible_range(), a.available_range()) == (span(HOUR + 20, 24), span(HOUR + 20, 24))
    assert (b.visible_range(), b.available_range()) == (span(HOUR + 97, 23), span(HOUR + 97, 25))
    assert sum("transition" in warning for warning in result.warnings) == 1

    fade = write_timeline(source, [lifted(facts, "V1/3", HOUR)], tmp_path / "fade.otio")
    hdr = otio.adapters.read_from_file(str(fade.path)).tracks[1]
    assert [type(item).__name__ for item in hdr] == ["Gap", "Clip", "Transition"]
    assert any("“b” and “c”" in warning for warning in fade.warnings)


def test_a_transition_that_was_not_lifted_is_left_out(tmp_path, medium):
    source = saved(timeline_of([shot(medium, "a", 20, 20), dissolve(3, 4), shot(medium, "b", 100, 20)]), tmp_path)
    facts = read_timeline(source)
    a, b = lifted(facts, "V1/1", HOUR, handles=0), lifted(facts, "V1/2", HOUR, handles=0)
    short = a.deliverable.model_copy(update={"last": a.deliverable.last - 4, "frames": 20})
    a = a.model_copy(update={"deliverable": short, "handles_after": 0})
    result = write_timeline(source, [a, b], tmp_path / "new.otio")
    hdr = otio.adapters.read_from_file(str(result.path)).tracks[1]
    assert [type(item).__name__ for item in hdr] == ["Clip", "Clip"]
    assert any("transition" in warning for warning in result.warnings)


def test_clips_over_each_other_get_a_track_each_in_the_same_order(tmp_path, medium):
    source = saved(timeline_of([shot(medium, "low", 0, 30)], [gap(10), shot(medium, "high", 50, 10)]), tmp_path)
    facts = read_timeline(source)
    placed = [lifted(facts, "V2/1", HOUR), lifted(facts, "V1/1", HOUR)]
    timeline = otio.adapters.read_from_file(str(write_timeline(source, placed, tmp_path / "new.otio").path))
    names = [(track.name, [clip.name for clip in track.find_clips()]) for track in timeline.tracks][2:4]
    assert names == [("Superwhite HDR", ["low_hdr_v001"]), ("Superwhite HDR 2", ["high_hdr_v001"])]
    assert record(timeline.tracks[3][1]) == (10, 10)


def test_what_the_new_track_changes_on_screen_is_said(tmp_path, medium):
    graded = shot(medium, "a", 0, 30)
    graded.effects.append(otio.schema.Effect("", "Lumetri Color"))
    title = otio.schema.Clip("Title", otio.schema.GeneratorReference("title"), span(0, 10))
    off = shot(medium, "off", 60, 10)
    off.enabled = False
    source = saved(timeline_of([graded, off], [gap(10), title]), tmp_path)
    facts = read_timeline(source)
    result = write_timeline(source, [lifted(facts, "V1/1", HOUR), lifted(facts, "V1/2", HOUR)], tmp_path / "new.otio")
    assert any("Lumetri Color" in warning and "V1/1" in warning for warning in result.warnings)
    assert any("“Title” (V2/1)" in warning for warning in result.warnings)
    hdr = otio.adapters.read_from_file(str(result.path)).tracks[2]
    assert [clip.enabled for clip in hdr.find_clips()] == [True, False]
    # What was lifted is neither lifted again nor chosen.
    reasons = {clip.name: clip.reason for clip in read_timeline(result.path).clips}
    assert "Superwhite" in reasons["a_hdr_v001"]


def test_nothing_is_overwritten_and_nothing_half_written(tmp_path, medium):
    source = saved(timeline_of([shot(medium, "a", 0, 30)]), tmp_path)
    placed = [lifted(read_timeline(source), "V1/1", HOUR)]
    target = tmp_path / "new.otio"
    paths = [write_timeline(source, placed, target).path for _ in range(3)]
    assert [path.name for path in paths] == ["new.otio", "new_v002.otio", "new_v003.otio"]
    assert hdr_timeline_path(source, tmp_path, ".otio") == tmp_path / "cut_hdr.otio"
    (tmp_path / "cut_hdr.otio").touch()
    assert hdr_timeline_path(source, tmp_path) == tmp_path / "cut_hdr_v002.otio"
    with pytest.raises(OutputNotWritable):
        write_timeline(source, placed, source / "inside.otio")
    assert not [path for path in tmp_path.iterdir() if ".part-" in path.name]


def test_an_unknown_clip_and_another_format_are_refused(tmp_path, medium):
    source = saved(timeline_of([shot(medium, "a", 0, 30)]), tmp_path)
    placed = lifted(read_timeline(source), "V1/1", HOUR)
    with pytest.raises(TimelineClipUnknown, match="V9/9"):
        write_timeline(source, [placed.model_copy(update={"clip": "V9/9"})], tmp_path / "new.otio")
    with pytest.raises(TimelineUnsupported, match=r"\.edl"):
        write_timeline(source, [placed], tmp_path / "new.edl")
    assert not list(tmp_path.glob("new*"))


# Final Cut Pro 7 XML

RATE_24 = "<rate><timebase>24</timebase><ntsc>TRUE</ntsc></rate>"
PREMIERE = f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE xmeml>
<xmeml version="4"><sequence id="sequence-1"><uuid>x</uuid><duration>110</duration>{RATE_24}<name>Cut</name>
<media><video><format><samplecharacteristics>{RATE_24}<width>1920</width></samplecharacteristics></format>
<track TL.SQTrackShy="0"><clipitem id="clipitem-1"><masterclipid>masterclip-1</masterclipid><name>a.mov</name>
<enabled>TRUE</enabled><duration>500</duration>{RATE_24}<start>10</start><end>-1</end><in>20</in><out>64</out>
<file id="file-1"><name>a.mov</name><pathurl>URL</pathurl>{RATE_24}<duration>500</duration>
<timecode>{RATE_24}<string>01:00:00:00</string><frame>86400</frame><displayformat>NDF</displayformat></timecode>
<media><video/><audio/></media></file>
<filter><effect><name>Basic Motion</name><effectid>basic</effectid></effect></filter>
<link><linkclipref>clipitem-1</linkclipref></link><link><linkclipref>clipitem-9</linkclipref></link></clipitem>
<transitionitem><start>46</start><end>54</end><alignment>center</alignment><cutPointTicks>0</cutPointTicks>{RATE_24}
<effect><name>Cross Dissolve</name><effectid>Cross Dissolve</effectid></effect></transitionitem>
<clipitem id="clipitem-2"><name>b.mov</name><enabled>TRUE</enabled><duration>500</duration>{RATE_24}
<start>-1</start><end>80</end><in>200</in><out>234</out><file id="file-1"/></clipitem>
<clipitem id="clipitem-3"><name>fast.mov</name><duration>500</duration>{RATE_24}<start>80</start><end>110</end>
<in>0</in><out>60</out><file id="file-1"/><filter><effect><name>Time Remap</name><effectid>timeremap</effectid>
<parameter><parameterid>speed</parameterid><value>200</value></parameter></effect></filter></clipitem>
</track></video><audio><track><clipitem id="clipitem-9"><name>a.mov</name><duration>500</duration>{RATE_24}
<start>10</start><end>50</end><in>20</in><out>60</out><file id="file-1"/></clipitem></track></audio></media>
<marker><name>m</name><in>3</in><out>-1</out></marker></sequence></xmeml>
"""


def test_fcp7_gets_a_track_above_and_keeps_all_else(tmp_path, medium):
    source = tmp_path / "cut.xml"
    source.write_text(PREMIERE.replace("URL", medium.as_uri()))
    facts = read_timeline(source)
    a, b, fast = facts.clips
    assert (a.record_start, a.record_end, b.record_start, b.record_end) == (10, 50, 50, 80)
    # 46 to 54 around the cut at 50: four frames of each are seen on the other's side.
    assert (a.source_start, a.source_end, a.reveal_after) == (20, 64, 4)
    assert (b.source_start, b.source_end, b.reveal_before) == (200, 234, 4)
    assert "retimed" in fast.reason

    placed = [lifted(facts, "V1/1", HOUR), lifted(facts, "V1/2", HOUR)]
    result = write_timeline(source, placed, tmp_path / "new.xml")

    timeline = otio.adapters.read_from_file(str(result.path))
    video = [track for track in timeline.tracks if track.kind == otio.schema.TrackKind.Video]
    assert len(video) == 2
    hdr = list(video[1].find_clips())
    assert [record(clip) for clip in hdr] == [(10, 40), (50, 30)]
    assert [round(clip.source_range.start_time.value) for clip in hdr] == [HOUR + 20, HOUR + 204]
    assert hdr[0].media_reference.target_url.endswith("/a.mov_hdr_v001.00086412.exr")
    assert [(round(r.start_time.value), round(r.duration.value)) for r in (c.available_range() for c in hdr)] == [
        (HOUR + 12, 60),
        (HOUR + 192, 50),
    ]
    assert any("transitions of “a.mov”" in warning for warning in result.warnings)
    assert any("Basic Motion" in warning for warning in result.warnings)

    new, old = (ElementTree.parse(path).getroot() for path in (result.path, source))
    items = {item.get("id"): item for item in new.iter("clipitem")}
    assert [items[f"clipitem-{n}"].findtext("enabled") for n in (1, 2, 3)] == ["FALSE", "FALSE", None]
    assert items["clipitem-9"].find("enabled") is None
    # Undo the two switches and take the track away: nothing else has changed.
    items["clipitem-1"].find("enabled").text = items["clipitem-2"].find("enabled").text = "TRUE"
    parent = new.find("sequence/media/video")
    parent.remove(parent.findall("track")[1])
    assert ElementTree.canonicalize(ElementTree.tostring(new)) == ElementTree.canonicalize(ElementTree.tostring(old))
    # Read again, it says what is off and what is HDR already.
    again = {clip.id: clip for clip in read_timeline(result.path).clips}
    assert not again["V1/1"].enabled
    assert "Superwhite" in again["V2/1"].reason


def test_fcp7_as_the_adapter_writes_it(tmp_path, medium):
    timeline = timeline_of([gap(6), shot(medium, "a", 3, 10)], start=time(HOUR))
    del timeline.tracks[1]
    source = tmp_path / "cut.xml"
    otio.adapters.write_to_file(timeline, str(source))
    facts = read_timeline(source)
    assert facts.start_frame == HOUR
    placed = lifted(facts, "V1/1", HOUR)
    video = otio.adapters.read_from_file(str(write_timeline(source, [placed], tmp_path / "new.xml").path)).tracks
    assert [record(clip) for track in video for clip in track.find_clips()] == [(6, 10), (6, 10)]
    assert video[1].find_clips()[0].source_range == span(HOUR + 3, 10)


def test_other_formats_can_become_otio(tmp_path, medium):
    source = tmp_path / "cut.xml"
    source.write_text(PREMIERE.replace("URL", medium.as_uri()))
    facts = read_timeline(source)
    result = write_timeline(source, [lifted(facts, "V1/1", HOUR)], tmp_path / "new.otio")
    timeline = otio.adapters.read_from_file(str(result.path))
    assert [record(clip) for clip in timeline.tracks[1].find_clips()] == [(10, 40)]
    assert not timeline.tracks[0].find_clips()[0].enabled
    assert any("OpenTimelineIO does not read" in warning for warning in result.warnings)


# FCPXML

RESOLVE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>
<fcpxml version="1.9"><resources>
<format id="r0" name="FFVideoFormat1080p2398" frameDuration="1001/24000s" width="1920" height="1080"/>
<asset id="r1" name="plate" start="3600/1s" duration="500500/24000s" hasVideo="1" format="r0"><media-rep
 kind="original-media" src="URL"/></asset></resources>
<library><event name="e"><project name="Cut"><sequence format="r0" tcStart="3600/1s" tcFormat="NDF" duration="60s">
<spine>
<asset-clip ref="r1" name="a" offset="3600/1s" start="86410010/24000s" duration="40040/24000s" enabled="1" format="r0">
<adjust-transform scale="1.1 1.1"/>
<asset-clip ref="r1" name="over" lane="1" offset="86430030/24000s" start="86500100/24000s" duration="10010/24000s"
 format="r0"/>
<marker start="86411011/24000s" duration="1001/24000s" value="m"/></asset-clip>
<transition name="Cross Dissolve" offset="86436036/24000s" duration="8008/24000s"/>
<asset-clip ref="r1" name="b" offset="86440040/24000s" start="86600200/24000s" duration="30030/24000s" format="r0"/>
<gap name="Gap" offset="86470070/24000s" start="3600/1s" duration="20020/24000s">
<spine lane="2" offset="86405005/24000s"><clip name="c" duration="10010/24000s" start="86700300/24000s" format="r0">
<video ref="r1" offset="3600/1s" duration="500500/24000s"/></clip></spine></gap>
<asset-clip ref="r1" name="slow" start="3600/1s" duration="10010/24000s" format="r0"><timeMap><timept time="0s"
 value="0s" interp="smooth2"/></timeMap></asset-clip><ref-clip ref="r9" name="compound" duration="10010/24000s"/>
<title name="End" ref="r8" duration="10010/24000s"/></spine></sequence></project></event></library></fcpxml>
"""


def test_fcpxml_is_counted_by_hand_at_23_976(tmp_path, medium):
    source = tmp_path / "cut.fcpxml"
    source.write_text(RESOLVE.replace("URL", medium.as_uri()))
    facts = read_timeline(source)
    seen = {c.name: (c.id, c.record_start, c.record_end, c.source_start, c.source_end) for c in facts.clips}
    # 3600 s are not a whole number of frames of 1001/24000 s, but 10010/24000 s after them are ten frames.
    assert seen["a"] == ("V1/1", 0, 40, 10, 54)
    assert seen["b"] == ("V1/2", 40, 70, 196, 230)
    # Twenty frames after the beginning of its parent's own time, which is at frame 0.
    assert seen["over"] == ("V2/1", 20, 30, 100, 110)
    # The gap begins at 70, its own time at 3600 s.
    assert seen["c"] == ("V3/1", 75, 85, 300, 310)
    assert [seen[name][1] for name in ("slow", "compound", "End")] == [90, 100, 110]
    reasons = {c.name: c.reason.split(":")[0] for c in facts.clips}
    assert reasons == {
        "a": "",
        "b": "",
        "over": "",
        "c": "",
        "slow": "retimed",
        "compound": "nested",
        "End": "generator",
    }


def test_fcpxml_gets_connected_clips_above_and_keeps_all_else(tmp_path, medium):
    source = tmp_path / "cut.fcpxml"
    source.write_text(RESOLVE.replace("URL", medium.as_uri()))
    facts = read_timeline(source)
    placed = [lifted(facts, identity, HOUR) for identity in ("V1/1", "V1/2", "V3/1")]
    result = write_timeline(source, placed, tmp_path / "new.fcpxml")

    again = read_timeline(result.path)
    hdr = [clip for clip in again.clips if clip.track == 4]
    assert [(clip.record_start, clip.record_end) for clip in hdr] == [(0, 40), (40, 70), (75, 85)]
    # In their own sequences the in points come after eight handles; the second also has four of the transition.
    assert [clip.source_start for clip in hdr] == [8, 12, 8]
    assert all("Superwhite" in clip.reason for clip in hdr)
    assert [clip.name for clip in again.clips if not clip.enabled] == ["a", "b", "c"]

    new, old = (ElementTree.parse(path).getroot() for path in (result.path, source))
    first = new.find("library/event/project/sequence/spine")[0]
    # The DTD's order: adjustments, connected clips, markers.
    assert [child.tag for child in first] == ["adjust-transform", "asset-clip", "asset-clip", "marker"]
    asset = new.find(f"resources/asset[@id='{first[2].get('ref')}']")
    assert asset.find("media-rep").get("src").endswith("/a_hdr_v001.00086402.exr")
    assert Fraction(first[2].get("start").rstrip("s")) == (HOUR + 10) / NTSC
    assert first[2].get("lane") == "3"
    # Undo it: nothing else has changed.
    for parent in list(new.iter()):
        for element in list(parent):
            if element.get("lane") == "3" or "r" + element.get("id", "")[1:] in {f"r{n}" for n in range(2, 8)}:
                parent.remove(element)
        if parent.get("enabled") == "0":
            parent.attrib.pop("enabled")
            if parent.get("name") == "a":
                parent.set("enabled", "1")
    assert ElementTree.canonicalize(ElementTree.tostring(new)) == ElementTree.canonicalize(ElementTree.tostring(old))


def test_fcpxml_as_the_adapter_writes_and_reads_it(tmp_path, medium):
    timeline = timeline_of(
        [shot(medium, "a", 10, 47), shot(medium, "b", 11, 48)], [gap(30), shot(medium, "c", 12, 24)]
    )
    del timeline.tracks[2]
    source = tmp_path / "cut.fcpxml"
    otio.adapters.write_to_file(timeline, str(source))
    facts = read_timeline(source)
    seen = {clip.name: (clip.record_start, clip.record_end, clip.source_start) for clip in facts.clips}
    assert seen == {"a": (0, 47, 10), "b": (47, 95, 11), "c": (30, 54, 12)}
    result = write_timeline(source, [lifted(facts, "V1/2", HOUR)], tmp_path / "new.fcpxml")
    found = otio.adapters.read_from_file(str(result.path))
    assert [[record(clip) for clip in track.find_clips()] for track in found.tracks] == [
        [(0, 47), (47, 48)],
        [(30, 24)],
        [(47, 48)],
    ]
    hdr = found.tracks[2].find_clips()[0]
    assert hdr.source_range == span(HOUR + 11, 48)
    assert hdr.media_reference.target_url.endswith("/b_hdr_v001.00086403.exr")


def test_sound_that_goes_with_the_picture_is_told_of(tmp_path, medium):
    source = tmp_path / "cut.fcpxml"
    source.write_text(RESOLVE.replace("URL", medium.as_uri()).replace('hasVideo="1"', 'hasVideo="1" hasAudio="1"'))
    result = write_timeline(source, [lifted(read_timeline(source), "V2/1", HOUR)], tmp_path / "new.fcpxml")
    assert any("carries sound" in warning for warning in result.warnings)


# EDL

LIST = """TITLE: Reel 1
FCM: NON-DROP FRAME

001  A001     V     C        01:00:10:00 01:00:12:00 01:00:00:00 01:00:02:00
* FROM CLIP NAME: plate.mov
M2   A001     048.0                 01:00:10:00
002  A002     V     C        01:00:00:20 01:00:02:20 01:00:02:00 01:00:04:00
* FROM CLIP NAME: plate.mov
* A NOTE
003  A002     V     C        01:00:02:20 01:00:02:20 01:00:04:00 01:00:04:00
003  A003     V     D    012 01:00:05:00 01:00:07:00 01:00:04:00 01:00:06:00
* FROM CLIP NAME: plate.mov
* TO CLIP NAME: b
* TO CLIP: {medium}
"""


def test_an_edl_takes_the_hdr_clips_in_the_places_of_their_sources(tmp_path, medium):
    source = tmp_path / "cut.edl"
    source.write_text(LIST.format(medium=medium))
    facts = read_timeline(source, Fraction(24))
    fast, a, b = facts.clips
    assert facts.start_frame == HOUR
    assert "retimed" in fast.reason
    assert (a.record_start, a.record_end, a.media) == (48, 96, medium)
    assert (b.record_start, b.record_end, a.reveal_after) == (96, 144, 12)

    # The plate has no timecode tag but the list's hour belongs to it: file numbers are timecode frames.
    result = write_timeline(source, [lifted(facts, "V1/2", HOUR)], tmp_path / "new.edl", Fraction(24))
    old, new = (path.read_text().splitlines() for path in (source, result.path))
    assert any("one video track" in warning for warning in result.warnings)
    name = "plate.mov_hdr_v001"
    path = f"{source.parent.as_posix()}/out ü/{name}"
    bracket = f"{name}.[00086412-00086487].exr"
    assert [line for line in new if line not in old] == [
        f"002  {name} V     C        01:00:00:20 01:00:02:20 01:00:02:00 01:00:04:00",
        f"* FROM CLIP: {path}/{bracket}",
        f"* SUPERWHITE: {path}/{name}.json FROM plate.mov",
        f"* FROM CLIP NAME: {bracket}",
        f"003  {name} V     C        01:00:02:20 01:00:02:20 01:00:04:00 01:00:04:00",
        f"* FROM CLIP NAME: {bracket}",
    ]
    # OpenTimelineIO finds the same cut.
    tracks = [otio.adapters.read_from_file(str(p), rate=24).tracks for p in (source, result.path)]
    clips = [track[0].find_clips() for track in tracks]
    assert [c.source_range for c in clips[0]] == [c.source_range for c in clips[1]]
    assert [c.range_in_parent() for c in clips[0]] == [c.range_in_parent() for c in clips[1]]
    assert isinstance(clips[1][1].media_reference, otio.schema.ImageSequenceReference)
    assert "Superwhite" in read_timeline(result.path, Fraction(24)).clips[1].reason


def test_an_edl_in_drop_frame_moves_by_real_frames(tmp_path, medium):
    source = tmp_path / "cut.edl"
    source.write_text(
        "TITLE: df\nFCM: DROP FRAME\n\n"
        "001  AX  V  C  00:00:59;28 00:01:01;00 01:00:00;00 01:00:01;00\n"
        f"* FROM CLIP: {medium}\n"
    )
    facts = read_timeline(source)
    assert facts.rate == Fraction(30000, 1001)
    assert any("29.97" in warning for warning in facts.warnings)
    placed = lifted(facts, "V1/1", handles=0, frames=3000)
    assert placed.deliverable.first == 1798
    later = placed.deliverable.model_copy(update={"first": 2798, "last": placed.deliverable.last + 1000})
    placed = placed.model_copy(update={"deliverable": later})
    result = write_timeline(source, [placed], tmp_path / "new.edl")
    (event,) = [line for line in result.path.read_text().splitlines() if line.startswith("001")]
    found = event.split()[-4:]
    rate = 30000 / 1001
    expected = [otio.opentime.to_timecode(time(number, rate), rate, True) for number in (2798, 2828)]
    assert found == [*expected, "01:00:00;00", "01:00:01;00"]


@pytest.mark.parametrize(("highest", "rate"), [("23", 24), ("24", 25), ("29", 30), ("47", 50), ("59", 60)])
def test_the_rate_of_an_edl_is_the_lowest_that_has_its_frames(tmp_path, medium, highest, rate):
    source = tmp_path / "cut.edl"
    source.write_text(
        f"TITLE: x\n\n001  AX  V  C  00:00:00:00 00:00:01:{highest} 01:00:00:00 01:00:01:{highest}\n"
        f"* FROM CLIP: {medium}\n"
    )
    assert read_timeline(source).rate == rate


def test_an_edl_finds_a_file_beside_it_and_a_source_file_comment(tmp_path, medium):
    source = tmp_path / "cut.edl"
    source.write_text(
        "TITLE: x\n\n001  AX  V  C  00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n* FROM CLIP NAME: plate.mov\n"
        "002  AX  V  C  00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00\n* FROM CLIP NAME: other\n"
        f"* SOURCE FILE: {medium}\n003  BL  V  C  00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00\n"
    )
    beside, named, black = read_timeline(source).clips
    assert (beside.media, named.media, black.media) == (medium, medium, None)
    assert "generator" in black.reason


def test_the_place_of_every_path_is_written_as_a_file_url(tmp_path, medium):
    source = saved(timeline_of([shot(medium, "a", 0, 30)]), tmp_path)
    result = write_timeline(source, [lifted(read_timeline(source), "V1/1", HOUR)], tmp_path / "new.otio")
    reference = otio.adapters.read_from_file(str(result.path)).tracks[1].find_clips()[0].media_reference
    assert reference.target_url_base == (Path(tmp_path) / "out ü" / "a_hdr_v001").as_uri() + "/"


def test_a_movie_lies_where_a_sequence_would(tmp_path, medium):
    """Movies count their frames from 0, whatever numbers the source gives them."""
    source = saved(timeline_of([shot(medium, "a", 100, 24)]), tmp_path)
    placed = lifted(read_timeline(source), "V1/1", HOUR)
    name = placed.deliverable.directory.name
    movie = placed.deliverable.model_copy(update={"kind": "movie", "pattern": f"{name}.mp4", "color": None})
    result = write_timeline(
        source, [placed.model_copy(update={"deliverable": movie})], hdr_timeline_path(source, tmp_path)
    )
    timeline = otio.adapters.read_from_file(str(result.path))
    (made,) = timeline.tracks[1].find_clips()
    assert isinstance(made.media_reference, otio.schema.ExternalReference)
    assert made.media_reference.target_url == movie.file(0).as_uri()
    assert made.media_reference.available_range == span(0, 40)
    assert made.source_range == span(8, 24)
    assert record(made) == (0, 24)
