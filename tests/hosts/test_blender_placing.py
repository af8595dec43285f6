"""Results laid into a real Blender, rendered, saved, and taken away again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.hosts.blender import Blender, BlenderError
from tests.hosts.footage import NUMBERS, columns, exr, movie, sequence, stills

PLACE = "answer = kit.place(given['results'], given.get('project'), given.get('conflict', 'new_track'))"
REVERT = "answer = kit.host.revert(tuple(given['them']))"
DUMP = "answer = kit.dump()"
LAYOUT = "answer = sorted((s.name, s.channel, s.frame_final_start, s.frame_final_end, s.mute) for s in kit.strips())"


def clip_id(name: str) -> str:
    return json.dumps(["strip", "Scene", name], ensure_ascii=False)


def ids(placing: dict) -> list[str]:
    return [each["placement"] for each in placing["placed"]]


def rendered(blender: Blender, folder: Path, frame: int) -> list[float]:
    path = folder / f"render {frame}.exr"
    blender.run("kit.linear_scene(); kit.render(given['frame'], given['path'])", frame=frame, path=path)
    return columns(exr(path))


def numbers(last: float) -> list[float]:
    return [*(float(np.float32(each)) for each in NUMBERS), last]


@pytest.fixture
def laid(blender: Blender, tmp_path: Path):
    """A strip "plate" of frames 4 to 18 of a movie, from frame 14 of the timeline on channel 2; and its result."""
    plate = movie(tmp_path / "plate.mkv", 24)
    blender.run("kit.movie(given['path'], channel=2, start=10, trim=(4, 6))", path=plate)
    return sequence(tmp_path / "plate_hdr_v001", 1002, 18, handles=(2, 2))


def test_a_result_lies_above_its_movie_and_renders_its_own_numbers(blender: Blender, tmp_path: Path):
    plate = movie(tmp_path / "Ä 日本.mkv", 24)
    blender.run("kit.movie(given['path'], channel=2, start=10, trim=(4, 6)); kit.linear_scene()", path=plate)
    clip = blender.run("answer = kit.selection()")["clips"][0]
    assert (clip["media"], clip["source_start"], clip["source_end"]) == (str(plate), 4, 18)
    assert (clip["record_start"], clip["record_end"], clip["source_rate"]) == (13, 27, "24")
    before = blender.run(DUMP)
    made = sequence(tmp_path / "Ä 日本_hdr_v001", 1002, 18, handles=(2, 2))
    placing = blender.run(PLACE, results=[made.of("job", clip["id"])])
    assert "channel 3" in placing["sentence"]
    strip = blender.run(
        "s = kit.strips()['Ä 日本_hdr_v001'];"
        "answer = (s.channel, s.frame_final_start, s.frame_final_end, s.frame_offset_start, s.frame_offset_end,"
        "          s.colorspace_settings.name, len(s.elements), s.mute, kit.strips()['Ä 日本'].mute, s.select)"
    )
    assert strip == [3, 14, 28, 2, 2, "Linear Rec.709", 18, False, True, False]
    for frame, number in ((14, 1004), (20, 1010), (27, 1017)):
        assert rendered(blender, tmp_path, frame) == numbers(number)
    blender.run("bpy.context.scene.frame_set(1); bpy.context.scene.render.filepath = given['was']",
                was=before["Scene"]["render"]["filepath"])  # fmt: skip
    assert blender.run(REVERT, them=ids(placing)) == "One HDR clip was taken off again."
    assert blender.run(DUMP) == before


# Linear light of Rec.709 primaries in the others and back, from the chromaticities alone.
RED = {
    "lin_rec2020": (1.6605, -0.1246, -0.0182),
    "acescg": (1.7051, -0.1302, -0.0240),
    "aces2065-1": (2.5215, -0.2764, -0.0154),
}


@pytest.mark.parametrize("color", ["lin_rec709", *RED])
def test_every_output_space_is_read_as_what_it_is(blender: Blender, laid, tmp_path: Path, color: str):
    made = sequence(tmp_path / "space_hdr_v001", 1, 14, color=color)
    blender.run(PLACE, results=[made.of("job", clip_id("plate"))])
    names = {"lin_rec709": "Linear Rec.709", "lin_rec2020": "Linear Rec.2020", "acescg": "ACEScg"}
    wanted = names.get(color, "ACES2065-1")
    assert blender.run("answer = kit.strips()['space_hdr_v001'].colorspace_settings.name") == wanted
    # Neutral greys are the same numbers in all of them, but for the rounding of matrices between white points.
    exact = 0 if color == "lin_rec709" else 3e-4
    assert rendered(blender, tmp_path, 14) == pytest.approx(numbers(1), rel=exact, abs=exact)
    if color in RED:
        red = tmp_path / "red" / "red_hdr_v001"
        red.parent.mkdir()
        made = sequence(red, 1, 14, color=color)
        _paint_red(made.file(1))
        blender.run(PLACE, results=[made.of("red", clip_id("plate"))])
        blender.run("kit.linear_scene(); kit.render(14, given['path'])", path=tmp_path / "red.exr")
        assert exr(tmp_path / "red.exr")[0, 0] == pytest.approx(RED[color], abs=2e-3)


def _paint_red(path: Path) -> None:
    import OpenEXR

    pixels = np.zeros((48, 64, 3), np.float32)
    pixels[..., 0] = 1.0
    header = {"compression": OpenEXR.ZIPS_COMPRESSION, "type": OpenEXR.scanlineimage}
    with OpenEXR.File(header, {"RGB": pixels}) as file:
        file.write(str(path))


def test_light_above_white_survives_the_sequencer_as_it_comes(blender: Blender, laid, tmp_path: Path):
    """Its space is sRGB by default."""
    blender.run(PLACE, results=[laid.of("job", clip_id("plate"))])
    blender.run(
        "kit.linear_scene(); bpy.context.scene.sequencer_colorspace_settings.name = 'sRGB';"
        "kit.render(14, given['path'])", path=tmp_path / "srgb.exr",
    )  # fmt: skip
    assert columns(exr(tmp_path / "srgb.exr")) == pytest.approx(numbers(1004), rel=2e-4)


def test_saved_reopened_and_reverted_the_project_is_as_it_was(blender: Blender, laid, tmp_path: Path):
    plain, placed = tmp_path / "Projekt ü.blend", tmp_path / "placed.blend"
    blender.run(
        "bpy.context.scene.sequence_editor.active_strip = kit.strips()['plate']; kit.save(given['p'])", p=plain
    )
    before = blender.run("kit.load(given['p']); " + DUMP, p=plain)
    placing = blender.run(PLACE, results=[laid.of("job", clip_id("plate"))])
    assert blender.run(DUMP) != before
    blender.run("kit.save(given['p']); kit.begin(given['j']); kit.load(given['p'])", p=placed, j=tmp_path / "journal")
    assert blender.run("answer = len(kit.strips())") == 2
    assert blender.run(REVERT, them=ids(placing)) == "One HDR clip was taken off again."
    assert blender.run(DUMP) == before
    assert blender.run(REVERT, them=ids(placing)) == "Nothing was left to revert."


def test_what_lies_there_already_is_left_alone(blender: Blender, laid, tmp_path: Path):
    first = blender.run(PLACE, results=[laid.of("job", clip_id("plate"))])
    before = blender.run(DUMP)
    again = blender.run(PLACE, results=[laid.of("job", clip_id("plate"))])
    assert ids(again) == ids(first)
    assert "nothing was changed" in again["sentence"]
    assert blender.run(DUMP) == before


@pytest.mark.parametrize("whole", [True, False])
def test_after_a_crash_between_the_act_and_its_record(blender: Blender, laid, tmp_path: Path, whole: bool):
    """What lies there is ours by its marks: the journal knows only that it was meant to be."""
    first = ids(blender.run(PLACE, results=[laid.of("job", clip_id("plate"))]))[0]
    file = tmp_path / "journal" / f"{first}.json"
    entry = json.loads(file.read_text())
    file.write_text(json.dumps({**entry, "phase": "intended", "made": {}}))
    if not whole:
        blender.run("s = kit.strips()['plate_hdr_v001']; s.elements.pop(3); s.mute = True")
    blender.run("kit.attach(given['j'])", j=tmp_path / "journal")
    again = ids(blender.run(PLACE, results=[laid.of("job", clip_id("plate"))]))[0]
    assert blender.run(LAYOUT) == [["plate", 2, 14, 28, True], ["plate_hdr_v001", 3, 14, 28, False]]
    blender.run(REVERT, them=[again])
    assert blender.run(LAYOUT) == [["plate", 2, 14, 28, False]]


def test_a_second_result_lies_above_takes_its_place_or_is_skipped(blender: Blender, laid, tmp_path: Path):
    second = sequence(tmp_path / "plate_hdr_v002", 1002, 18, handles=(2, 2))
    clip = clip_id("plate")
    before = blender.run(DUMP)
    one = ids(blender.run(PLACE, results=[laid.of("one", clip)]))
    skipped = blender.run(PLACE, results=[second.of("two", clip)], conflict="skip")
    assert ids(skipped) == [""]
    two = ids(blender.run(PLACE, results=[second.of("two", clip)], conflict="new_track"))
    assert blender.run(LAYOUT) == [["plate", 2, 14, 28, True], ["plate_hdr_v001", 3, 14, 28, False],
                                   ["plate_hdr_v002", 4, 14, 28, False]]  # fmt: skip
    blender.run(REVERT, them=one)  # the source stays muted as long as one of them lies there
    assert blender.run(LAYOUT) == [["plate", 2, 14, 28, True], ["plate_hdr_v002", 4, 14, 28, False]]
    three = ids(blender.run(PLACE, results=[laid.of("three", clip)], conflict="replace"))
    assert blender.run(LAYOUT) == [["plate", 2, 14, 28, True], ["plate_hdr_v001", 4, 14, 28, False]]
    assert blender.run(REVERT, them=two) == "Nothing was left to revert."
    blender.run(REVERT, them=three)
    assert blender.run(DUMP) == before


def test_what_was_done_by_hand_since_is_respected_and_told(blender: Blender, laid):
    clip = clip_id("plate")
    one = ids(blender.run(PLACE, results=[laid.of("one", clip)]))
    blender.run("s = kit.strips(); s['plate'].mute = False; s.remove(s['plate_hdr_v001'])")
    told = blender.run(REVERT, them=one)
    assert "removed by hand before" in told
    assert "enabled already" in told
    one = ids(blender.run(PLACE, results=[laid.of("one", clip)]))
    blender.run("kit.strips()['plate_hdr_v001'].channel = 9")
    assert "had been moved" in blender.run(REVERT, them=one)
    assert blender.run(LAYOUT) == [["plate", 2, 14, 28, False]]
    one = ids(blender.run(PLACE, results=[laid.of("one", clip)]))
    blender.run("kit.strips()['plate'].name = 'other'")
    assert "“plate” is not there any more" in blender.run(REVERT, them=one)


def test_all_or_nothing(blender: Blender, laid, tmp_path: Path):
    """The second of two results does not fit: its strip was trimmed meanwhile."""
    plate = movie(tmp_path / "b.mkv", 12)
    blender.run("kit.movie(given['path'], channel=2, start=40); kit.strips()['b'].frame_offset_end = 3", path=plate)
    before = blender.run(DUMP)
    other = sequence(tmp_path / "b_hdr_v001", 0, 12)
    with pytest.raises(BlenderError) as failure:
        blender.run(PLACE, results=[laid.of("a", clip_id("plate")), other.of("b", clip_id("b"))])
    assert failure.value.sentence == (
        "“b” was trimmed or retimed after it was lifted: it needs 9 frames now, and the result has 12."
    )
    assert blender.run(DUMP) == before
    entries = [json.loads(path.read_text())["phase"] for path in (tmp_path / "journal").glob("*.json")]
    assert entries == ["reverted"]


@pytest.mark.parametrize("wrong", ["missing", "project", "clip", "gone", "space"])
def test_what_cannot_be_placed_changes_nothing(blender: Blender, laid, tmp_path: Path, wrong: str):
    before = blender.run(DUMP)
    result, project = laid.of("job", clip_id("plate")), None
    if wrong == "missing":
        laid.file(1010).unlink()
    elif wrong == "project":
        project = "/elsewhere/other.blend"
    elif wrong == "clip":
        result["clip"] = "V1/3"
    elif wrong == "gone":
        result["clip"] = clip_id("renamed")
    else:
        result["color"] = "lin_p3"
    with pytest.raises(BlenderError) as failure:
        blender.run(PLACE, results=[result], project=project)
    words = {
        "missing": "not where it was written",
        "project": "Another project is open",
        "clip": "not made from a clip of Blender",
        "gone": "“renamed” is not in the sequencer any more",
        "space": "no colour space",
    }
    assert words[wrong] in failure.value.sentence
    assert blender.run(DUMP) == before
    assert not list((tmp_path / "journal").glob("*.json"))


def test_an_unsaved_project_keeps_its_id_when_it_is_saved(blender: Blender, laid, tmp_path: Path):
    project = blender.run("answer = kit.host.facts().project")
    assert project.startswith("unsaved:")
    blender.run("kit.save(given['p'])", p=tmp_path / "now.blend")
    assert blender.run("answer = kit.host.facts().project") == str(tmp_path / "now.blend")
    placing = blender.run(PLACE, results=[laid.of("job", clip_id("plate"))], project=project)
    assert ids(placing)[0]
    blender.run("kit.save(given['p']); bpy.ops.wm.read_factory_settings(use_empty=True)", p=tmp_path / "now.blend")
    with pytest.raises(BlenderError, match="Another project is open"):
        blender.run(PLACE, results=[laid.of("job", clip_id("plate"))], project=project)
    with pytest.raises(BlenderError, match="another project than the one that is open"):
        blender.run(REVERT, them=ids(placing))
    blender.run("kit.load(given['p'])", p=tmp_path / "now.blend")
    assert "taken off" in blender.run(REVERT, them=ids(placing))


def test_channels_that_are_taken_locked_or_muted_are_left_out(blender: Blender, laid, tmp_path: Path):
    blender.run(
        "kit.effect('COLOR', channel=3, start=20); c = bpy.context.scene.sequence_editor.channels;"
        "c[4].lock = True; c[5].mute = True"
    )
    placing = blender.run(PLACE, results=[laid.of("job", clip_id("plate"))])
    assert "channel 6" in placing["sentence"]
    blender.run(REVERT, them=ids(placing))
    blender.run("c = bpy.context.scene.sequence_editor.channels\nfor each in c: each.lock = True")
    before = blender.run(DUMP)
    with pytest.raises(BlenderError, match="No channel above “plate” is free"):
        blender.run(PLACE, results=[laid.of("job", clip_id("plate"))])
    assert blender.run(DUMP) == before


def test_where_every_channel_is_taken(blender: Blender, laid):
    blender.run(
        "it = kit.strips()['plate']\n"
        "for channel in range(1, 129):\n"
        "    if channel != it.channel:\n"
        "        kit.effect('COLOR', channel=channel, start=it.frame_final_start, name=str(channel))"
    )
    before = blender.run(DUMP)
    with pytest.raises(BlenderError, match="No channel above “plate” is free"):
        blender.run(PLACE, results=[laid.of("job", clip_id("plate"))])
    assert blender.run(DUMP) == before


def test_neighbours_with_handles_lie_side_by_side(blender: Blender, tmp_path: Path):
    plate = movie(tmp_path / "plate.mkv", 40)
    blender.run(
        "for each in range(3):\n"
        "    trim = (10 * each + 5, 25 - 10 * each)\n"
        "    kit.movie(given['path'], start=1, channel=1 + each, name=f'c{each}', trim=trim)\n"
        "for each in list(kit.strips()): each.channel = 1\n",
        path=plate,
    )
    cuts = blender.run("answer = [(c['name'], c['source_start'], c['source_end']) for c in kit.selection()['clips']]")
    results = [
        sequence(tmp_path / f"{name}_hdr", 1000 + start - 3, end - start + 6, (3, 3)).of(name, clip_id(name))
        for name, start, end in cuts
    ]
    before = blender.run(DUMP)
    placing = blender.run(PLACE, results=results)
    laid = {row[0]: row[1:] for row in blender.run(LAYOUT)}
    for name, _, _ in cuts:
        channel, start, end, mute = laid[f"{name}_hdr"]
        assert [start, end] == laid[name][1:3]
        assert (laid[name][3], mute) == (True, False)
        assert channel > laid[name][0]
    assert "3 HDR clips were placed" in placing["sentence"]
    blender.run(REVERT, them=ids(placing))
    assert blender.run(DUMP) == before


def test_how_the_source_lies_in_the_picture_is_how_the_result_does(blender: Blender, laid, tmp_path: Path):
    """The result has half the source's pixels each way, as some engines give."""
    small = sequence(tmp_path / "small_hdr", 1, 14, size=(32, 24))
    blender.run(
        "s = kit.strips()['plate']; t = s.transform; t.scale_x = t.scale_y = .5; t.offset_x = 16; t.rotation = .1;"
        "s.use_flip_x = True; s.blend_alpha = .5; s.crop.min_x = 8"
    )
    blender.run(PLACE, results=[small.of("job", clip_id("plate"))])
    assert blender.run(
        "s = kit.strips()['small_hdr']; t = s.transform;"
        "answer = (t.scale_x, t.scale_y, t.offset_x, round(t.rotation, 4), s.use_flip_x, s.blend_alpha, s.crop.min_x)"
    ) == [1.0, 1.0, 16, 0.1, True, 0.5, 4]


@pytest.mark.parametrize("first", [1001, 86400])
def test_stills_numbered_from_anywhere(blender: Blender, tmp_path: Path, first: int):
    files = stills(tmp_path / "Bilder ü", first, 12)
    blender.run("kit.images(given['files'], start=5, trim=(2, 3), name='seq')", files=files)
    clip = blender.run("answer = kit.selection()")["clips"][0]
    assert (clip["media"], clip["media_start_known"], clip["source_rate"]) == (str(files[2]), False, None)
    assert (clip["source_start"], clip["source_end"]) == (first + 2, first + 9)
    made = sequence(tmp_path / "seq_hdr_v001", first + 1, 9, (1, 1))
    blender.run(PLACE, results=[made.of("job", clip["id"])])
    assert rendered(blender, tmp_path, 7)[5] == first + 2
    assert rendered(blender, tmp_path, 13)[5] == first + 8


def test_a_reversed_strip_has_its_result_reversed(blender: Blender, tmp_path: Path):
    plate = movie(tmp_path / "plate.mkv", 20)
    blender.run("kit.movie(given['path'], trim=(2, 5)).use_reverse_frames = True", path=plate)
    clip = blender.run("answer = kit.selection()")["clips"][0]
    assert clip["liftable"]
    assert (clip["source_start"], clip["source_end"]) == (5, 18)
    made = sequence(tmp_path / "plate_hdr_v001", 3, 16, (2, 1))
    blender.run(PLACE, results=[made.of("job", clip["id"])])
    assert [rendered(blender, tmp_path, frame)[5] for frame in (3, 4, 15)] == [17, 16, 5]
    assert blender.run("s = kit.strips()['plate_hdr_v001']; answer = (s.frame_offset_start, s.frame_offset_end)") == [
        1,
        2,
    ]


def test_a_movie_is_placed_too(blender: Blender, laid, tmp_path: Path):
    made = movie(tmp_path / "fixed.mkv", 18)
    fields = laid.of("job", clip_id("plate"), directory=str(tmp_path), pattern="fixed.mkv", first=0, last=17)
    blender.run(PLACE, results=[{**fields, "color": "rec709"}])
    blender.run("b = bpy.context.scene; b.view_settings.view_transform = 'Standard'")
    assert blender.run("s = kit.strips()['fixed']; answer = (s.type, s.frame_final_start, s.frame_final_end,"
                       "s.frame_offset_start, s.colorspace_settings.name)") == ["MOVIE", 14, 28, 2, "sRGB"]  # fmt: skip
    assert made.is_file()


def test_within_a_meta_strip(blender: Blender, tmp_path: Path):
    plate = movie(tmp_path / "plate.mkv", 20)
    blender.run("kit.meta(given['path'], trim=(4, 4))", path=plate)
    before = blender.run(DUMP)
    made = sequence(tmp_path / "inside_hdr", 2, 16, (2, 2))
    placing = blender.run(PLACE, results=[made.of("job", clip_id("inside"))])
    assert rendered(blender, tmp_path, 6)[5] == 5
    assert blender.run("answer = [s.name for s in kit.strips(kit.strips()['meta'])]") == ["inside", "inside_hdr"]
    blender.run(REVERT, them=ids(placing))
    after = blender.run(DUMP)
    assert after["Scene"]["strips"] == before["Scene"]["strips"]


def test_advice_on_colour_is_given_and_nothing_of_it_changed(blender: Blender, laid):
    blender.run("bpy.context.scene.view_settings.view_transform = 'AgX'")
    notes = " ".join(blender.run(PLACE, results=[laid.of("job", clip_id("plate"))])["notes"])
    assert "“AgX”" in notes
    assert "“sRGB”" in notes
    assert blender.run("answer = bpy.context.scene.view_settings.view_transform") == "AgX"


def test_while_blender_renders_nothing_is_changed(blender: Blender, laid, tmp_path: Path):
    before = blender.run(DUMP)
    with pytest.raises(BlenderError, match="Blender is busy rendering"):
        blender.run(
            "from plugin.blender import api\n"
            "class Instead:\n"
            "    def __init__(self, of, **own): self.of, self.own = of, own\n"
            "    def __getattr__(self, name): return self.own[name] if name in self.own else getattr(self.of, name)\n"
            "app = Instead(bpy.app, is_job_running=lambda kind: kind == 'RENDER')\n"
            "api.bpy = Instead(bpy, app=app)\n"
            "try: " + PLACE + "\n"
            "finally: api.bpy = bpy\n",
            results=[laid.of("job", clip_id("plate"))],
        )
    assert blender.run(DUMP) == before
    assert not list((tmp_path / "journal").glob("*.json"))


def test_an_effect_that_goes_on_showing_the_source_is_told(blender: Blender, laid, tmp_path: Path):
    other = movie(tmp_path / "b.mkv", 12)
    blender.run(
        "b = kit.movie(given['path'], channel=1, start=24);"
        "kit.effect('CROSS', channel=5, start=24, length=4, input1=kit.strips()['plate'], input2=b, name='Blende')",
        path=other,
    )
    notes = " ".join(blender.run(PLACE, results=[laid.of("job", clip_id("plate"))])["notes"])
    assert "“Blende” is made of “plate” and still shows it as it was" in notes
