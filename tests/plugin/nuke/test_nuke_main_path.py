"""From a selected Read to the placed result, and back."""

from __future__ import annotations


def wired(app, name, index=0):
    op = next(op for op in app.graph.ops.values() if op.name == name)
    number = op.inputs[index] if index < len(op.inputs) else None
    return None if number is None else app.graph.ops[number].name


def test_the_way_of_a_read(bench):
    app = bench.app
    read = bench.sequence()
    blur = app.make("Blur")
    blur.setInput(0, read)
    (clip,) = bench.clips(read)
    before = app.snapshot()
    assert (clip.id, clip.name) == ("Read1", "Read1")
    assert clip.media == str(bench.folder / "media" / "plate.%04d.exr")
    assert (clip.source_start, clip.source_end, clip.media_start_known) == (1001, 1005, False)
    assert (clip.record_start, clip.record_end) == (1001, 1005)
    assert clip.liftable

    steps = len(app.graph.steps)
    placing = bench.place(bench.result(clip.id))
    assert len(app.graph.steps) == steps + 1
    (placed,) = placing.placed
    assert wired(app, "Blur1") == "Switch1"
    assert wired(app, "Switch1", 0) == "Read1"
    assert wired(app, "Switch1", 1) == "Read2"
    hdr = next(op for op in app.graph.ops.values() if op.name == "Read2")
    assert hdr.knobs["colorspace"] == "linear"
    assert [hdr.knobs[name] for name in ("first", "last", "origfirst", "origlast")] == [1001, 1004, 1001, 1004]
    assert not hdr.knobs["raw"]

    sentence = bench.do("revert", (placed.placement,))
    assert "taken out" in sentence
    assert app.snapshot() == before
