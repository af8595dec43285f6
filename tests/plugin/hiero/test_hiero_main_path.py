"""From selected items to the placed result, and back."""

from __future__ import annotations


def test_the_way_of_a_clip(bench):
    item = bench.sequence()
    before = bench.layout()
    (clip,) = bench.clips(item)
    assert clip.liftable
    assert clip.media == str(bench.folder / "media" / "plate.####.exr")
    assert (clip.record_start, clip.record_end) == (86400, 86405)
    assert (clip.source_start, clip.source_end, clip.media_start_known) == (1003, 1008, False)
    placing = bench.place(bench.result(clip.id, first=1001, frames=9, before=2, after=2))
    assert bench.app.steps == ["Superwhite: HDR for plate"]
    (placed,) = placing.placed
    (below, above) = bench.timeline.videoTracks()
    (hdr,) = above.items()
    assert above.name() == "Superwhite HDR"
    assert (hdr.timelineIn(), hdr.timelineOut(), hdr.sourceIn(), hdr.sourceOut()) == (86400, 86404, 2, 6)
    assert hdr.source().sourceMediaColourTransform() == "Utility - Linear - sRGB"
    assert not below.items()[0].isEnabled()
    assert [each.name() for each in bench.project.clipsBin().bins()] == ["Superwhite"]
    sentence = bench.do("revert", (placed.placement,))
    assert "taken off" in sentence
    assert bench.layout() == before
    assert bench.project.clipsBin().bins()[0].clips() == ()
