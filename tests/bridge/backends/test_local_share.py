"""How far a lift is: every step counts, nothing goes back, and all of it is all of the frames."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import given

from bridge.backends.local.share import Share

STAGES = ("encode", "stage1", "upsample", "stage2", "decode")


@given(frames=st.integers(1, 1000), parts=st.integers(1, 9), kept=st.integers(0, 8))
def test_all_steps_of_all_parts_make_all_frames(frames, parts, kept):
    kept = min(kept, parts - 1)
    share = Share(frames, parts, kept)
    seen = [share.say("Loading the model").done]
    assert seen[0] == frames * kept // parts
    for part in range(kept, parts):
        share.begin(part)
        for stage in STAGES:
            seen += [share.at(stage, done, 4).done for done in range(5)]
    assert seen == sorted(seen)
    assert seen[-1] >= frames - 1
    assert max(seen) <= frames


def test_a_stage_that_begins_again_takes_nothing_back():
    share = Share(100, 1, 0)
    before = share.at("stage2", 2, 2).done
    assert before > 50
    assert share.at("stage2", 0, 8).done == before
    assert share.say("The card's memory was short.").done == before
    assert share.at("decode", 1, 1).done == 100


def test_parts_are_named_where_there_are_several():
    share = Share(100, 3, 0)
    share.begin(1)
    assert share.at("stage1", 3, 8).note == "Stage 1, step 3 of 8, part 2 of 3"
    assert Share(10, 1, 0).at("stage1", 3, 8).note == "Stage 1, step 3 of 8"
