"""A long clip is made in parts: what each is given, and which of its frames are used."""

from __future__ import annotations

from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bridge.assembly.segments import overlap_of, plan_segments, seed_of
from bridge.domain.frames import FrameRange


@given(frames=st.integers(1, 3000), most=st.integers(1, 200))
def test_parts_cover_the_clip_without_gaps_and_fit_what_can_be_made(frames, most):
    segments = plan_segments(frames, most, 8)
    whole = FrameRange(0, frames)
    assert segments[0].used.start == 0
    assert segments[-1].used.end == frames
    assert [segment.index for segment in segments] == list(range(len(segments)))
    for segment in segments:
        assert len(segment.given) <= most
        assert whole.contains_range(segment.given)
        assert segment.given.contains_range(segment.used)
        assert segment.used.start == segment.given.start
    for before, after in pairwise(segments):
        # What two have in common is what the later blends, and each goes on beyond the one before.
        assert before.used.end - after.used.start == after.blended
        assert after.used.start > before.used.start
        assert after.used.end > before.used.end


@given(frames=st.integers(1, 3000), most=st.integers(9, 200))
def test_no_fewer_parts_would_do(frames, most):
    count, overlap = len(plan_segments(frames, most, 8)), overlap_of(most)
    assert count == 1 or (count - 1) * (most - overlap) + overlap < frames


@pytest.mark.parametrize(
    ("frames", "parts"),
    [(1, 1), (9, 1), (10, 1), (121, 1), (161, 1), (162, 2), (481, 4), (1000, 7)],
)
def test_clips_of_every_length_at_the_most_that_upstream_makes(frames, parts):
    segments = plan_segments(frames, 161, 8)
    assert len(segments) == parts
    if parts > 1:
        assert {len(segment.given) % 8 for segment in segments} == {1}
        assert {segment.blended for segment in segments[1:]} == {16}


def test_parts_share_8_to_16_frames_where_there_is_room():
    assert [overlap_of(most) for most in (161, 121, 49, 33, 25, 17, 9, 3, 1)] == [16, 16, 12, 8, 8, 8, 4, 1, 0]


def test_seeds_of_parts_differ_and_stay():
    seeds = [seed_of(10, part) for part in range(5)]
    assert seeds[0] == 10
    assert len(set(seeds)) == 5
    assert seeds == [seed_of(10, part) for part in range(5)]
    assert all(0 <= seed < 2**32 for seed in seeds)
    assert seed_of(11, 1) != seed_of(10, 1)
