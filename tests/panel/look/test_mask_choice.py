"""Choosing within which mask clips are worked on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from bridge.backends.remote.offers import offers
from bridge.domain.host import HostClip, HostMask
from bridge.domain.workflow import MaskSpec
from qt_panels.look.masks import mask_schema
from qt_panels.look.panel import LookPanel
from qt_panels.look.schema import parameters
from qt_panels.memory import Look, MaskWish, Memory
from tests.panel.look.test_remote_form import Silent, pick_mask

SKY = HostMask("m1", "Sky", "mask")
FACE = HostMask("m2", "Face", "mask")
ALPHA = HostMask("a", "", "alpha")
ONE = HostClip("V1/1", "one", "/plates/one.mov", source_end=9, masks=(SKY, FACE, ALPHA))
TWO = HostClip("V1/2", "two", "/plates/two.mov", source_end=9, masks=(HostMask("m9", "Road", "mask"),))
BARE = HostClip("V1/3", "bare", "/plates/bare.mov", source_end=9)
LIFT = Look(backend="fal")


@pytest.fixture
def look(qtbot, tmp_path):
    made = LookPanel(Silent(), Memory.in_file(tmp_path / "memory.ini"))
    qtbot.addWidget(made)
    made.show()
    # A lift may be kept within a mask, inpainting needs one, and video to video takes none.
    made.set_capabilities(tuple(offer.capability("fal") for offer in offers("fal")))
    made.use(LIFT)
    return made


def options(look):
    return [look.masks.box.itemText(place) for place in range(look.masks.box.count())]


def of_all(look, *clips):
    look.take_clips(clips, masks=True)
    look.set_clip(*((clips[0].id, clips[0].name) if len(clips) == 1 else ("", "")))


def test_a_clip_offers_what_it_brings_along(look):
    of_all(look, ONE)
    assert options(look) == ["No mask", "Sky (mask)", "Face (mask)", "alpha", "Choose a file …"]
    assert look.mask_of("V1/1") is None
    assert not look.masks.edges.isVisible()
    pick_mask(look, "Face (mask)")
    assert look.mask_of("V1/1") == FACE
    assert look.masks.edges.isVisible()
    look.use(look.look_for("V1/1").model_copy(update={"workflow": "inpaint"}))
    assert look.mask_of("V1/1") == FACE
    look.use(Look(backend="fal", workflow="reference_video_to_video"))
    assert not look.masks.isVisible()
    assert look.mask_of("V1/1") is None


def test_hosts_that_give_no_masks_offer_none(look):
    look.take_clips([ONE])
    look.set_clip("V1/1", "one")
    assert options(look) == ["No mask", "Choose a file …"]


def test_each_of_several_clips_has_its_own_of_a_kind(look):
    of_all(look, ONE, TWO, BARE)
    assert options(look) == ["No mask", "Each clip's own: mask", "Each clip's own: alpha"]
    pick_mask(look, "Each clip's own: mask")
    assert [look.mask_of(clip) for clip in ("V1/1", "V1/2", "V1/3")] == [SKY, TWO.masks[0], None]
    assert [look.lacks_mask(clip) for clip in ("V1/1", "V1/2", "V1/3")] == [False, False, True]
    # One of them has another, or none.
    look.set_clip("V1/1", "one")
    pick_mask(look, "Face (mask)")
    look.set_clip("V1/2", "two")
    assert look.masks.box.currentText() == "Road (mask)"
    pick_mask(look, "No mask")
    assert [look.mask_of(clip) for clip in ("V1/1", "V1/2")] == [FACE, None]
    assert not look.lacks_mask("V1/2")  # it was said so
    # What is chosen for all holds for all.
    look.set_clip("", "")
    assert look.masks.box.currentText() == "Each clip's own: mask"
    pick_mask(look, "Each clip's own: alpha")
    assert [look.mask_of(clip) for clip in ("V1/1", "V1/2")] == [ALPHA, None]
    pick_mask(look, "No mask")
    assert look.mask_of("V1/1") is None
    assert look._memory.look.mask.kind == ""


def test_the_kind_is_remembered_like_other_looks_and_files_are_not(look, tmp_path):
    of_all(look, ONE)
    pick_mask(look, "alpha")
    look.masks.edges.fields["feather"].set_value(4.0)
    kept = Memory.in_file(tmp_path / "memory.ini").look
    assert kept.mask == MaskWish(kind="alpha", values={"feather": 4.0})
    pick_mask(look, "Choose a file …")
    look.masks.findChild(QFileDialog).fileSelected.emit("/mattes/hole.mov")
    assert look.mask_of("V1/1") == Path("/mattes/hole.mov")
    assert options(look)[-2:] == ["hole.mov", "Choose a file …"]
    assert Memory.in_file(tmp_path / "memory.ini").look.mask.kind == "alpha"


def test_a_dialog_that_is_dismissed_changes_nothing(look):
    of_all(look, ONE)
    pick_mask(look, "Sky (mask)")
    pick_mask(look, "Choose a file …")
    assert look.masks.box.currentText() == "Sky (mask)"
    look.masks.findChild(QFileDialog).reject()
    assert look.mask_of("V1/1") == SKY


def test_a_mask_that_the_clip_has_lost_is_none(look):
    of_all(look, ONE)
    pick_mask(look, "Sky (mask)")
    of_all(look, HostClip("V1/1", "one", "/plates/one.mov", source_end=9))
    assert look.mask_of("V1/1") is None
    of_all(look, ONE)
    assert look.mask_of("V1/1") == SKY


def test_the_fields_are_those_of_the_bridge(look):
    known = parameters(mask_schema())
    assert {each.name for each in known} == set(MaskSpec.model_fields) - {"path"}
    assert set(look.masks.edges.fields) == {each.name for each in known}
    grow = next(each for each in known if each.name == "grow")
    assert (grow.minimum, grow.unit, grow.kind) == (-200, "px", "integer")
    given = {"invert": True, "grow": -3, "feather": 2.5, "channel": "luma"}
    look.use(LIFT.model_copy(update={"mask": MaskWish(values=given)}))
    assert look.masks.edges.values() == given
    assert MaskSpec.model_validate({**look.look_for("x").mask.values, "path": "/m.mov"}).feather == 2.5


def test_what_an_older_or_newer_panel_has_kept_does_no_harm(look):
    look.use(
        LIFT.model_copy(update={"mask": MaskWish(kind="roto", values={"grow": 9999, "glow": 1, "invert": True})})
    )
    assert look.look_for("x").mask.values == {"invert": True}
    of_all(look, ONE)
    assert look.mask_of("V1/1") is None


def test_a_preset_leaves_the_mask_as_it_is(look):
    of_all(look, ONE)
    pick_mask(look, "Sky (mask)")
    look.masks.edges.fields["invert"].set_value(True)
    look.presets.chosen.emit(LIFT)
    assert look.look_for("V1/1").mask == MaskWish(kind="mask", values={"invert": True})


def test_one_clip_can_have_its_own_edges(look):
    of_all(look, ONE, TWO)
    pick_mask(look, "Each clip's own: mask")
    look.edit_clip("V1/2", "two")
    look.set_clip("V1/2", "two")
    look.masks.edges.fields["grow"].set_value(5)
    assert look.look_for("V1/2").mask.values == {"grow": 5}
    assert look.look_for("V1/1").mask.values == {}
    look.edit_all()
    assert look.masks.edges.values() == {}
