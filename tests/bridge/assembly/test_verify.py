"""The last look finds what must not be delivered."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bridge.assembly.fidelity import FrameCheck
from bridge.assembly.finish import FrameFinisher
from bridge.assembly.plan import Plan
from bridge.assembly.verify import verify_sequence
from bridge.domain.color import OutputColor, Primaries, SourceColor
from bridge.domain.errors import VerificationFailed
from bridge.domain.frames import FrameRange
from bridge.domain.job import Reservation
from bridge.domain.media import ClipFacts
from bridge.domain.workflow import LiftRequest, OutputSpec, SourceSpec
from bridge.engines.base import Plate, Target
from bridge.engines.protocol import WorkOrder
from bridge.engines.registry import engine
from bridge.media.measure import ClipMeasures

GOOD = FrameCheck(number=1001, pixels=10, deviation=0.0005, lift=0.1, finite=True)


class Sequence:
    """Three written frames, 1001 to 1003, that pass; a test then spoils something."""

    def __init__(self, folder: Path, codec: str = "piz") -> None:
        request = LiftRequest(source=SourceSpec(path=folder / "c.mov"), output=OutputSpec(folder=folder))
        order = WorkOrder(
            job="j",
            request=request,
            reservation=Reservation(name="c_hdr_v001", staging=folder, final=folder / "f"),
            engine="classical",
        )
        color = SourceColor(Primaries.REC709, "bt1886", "bt709", False)
        facts = ClipFacts(Path("c.mov"), "movie", 16, 9, Fraction(24), 3, 8, color, first_number=1001)
        self.plan = Plan(order, facts, FrameRange(0, 3), 0, 0, codec, (facts.width, facts.height))
        plate = Plate(16, 9, 8, Primaries.REC709, "bt1886")
        target = Target(203, 49.0, Primaries.REC709)
        self.lift = engine("classical").fit(plate, [], {}, target)
        self.finisher = FrameFinisher(folder, "c_hdr_v001", self.plan.header(self.lift), Primaries.REC709, None)
        self.light = ClipMeasures(203)
        for number in self.plan.numbers:
            self.light.add(self.finisher.write(number, np.full((9, 16, 3), 0.18, np.float16)).measure)

    def verify(self, *checks: FrameCheck):
        return verify_sequence(self.plan, self.finisher, self.lift, self.light, checks or [GOOD])


def test_a_whole_sequence_passes_with_its_figures(tmp_path):
    figures = Sequence(tmp_path).verify(GOOD, replace(GOOD, number=1002, lift=0.15))
    assert figures["fidelity_stops"] == 0.0005
    assert figures["flicker_stops"] == pytest.approx(0.05)
    assert figures["frames_checked"] == [1001, 1002]


def test_a_missing_frame_is_found(tmp_path):
    sequence = Sequence(tmp_path)
    sequence.finisher.path(1002).unlink()
    with pytest.raises(VerificationFailed, match="00001002"):
        sequence.verify()


def test_a_damaged_header_is_found(tmp_path):
    sequence = Sequence(tmp_path)
    sequence.finisher.path(1003).write_bytes(b"not a frame")
    with pytest.raises(VerificationFailed, match="00001003"):
        sequence.verify()


def test_another_size_is_found(tmp_path):
    sequence = Sequence(tmp_path)
    sequence.finisher.write(1002, np.zeros((8, 16, 3), np.float16))
    with pytest.raises(VerificationFailed, match="16x8"):
        sequence.verify()


def test_a_frame_under_another_frame_s_name_is_found(tmp_path):
    sequence = Sequence(tmp_path)
    sequence.finisher.path(1001).replace(sequence.finisher.path(1002))
    sequence.finisher.write(1001, np.zeros((9, 16, 3), np.float16))
    with pytest.raises(VerificationFailed, match="00001002"):
        sequence.verify()


def test_another_colour_space_is_found(tmp_path):
    sequence = Sequence(tmp_path)
    header = replace(sequence.plan.header(sequence.lift), color=OutputColor.ACESCG)
    FrameFinisher(tmp_path, "c_hdr_v001", header, Primaries.REC709, None).write(
        1002, np.zeros((9, 16, 3), np.float16)
    )
    with pytest.raises(VerificationFailed, match="colour space"):
        sequence.verify()


def test_values_that_are_no_numbers_are_found_in_any_frame(tmp_path):
    sequence = Sequence(tmp_path)
    sequence.light.add(sequence.finisher.write(1002, np.full((9, 16, 3), np.inf, np.float16)).measure)
    with pytest.raises(VerificationFailed, match="not numbers"):
        sequence.verify()


def test_a_moved_sdr_range_is_refused_but_for_lossy_compression(tmp_path):
    off = replace(GOOD, deviation=0.01)
    with pytest.raises(VerificationFailed, match=r"0\.010 stops"):
        Sequence(tmp_path).verify(off)
    figures = Sequence(tmp_path, codec="dwaa").verify(off)
    assert figures["fidelity_stops"] == 0.01
    assert figures["fidelity_limit_stops"] is None
