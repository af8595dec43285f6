"""What Nuke renders: plates and mattes, and that nothing is left of it in the script."""

from __future__ import annotations

import numpy as np
import OpenEXR
import pytest

from bridge.domain.host import HostFailure
from tests.fakes.nuke.render import SHAPE


def opened(path):
    file = OpenEXR.File(str(path), separate_channels=True)
    return file.header(), {name: channel.pixels for name, channel in file.channels().items()}


@pytest.fixture
def blur(bench):
    node = bench.app.make("Blur")
    node.setInput(0, bench.sequence())
    bench.app.graph.modified = False
    return node


def test_a_plate_is_half_linear_and_at_the_frames_of_the_script(bench, blur, tmp_path):
    bench.app.graph.ops[0].knobs["colorManagement"] = "OCIO"
    before, steps = bench.app.snapshot(), list(bench.app.graph.steps)
    made = bench.do("export", "Blur1", str(tmp_path / "new" / "plates"), 8)
    assert (made.first, made.frames, made.rate) == (1001, 4, "24")
    assert (made.handles_before, made.handles_after) == (0, 0)
    assert made.path == str(tmp_path / "new" / "plates" / "plate.%08d.exr")
    for number in range(1001, 1005):
        header, channels = opened(made.path % number)
        assert header["comments"] == "Linear Rec.709 (sRGB)"
        assert header["compression"] == OpenEXR.ZIPS_COMPRESSION
        assert set(channels) == {"R", "G", "B"}
        assert channels["R"].dtype == np.float16
        assert channels["R"][0, 0] == np.float16(number / 100)
    assert (bench.app.snapshot(), bench.app.graph.steps) == (before, steps)
    assert not bench.app.graph.modified


def test_proxy_mode_is_off_while_it_renders(one, tmp_path):
    one.app.make("Blur").setInput(0, one.sequence())
    one.app.graph.ops[0].knobs["proxy"] = True
    made = one.do("export", "Blur1", str(tmp_path / "p"), 0)
    assert opened(made.path % 1001)[1]["R"].shape == (8, 16)
    assert one.app.graph.ops[0].knobs["proxy"] is True


def test_one_view_is_rendered(one, tmp_path):
    one.app.make("Blur").setInput(0, one.sequence())
    one.app.views = ["left", "right"]
    rendered = []
    execute = one.app.execute
    one.app.execute = None
    import nuke

    def counting(name, start, end, incr=1, views=None, continueOnError=False):
        rendered.append(views)
        execute(name, start, end, incr, views)

    one.monkeypatch.setattr(nuke, "execute", counting)
    one.do("export", "Blur1", str(tmp_path / "p"), 0)
    assert rendered == [["left"]]


@pytest.mark.parametrize(
    ("message", "sentence"),
    [("Cancelled", "was cancelled"), ("Read1: missing channel", "could not render “Blur1”")],
)
@pytest.mark.parametrize("undo_was_off", [False, True])
def test_a_render_that_ends_half_way_leaves_nothing(one, tmp_path, message, sentence, undo_was_off):
    read = one.sequence()
    one.app.make("Blur").setInput(0, read)
    one.app.graph.modified = False
    one.app.graph.disabled = int(undo_was_off)
    one.app.graph.ops[0].knobs["proxy"] = True
    before = one.app.snapshot()
    one.app.fails[1003] = message
    with pytest.raises(HostFailure, match=sentence):
        one.do("export", "Blur1", str(tmp_path / "p"), 0)
    assert one.app.snapshot() == before
    assert (one.app.graph.disabled, one.app.graph.modified) == (int(undo_was_off), False)
    assert one.app.graph.ops[0].knobs["proxy"] is True
    one.app.graph.disabled = 0


def test_a_modified_script_stays_modified(one, tmp_path):
    one.app.make("Blur").setInput(0, one.sequence())
    one.do("export", "Blur1", str(tmp_path / "p"), 0)
    assert one.app.graph.modified


def test_a_frame_that_is_not_there_afterwards(one, tmp_path):
    import nuke

    one.app.make("Blur").setInput(0, one.sequence())
    execute = one.app.execute
    one.monkeypatch.setattr(nuke, "execute", lambda name, first, last, *more: execute(name, first, last - 1))
    with pytest.raises(HostFailure, match="not rendered every frame") as caught:
        one.do("export", "Blur1", str(tmp_path / "p"), 0)
    assert caught.value.detail == "1 of 4 are missing, the first is 1004."


def test_frames_below_nought_are_refused(one, tmp_path):
    node = one.app.make("Blur")
    node._op.stated["range"] = (-5, 5)
    with pytest.raises(HostFailure, match="runs from frame -5 to 5"):
        one.do("export", "Blur1", str(tmp_path / "p"), 0)


def test_a_folder_that_cannot_be_made(one, tmp_path):
    (tmp_path / "p").write_bytes(b"")
    one.app.make("Blur").setInput(0, one.sequence())
    with pytest.raises(HostFailure, match="cannot be written to"):
        one.do("export", "Blur1", str(tmp_path / "p"), 0)


def test_noncommercial_sizes(one, tmp_path):
    read = one.sequence()
    read._op.stated["size"] = (2048, 1152)
    one.app.make("Blur").setInput(0, read)
    one.app.noncommercial = True
    with pytest.raises(HostFailure, match="Non-commercial renders no picture of 2048 by 1152"):
        one.do("export", "Blur1", str(tmp_path / "p"), 0)
    assert [op.kind for op in one.app.graph.ops.values()] == ["Root", "Read", "Blur"]


def test_without_a_linear_space_nothing_is_rendered(one, tmp_path):
    one.app.make("Blur").setInput(0, one.sequence())
    one.app.colorspaces = lambda: ["sRGB"]
    before = one.app.snapshot()
    with pytest.raises(HostFailure, match=r"no colour space for linear Rec\.709"):
        one.do("export", "Blur1", str(tmp_path / "p"), 0)
    assert one.app.snapshot() == before


# Masks


def test_masks_that_a_clip_brings(one):
    read = one.sequence()
    read._op.stated["alpha"] = 1
    drawn, beside, other = one.app.make("Roto"), one.app.make("RotoPaint"), one.app.make("Blur")
    drawn.setInput(0, read)
    other.setInput(0, drawn)
    one.app.graph.stale[read._number] = one.app.graph.below(read._number)
    clips = {clip.id: clip for clip in one.clips(read, beside, other)}
    assert set(clips) == {"Read1", "Blur1"}
    assert [(mask.id, mask.kind) for mask in clips["Read1"].masks] == [
        ("alpha", "alpha"),
        ("RotoPaint1", "matte"),
        ("Roto1", "matte"),
    ]
    assert "Roto1" in {mask.id for mask in clips["Blur1"].masks}
    assert one.do("facts").abilities.masks


def test_a_read_without_alpha_brings_none(one):
    (clip,) = one.clips(one.sequence())
    assert clip.masks == ()


def test_a_roto_is_rendered_alone_and_numbered_like_the_clip(bench, tmp_path):
    read = bench.sequence(frame_mode="start at", frame="1")
    read._op.stated["alpha"] = 1
    roto = bench.app.make("Roto")
    roto.setInput(0, read)
    before, steps = bench.app.snapshot(), list(bench.app.graph.steps)
    bench.app.graph.modified = False
    mask = bench.do("export_mask", "Read1", "Roto1", str(tmp_path / "m"))
    assert (mask.id, mask.kind, mask.title) == ("Roto1", "matte", "Roto1")
    assert sorted(each.name for each in (tmp_path / "m").iterdir()) == [
        f"matte.{number:08d}.exr" for number in range(1001, 1005)
    ]
    header, channels = opened(mask.path % 1001)
    assert header["comments"] == "raw"
    assert set(channels) == {"A"}
    # Only the shape: the alpha of the Read that it is drawn on is 1 all over.
    assert channels["A"][:, :SHAPE].min() == 1
    assert channels["A"][:, SHAPE:].max() == 0
    assert (bench.app.snapshot(), bench.app.graph.steps, bench.app.graph.modified) == (before, steps, False)


def test_the_alpha_of_a_read(one, tmp_path):
    read = one.movie(frames=10, first=3, last=6)
    read._op.stated["alpha"] = 0.25
    mask = one.do("export_mask", "Read1", "alpha", str(tmp_path / "m"))
    assert (mask.id, mask.kind) == ("alpha", "alpha")
    assert sorted(each.name for each in (tmp_path / "m").iterdir()) == [f"matte.{n:08d}.exr" for n in range(2, 6)]
    assert opened(mask.path % 2)[1]["A"].max() == 0.25


def test_a_matte_that_fails_leaves_the_roto_as_it_was(one, tmp_path):
    read, roto = one.sequence(), one.app.make("Roto")
    roto.setInput(0, read)
    before = one.app.snapshot()
    one.app.fails[1002] = "Cancelled"
    with pytest.raises(HostFailure, match="cancelled"):
        one.do("export_mask", "Read1", "Roto1", str(tmp_path / "m"))
    assert one.app.snapshot() == before


def test_the_bridge_reads_the_matte(one, tmp_path):
    """By the file numbers that the clip's frames have."""
    from bridge.media.numbering import files_at

    read, roto = one.sequence(first=86400, last=86403), one.app.make("Roto")
    roto.setInput(0, read)
    mask = one.do("export_mask", "Read1", "Roto1", str(tmp_path / "m"))
    from pathlib import Path

    assert files_at(Path(mask.path)).numbers == (86400, 86401, 86402, 86403)
