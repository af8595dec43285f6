"""What is selected in a real Blender, told as clips; what only Blender can play rendered; masks as mattes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from bridge.domain.cut import TimelineClip, lift_range
from bridge.media.clip import open_clip
from tests.hosts.blender import Blender, BlenderError, python_of
from tests.hosts.footage import columns, exr, movie, sequence, stills

SELECTION = "answer = kit.selection()"
DUMP = "answer = kit.dump()"
FIELDS = set(TimelineClip.model_fields)


def clips(blender: Blender) -> dict[str, dict[str, Any]]:
    return {clip["name"]: clip for clip in blender.run(SELECTION)["clips"]}


def lifted(clip: dict[str, Any]) -> tuple[int, int]:
    """The frames of the media, from 0, that the bridge would lift."""
    cut = TimelineClip.model_validate({key: value for key, value in clip.items() if key in FIELDS})
    with open_clip(Path(clip["media"])) as media:
        facts = media.facts
    part = lift_range(cut, facts.first_number, facts.rate, facts.frames, 0)
    return part.lifted.start, part.lifted.end


def codes(path: Path | str) -> float:
    """The red code of the middle of a picture, as 8 bits."""
    with av.open(str(path)) as file:
        frame = next(file.decode(video=0)).to_ndarray(format="rgb48le")
    return float(frame[frame.shape[0] // 2, frame.shape[1] // 2, 0]) / 257


def test_nothing_and_sound_alone_say_what_to_do(blender: Blender, tmp_path: Path):
    found = blender.run(SELECTION)
    assert found["clips"] == []
    assert "Select movie or image strips" in found["notes"][0]
    sound = tmp_path / "ton.wav"
    with av.open(str(sound), "w") as file:
        stream: Any = file.add_stream("pcm_s16le", rate=48000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4800), np.int16), layout="mono")
        frame.rate = 48000
        file.mux(stream.encode(frame))
    blender.run(
        "kit.strips().new_sound(name='ton', filepath=given['p'], channel=1, frame_start=1).select = True", p=sound
    )
    assert "Only sound is selected" in blender.run(SELECTION)["notes"][0]
    plate = movie(tmp_path / "a.mkv", 5)
    blender.run("kit.movie(given['p'], channel=2)", p=plate)
    assert list(clips(blender)) == ["a"]  # sound that is linked to it is left alone


def test_without_a_sequencer_nothing_is_made(blender: Blender):
    blender.run(
        "bpy.ops.wm.read_factory_settings(use_empty=False);"
        "bpy.context.window_manager.windows[0].scene = bpy.data.scenes.new('bare')"
    )
    assert blender.run("answer = [kit.selection()['clips'], bpy.data.scenes['bare'].sequence_editor]") == [[], None]


def test_what_holds_no_footage_says_so_in_words(blender: Blender, tmp_path: Path):
    plate = movie(tmp_path / "a.mkv", 20)
    blender.run(
        "a = kit.movie(given['p'], channel=1, name='A'); b = kit.movie(given['p'], channel=2, start=15, name='B')\n"
        "kit.effect('COLOR', channel=5); kit.effect('TEXT', channel=6); kit.effect('ADJUSTMENT', channel=7)\n"
        "kit.effect('CROSS', channel=3, start=15, length=6, input1=a, input2=b)\n"
        "kit.effect('GAUSSIAN_BLUR', channel=8, input1=a)\n"
        "kit.strips().new_mask(name='M', mask=kit.mask('m'), channel=9, frame_start=1).select = True\n",
        p=plate,
    )
    found = clips(blender)
    assert {name for name, clip in found.items() if clip["liftable"]} == {"A", "B"}
    words = {"COLOR": "plain colour", "TEXT": "is text", "ADJUSTMENT": "adjustment", "CROSS": "transition",
             "GAUSSIAN_BLUR": "is an effect", "M": "is a mask"}  # fmt: skip
    for name, word in words.items():
        assert word in found[name]["reason"]
        assert not found[name]["exportable"]


@pytest.mark.parametrize(
    ("rate", "fps", "base"), [("24000/1001", 24, 1.0), ("24", 24, 1.001), ("30000/1001", 30, 1.001), ("30", 24, 1.0)]
)
def test_movies_play_frame_by_frame_whatever_their_rate(blender: Blender, tmp_path: Path, rate, fps, base):
    plate = movie(tmp_path / "a.mkv", 30, rate)
    blender.run(
        "s = bpy.context.scene; s.render.fps, s.render.fps_base = given['fps'], given['base'];"
        "kit.movie(given['p'], trim=(5, 7))", p=plate, fps=fps, base=base,
    )  # fmt: skip
    clip = clips(blender)["a"]
    assert clip["source_rate"] == rate
    assert clip["rate"] == {1.0: "24", 1.001: f"{fps * 1000}/1001"}[base]
    assert lifted(clip) == (5, 23)


@pytest.fixture(scope="session")
def kept_speed(tmp_path_factory: pytest.TempPathFactory):
    """A project with a strip "slow" that keeps the speed of its 12 frames per second in 24; and its movie.

    Without a window, only 4.5 can make such a strip: the operator ends 5.0.
    """
    python = python_of("4.5")
    if python is None:
        pytest.skip("no Blender 4.5 here, which makes the project")
    folder = tmp_path_factory.mktemp("kept")
    plate = movie(folder / "slow.mkv", 20, "12")
    maker = Blender("4.5", python)
    maker.run(
        "bpy.ops.wm.read_factory_settings(use_empty=False); bpy.context.scene.render.fps = 24;"
        "bpy.context.scene.sequence_editor_create()\n"
        "with kit.window():\n"
        "    bpy.ops.sequencer.movie_strip_add(filepath=given['p'], channel=1, frame_start=1, sound=False,"
        "        adjust_playback_rate=True, set_view_transform=False, use_framerate=False)\n"
        "s = bpy.context.scene.sequence_editor.strips_all[0]; s.name = 'slow'; s.frame_offset_start = 8\n"
        "kit.save(given['to'])\n",
        p=plate, to=folder / "slow.blend",
    )  # fmt: skip
    maker.close()
    return folder / "slow.blend"


def test_a_movie_that_keeps_its_speed_in_another_rate(blender: Blender, kept_speed: Path, tmp_path: Path):
    """Every frame is seen twice, as the sequencer itself shows them."""
    blender.run(
        "kit.load(given['p']); r = bpy.context.scene.render; r.resolution_x, r.resolution_y = 64, 48;"
        "r.resolution_percentage = 100", p=kept_speed,
    )  # fmt: skip
    before = blender.run(DUMP)
    clip = clips(blender)["slow"]
    assert blender.run(DUMP) == before
    assert clip["record_end"] - clip["record_start"] == 32
    assert lifted(clip) == (4, 20)
    made = sequence(tmp_path / "slow_hdr", 4, 16)
    blender.run("kit.place(given['r'])", r=[made.of("job", clip["id"])])
    shown = blender.run("answer = [e.filename for e in kit.strips()['slow_hdr'].elements]")
    numbers = [int(name.split(".")[-2]) for name in shown]
    # What the movie itself shows, code by code; never neighbours, which 5.0 mixes up in its cache.
    blender.run(
        "s = bpy.context.scene; s.view_settings.view_transform = 'Standard'; f = s.render.image_settings;"
        "kit.strips()['slow'].mute = False; kit.strips()['slow_hdr'].mute = True; f.file_format = 'PNG'"
    )
    for frame in (9, 12, 20, 25, 39):
        path = tmp_path / f"{frame}.png"
        blender.run("kit.render(given['f'], given['p'])", f=frame, p=path)
        assert round((codes(path) - 10) / 2) == numbers[frame - 9]


@pytest.mark.parametrize(
    "played",
    [
        {"strobe": 3.0},
        {"animation_offset_start": 4},
        {"use_reverse_frames": True, "strobe": 2.0, "frame_offset_start": 2},
        {"frame_offset_start": -3, "frame_offset_end": -2},
        {"animation_offset_start": 2, "animation_offset_end": 1, "use_reverse_frames": True},
    ],
    ids=lambda played: " ".join(played),
)
@pytest.mark.parametrize("kind", ["movie", "stills"])
def test_the_result_shows_what_the_strip_showed(blender: Blender, tmp_path: Path, played: dict[str, Any], kind: str):
    if kind == "movie":
        blender.run("s = kit.movie(given['p'], start=11, name='s')", p=movie(tmp_path / "a.mkv", 12))
    else:
        blender.run("s = kit.images(given['f'], start=11, name='s')", f=stills(tmp_path / "s", 1001, 12))
    blender.run(
        "s = kit.strips()['s']\n"
        "for name, value in given['played'].items(): setattr(s, name, value)\n"
        "v = bpy.context.scene; v.view_settings.view_transform = 'Standard'\n", played=played,
    )  # fmt: skip
    clip = clips(blender)["s"]
    first, end = clip["source_start"], clip["source_end"]
    made = sequence(tmp_path / "s_hdr", first, end - first)
    blender.run("kit.place(given['r'])", r=[made.of("job", clip["id"])])
    start, names = blender.run(
        "h = kit.strips()['s_hdr']; kit.strips()['s'].mute = False; h.mute = True;"
        "bpy.context.scene.render.image_settings.file_format = 'PNG';"
        "answer = (h.frame_final_start, [e.filename for e in h.elements])"
    )
    shown = []
    for frame in range(start, start + len(names)):
        path = tmp_path / f"{frame}.png"
        blender.run("kit.render(given['f'], given['p'])", f=frame, p=path)
        shown.append(round((codes(path) - 10) / 2) + (1001 if kind == "stills" else 0))
    assert shown == [int(name.split(".")[-2]) for name in names]


def test_strips_and_nodes_are_told_together_where_no_editor_is_on_a_screen(blender: Blender, tmp_path: Path):
    plate = movie(tmp_path / "a.mkv", 10)
    blender.run(
        "kit.movie(given['p']); kit.movie(given['p'], channel=2, name='b');"
        "kit.image_node('n', given['f'], 'FILE')", p=plate, f=stills(tmp_path, 1, 1)[0],
    )  # fmt: skip
    assert set(clips(blender)) == {"a", "b", "plate.00000001.png"}


def test_offline_media_are_told_and_not_offered(blender: Blender, tmp_path: Path):
    plate, files = movie(tmp_path / "a.mkv", 10), stills(tmp_path / "s", 1001, 10)
    blender.run("kit.movie(given['p']); kit.images(given['f'], channel=2)", p=plate, f=files)
    plate.unlink()
    files[9].unlink()
    found = clips(blender)
    for name in ("a", "seq"):
        assert "offline" in found[name]["reason"]
        assert not found[name]["liftable"]
        assert not found[name]["exportable"]


def test_stills_that_are_no_plain_sequence(blender: Blender, tmp_path: Path):
    files = stills(tmp_path / "s", 998, 10, width=1)
    other = stills(tmp_path / "s", 1, 2, name="other")
    blender.run(
        "f = given['f']; kit.images([f[0], f[2], f[4]], name='gaps');"
        "kit.images([f[0], *given['o']], channel=2, name='mixed');"
        "kit.images(f[:1], channel=3, name='still'); kit.strips()['still'].frame_final_end = 40;"
        "kit.images([f[3], f[2], f[1]], channel=4, name='back'); kit.images(f, channel=5, name='all')",
        f=files, o=other,
    )  # fmt: skip
    found = clips(blender)
    for name in ("gaps", "mixed"):
        assert not found[name]["liftable"]
        assert found[name]["exportable"]
    assert (found["still"]["source_start"], found["still"]["source_end"]) == (998, 999)
    assert (found["back"]["source_start"], found["back"]["source_end"]) == (999, 1002)
    assert (found["all"]["source_start"], found["all"]["source_end"]) == (998, 1008)
    assert lifted(found["all"]) == (0, 10)
    blender.run("kit.strips()['back'].use_reverse_frames = True")
    assert (clips(blender)["back"]["source_start"], clips(blender)["back"]["source_end"]) == (999, 1002)


def test_muted_and_locked_clips_are_clips(blender: Blender, tmp_path: Path):
    plate = movie(tmp_path / "a.mkv", 10)
    blender.run("s = kit.movie(given['p']); s.mute = True; s.lock = True", p=plate)
    assert (clips(blender)["a"]["liftable"], clips(blender)["a"]["enabled"]) == (True, False)
    blender.run("kit.strips()['a'].mute = False; bpy.context.scene.sequence_editor.channels[1].mute = True")
    assert not clips(blender)["a"]["enabled"]


def test_the_revision_changes_with_anything_in_the_selection(blender: Blender, tmp_path: Path):
    plate = movie(tmp_path / "a.mkv", 10)
    blender.run("kit.movie(given['p'])", p=plate)
    one = blender.run(SELECTION)["revision"]
    assert blender.run(SELECTION)["revision"] == one
    blender.run("kit.strips()['a'].frame_offset_start = 1")
    assert blender.run(SELECTION)["revision"] != one


def test_a_retimed_strip_is_rendered_as_it_plays_and_nothing_is_left(blender: Blender, tmp_path: Path):
    plate = movie(tmp_path / "Tempo ü.mkv", 20)
    blender.run(
        "bpy.ops.wm.read_factory_settings(use_empty=False); s = bpy.context.scene; s.sequence_editor_create();"
        "s.render.resolution_x, s.render.resolution_y = 128, 96\n"
        "with kit.window():\n"
        "    m = kit.movie(given['p'], name='Tempo ü'); s.sequence_editor.active_strip = m\n"
        "    bpy.ops.sequencer.retiming_segment_speed_set(speed=200.0)\n"
        "    kit.effect('COLOR', channel=4, length=30).color = (1, 0, 0)\n"
        "    m.color_multiply = .5; m.transform.offset_x = 20\n"
        "    m.blend_alpha = .5; m.keyframe_insert('blend_alpha', frame=1)\n"
        "    m.modifiers.new('dark', 'BRIGHT_CONTRAST').bright = -50\n"
        "    m.select = True; kit.strips()['COLOR'].select = False; m.frame_offset_start = 2\n",
        p=plate,
    )
    before = blender.run(DUMP)
    clip = clips(blender)["Tempo ü"]
    assert "retimed" in clip["reason"]
    assert (clip["liftable"], clip["exportable"]) == (False, True)
    length = clip["record_end"] - clip["record_start"]
    made = blender.run(
        "import dataclasses; answer = dataclasses.asdict(kit.host.export(given['c'], given['f'], 5))",
        c=clip["id"], f=tmp_path / "plates",
    )  # fmt: skip
    assert blender.run(DUMP) == before
    assert (made["first"], made["rate"], made["handles_before"], made["handles_after"]) == (1001, "24", 2, 0)
    assert made["frames"] == length + 2
    with open_clip(Path(made["path"])) as media:
        assert (media.facts.width, media.facts.height, media.facts.frames) == (64, 48, made["frames"])
        assert media.facts.color.transfer == "bt1886"  # as the movie itself is read
    shown = [codes(made["path"] % number) for number in range(1001, 1001 + made["frames"])]
    assert shown == pytest.approx([10 + 4 * index for index in range(made["frames"])], abs=2.1)
    assert shown[1] == pytest.approx(round(shown[1]), abs=0.02)  # codes as they were, not something close to them
    result = sequence(tmp_path / "Tempo_hdr", 1001, made["frames"], (2, 0))
    blender.run("kit.place(given['r'])", r=[result.of("job", clip["id"])])
    assert blender.run("s = kit.strips()['Tempo_hdr']; answer = [e.filename for e in s.elements][2]").endswith(
        "1003.exr"
    )


def test_scenes_metas_speed_effects_and_multicams_are_rendered_alone(blender: Blender, tmp_path: Path):
    plate = movie(tmp_path / "a.mkv", 20)
    blender.run(
        "sub = bpy.data.scenes.new('Sub'); sub.render.resolution_x, sub.render.resolution_y = 64, 48\n"
        "sub.frame_start, sub.frame_end = 1, 8; sub.sequence_editor_create(); sub.render.fps = 24\n"
        "kit.strips(sub.sequence_editor).new_movie(name='in', filepath=given['p'], channel=1, frame_start=1)\n"
        "sub.view_settings.view_transform = 'Standard'\n"
        "s = kit.strips().new_scene(name='scene', scene=sub, channel=1, frame_start=1); s.scene_input = 'SEQUENCER'\n"
        "kit.meta(given['p'], trim=(0, 10), channel=2)\n"
        "a = kit.movie(given['p'], channel=3, name='fast')\n"
        "e = kit.effect('SPEED', channel=4, length=10, input1=a, name='speed')\n"
        "kit.effect('COLOR', channel=5, length=20, name='cover').select = False\n"
        "kit.effect('MULTICAM', channel=6, length=10, name='cam')\n"
        "kit.strips()['cover'].color = (1, 1, 1); cam = kit.strips()['cam']\n"
        "for frame, channel in ((1, 3), (6, 5)):\n"
        "    cam.multicam_source = channel; cam.keyframe_insert('multicam_source', frame=frame)\n"
        "s.select = True; a.select = False\n",
        p=plate,
    )
    found = clips(blender)
    assert set(found) == {"scene", "meta", "speed", "cam"}
    before = blender.run(DUMP)
    for name, wanted in (("scene", 10), ("meta", 10), ("speed", 10), ("cam", 10)):
        assert found[name]["exportable"], name
        made = blender.run(
            "import dataclasses; answer = dataclasses.asdict(kit.host.export(given['c'], given['f'], 0))",
            c=found[name]["id"], f=tmp_path / name,
        )  # fmt: skip
        first = codes(made["path"] % 1001)
        assert first == pytest.approx(wanted, abs=1.1), name
        assert codes(made["path"] % 1004) > first, name
        with open_clip(Path(made["path"])) as media:
            assert media.facts.color.transfer == ("bt1886" if name in ("meta", "speed") else "srgb"), name
        if name == "cam":
            assert codes(made["path"] % 1007) == pytest.approx(255, abs=0.1)  # cut to the channel above by a key
    assert blender.run(DUMP) == before


def test_a_mask_of_the_project_becomes_a_matte_at_the_clips_own_size(blender: Blender, tmp_path: Path):
    plate = movie(tmp_path / "a.mkv", 12, size=(32, 24))
    blender.run(
        "s = kit.movie(given['p'], start=101, trim=(2, 4)); s.transform.scale_x = s.transform.scale_y = 2.0;"
        "kit.mask('Maske ü', (0, 0, .5, .5), .5)", p=plate,
    )  # fmt: skip
    before = blender.run(DUMP)
    clip = clips(blender)["a"]
    (mask,) = clip["masks"]
    assert (mask["title"], mask["kind"], mask["path"]) == ("Maske ü", "mask", "")
    made = blender.run(
        "import dataclasses; answer = dataclasses.asdict(kit.host.export_mask(given['c'], given['m'], given['f']))",
        c=clip["id"], m=mask["id"], f=tmp_path / "mattes",
    )  # fmt: skip
    assert blender.run(DUMP) == before
    assert made["id"] == mask["id"]
    files = sorted((tmp_path / "mattes").iterdir())
    assert [str(path) for path in files] == [made["path"] % number for number in range(2, 8)]
    matte = exr(files[0])[..., 0]
    wanted = np.zeros((24, 32), np.float32)
    wanted[12:, :16] = 0.5
    assert np.array_equal(matte, wanted)


def test_the_last_pixel_of_a_mask_is_no_accident(blender: Blender, tmp_path: Path):
    """Blender itself leaves it as the memory was."""
    plate = movie(tmp_path / "a.mkv", 6)
    blender.run("kit.movie(given['p']); kit.mask('voll', (-1, -1, 2, 2))", p=plate)
    clip = clips(blender)["a"]
    made = blender.run("answer = kit.host.export_mask(given['c'], given['m'], given['f']).path",
                       c=clip["id"], m=clip["masks"][0]["id"], f=tmp_path / "mattes")  # fmt: skip
    for number in range(6):
        assert np.array_equal(exr(made % number)[..., 0], np.ones((48, 64), np.float32))


def test_a_mask_lies_in_the_frame_and_is_brought_to_a_clip_that_lies_elsewhere(blender: Blender, tmp_path: Path):
    plate = movie(tmp_path / "a.mkv", 4)
    blender.run(
        "t = kit.movie(given['p']).transform; t.offset_x, t.offset_y = 16, -12; kit.mask('m', (0, 0, .5, .5))",
        p=plate,
    )
    clip = clips(blender)["a"]
    made = blender.run("answer = kit.host.export_mask(given['c'], given['m'], given['f']).path",
                       c=clip["id"], m=clip["masks"][0]["id"], f=tmp_path / "mattes")  # fmt: skip
    # The frame's lower left quarter, x 0 to 32 and y 24 to 48 from the top, seen from a picture moved right and down.
    wanted = np.zeros((48, 64), np.float32)
    wanted[12:36, :16] = 1.0
    assert np.array_equal(exr(made % 0)[..., 0], wanted)
    blender.run("t = kit.strips()['a'].transform; t.rotation, t.scale_x = .3, .5")
    with pytest.raises(BlenderError, match="turned and stretched"):
        blender.run("kit.host.export_mask(given['c'], given['m'], given['f'])",
                    c=clip["id"], m=clip["masks"][0]["id"], f=tmp_path / "mattes")  # fmt: skip


def test_mask_strips_above_move_with_the_frames_of_a_reversed_clip(blender: Blender, tmp_path: Path):
    """The mask wanders by a key on each end; the clip plays backwards, and mattes count as its media does."""
    plate = movie(tmp_path / "a.mkv", 8)
    blender.run(
        "s = kit.movie(given['p'], start=11); s.use_reverse_frames = True\n"
        "m = kit.mask('wandernd', (0, 0, .5, 1)); m.frame_start, m.frame_end = 1, 20\n"
        "m.layers[0].alpha = 0.0; m.layers[0].keyframe_insert('alpha', frame=1)\n"
        "m.layers[0].alpha = 1.0; m.layers[0].keyframe_insert('alpha', frame=9)\n"
        "action = m.animation_data.action\n"
        "curves = action.fcurves if hasattr(action, 'fcurves') else action.layers[0].strips[0].channelbags[0].fcurves\n"
        "for key in curves[0].keyframe_points: key.interpolation = 'LINEAR'\n"
        "k = kit.strips().new_mask(name='über', mask=m, channel=3, frame_start=9)\n",
        p=plate,
    )
    clip = clips(blender)["a"]
    assert [(mask["title"], mask["kind"]) for mask in clip["masks"]] == [("über", "matte")]
    made = blender.run("answer = kit.host.export_mask(given['c'], given['m'], given['f']).path",
                       c=clip["id"], m=clip["masks"][0]["id"], f=tmp_path / "mattes")  # fmt: skip
    shown = [columns(exr(made % number))[0] for number in range(8)]
    # Media frame 7 is seen first, at frame 11, where the mask strip shows the third frame of its own.
    assert shown == pytest.approx([min(1.0, (9 - number) / 8) for number in range(8)], abs=1e-5)


def test_a_mask_that_has_gone_is_said(blender: Blender, tmp_path: Path):
    plate = movie(tmp_path / "a.mkv", 4)
    blender.run("kit.movie(given['p'])", p=plate)
    with pytest.raises(BlenderError, match="not among the clip's any more"):
        blender.run("kit.host.export_mask(given['c'], given['m'], given['f'])",
                    c=clips(blender)["a"]["id"], m=json.dumps(["mask", "gone"]), f=tmp_path / "mattes")  # fmt: skip
    assert not (tmp_path / "mattes").exists()


def test_a_folder_that_cannot_be_written_is_said(blender: Blender, tmp_path: Path):
    plate = movie(tmp_path / "a.mkv", 4)
    (tmp_path / "taken").write_text("")
    blender.run("kit.movie(given['p']).use_multiview = True", p=plate)
    clip = clips(blender)["a"]
    assert "stereoscopic" in clip["reason"]
    before = blender.run(DUMP)
    with pytest.raises(BlenderError, match="cannot be written to"):
        blender.run("kit.host.export(given['c'], given['f'], 0)", c=clip["id"], f=tmp_path / "taken" / "x")
    assert blender.run(DUMP) == before
