"""The form of workflows that fal and Oxen offer, from what they really offer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)

from bridge.backends.remote.offers import offers
from bridge.domain.host import HostClip
from bridge.domain.ltx import HDR_LORA
from bridge.domain.settings import BackendState
from qt_panels.look.form import LookForm
from qt_panels.look.media import MediaField
from qt_panels.look.panel import LookPanel
from qt_panels.look.schema import missing, parameters
from qt_panels.memory import Look, Memory
from tests.panel.look.test_look_form import capability

FAL = {offer.workflow: offer for offer in offers("fal")}
KNOWN = [offer for kind in ("fal", "oxen", "superwhite", "comfyui") for offer in offers(kind) if not offer.unknown]

PARTS = {
    "properties": {
        "prompt": {"type": "string", "minLength": 1, "maxLength": 10_000, "title": "Prompt"},
        "image_url": {
            "anyOf": [{"type": "string", "maxLength": 4000}, {"type": "null"}],
            "default": None,
            "title": "Picture",
            "media": "image",
        },
        "steps": {"type": "integer", "minimum": 8, "maximum": 30, "default": 15, "title": "Steps", "advanced": True},
        "seed": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None, "advanced": True},
        "words": {"type": "string", "minLength": 1, "default": "x", "advanced": True},
    },
    "required": ["prompt"],
}


def pick_mask(look, text):
    box = look.masks.box
    box.setCurrentIndex(box.findText(text))
    box.activated.emit(box.currentIndex())


class Silent(QObject):
    def ask(self, owner, call, then, fail=None, *, key=None):
        pass


@pytest.fixture
def form(qtbot):
    made = LookForm()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def look(qtbot, tmp_path):
    made = LookPanel(Silent(), Memory.in_file(tmp_path / "memory.ini"))
    qtbot.addWidget(made)
    made.show()
    made.set_capabilities((capability(), *(offer.capability("fal") for offer in FAL.values())))
    made.set_states(
        (
            BackendState(backend="embedded", title="This machine", runs="here", state="ready"),
            BackendState(backend="fal", title="fal", runs="remote", state="needs_key"),
        )
    )
    return made


def pick(box, data):
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


@pytest.mark.parametrize("offer", KNOWN, ids=lambda offer: f"{offer.app} {offer.title}")
def test_every_setting_of_every_endpoint_is_in_the_form(form, offer):
    schema = offer.parameters.model_json_schema()
    form.set_schema(schema)
    assert form.fields
    assert set(form.fields) == set(offer.parameters.model_fields)
    assert form.values() == {}
    kinds = {name: field.parameter.kind for name, field in form.fields.items()}
    assert "json" not in kinds.values()
    lacking = missing(parameters(schema), form.values())
    assert bool(lacking) == bool(form.problems) == ("prompt" in schema.get("required", ()))
    if lacking:
        form.fields["prompt"].set_value("a street")
    # What nothing was done to is what the model makes of nothing.
    assert offer.parameters.model_validate(form.values()).model_dump() == (
        offer.parameters.model_validate({"prompt": "a street"} if lacking else {}).model_dump()
    )


def test_the_lora_of_the_lift_is_there_and_can_be_left_out(form):
    model = FAL["hdr_lift"].parameters
    form.set_schema(model.model_json_schema())
    field = form.fields["loras"]
    assert [fields["path"].value() for _, fields in field.rows] == [HDR_LORA]
    field.rows[0][1]["scale"].set_value(0.5)
    assert form.values() == {"loras": [{"path": HDR_LORA, "scale": 0.5}]}
    field.set_value([])
    assert form.values() == {"loras": []}
    assert model.model_validate(form.values()).loras == ()
    field.add.click()
    assert missing(parameters(model.model_json_schema()), form.values()) == "LoRAs: Weights"


def test_a_prompt_that_must_not_be_empty(form):
    form.set_schema(FAL["hdr_lift"].parameters.model_json_schema())
    form.fields["prompt"].set_value("")
    assert form.problems == ("This has to be filled in.",)


def test_numbers_that_need_not_be_set_are_the_clips_own(form):
    form.set_schema(FAL["hdr_lift"].parameters.model_json_schema())
    field = form.fields["frames_per_second"]
    assert field.used.text() == "Not set"
    assert not field.entry.isVisibleTo(field)
    field.used.setChecked(True)
    assert field.entry.isVisibleTo(field)
    field.entry.setValue(25)
    assert form.values() == {"frames_per_second": 25}
    field.used.setChecked(False)
    assert form.values() == {}


def test_what_is_seldom_used_is_folded(form, qtbot):
    form.set_schema(PARTS)
    qtbot.waitUntil(form.fields["prompt"].isVisible)
    assert form.more.text() == "More"
    assert not form.fields["steps"].isVisibleTo(form)
    form.more.click()
    assert form.fields["steps"].isVisibleTo(form)
    form.more.click()
    form.set_values({"prompt": "x", "steps": 20, "seed": 3})
    assert form.more.text() == "More (2 changed)"
    assert not form.fields["steps"].isVisibleTo(form)
    # Nothing that is wrong stays hidden.
    form.fields["words"].set_value("")
    assert form.fields["words"].isVisibleTo(form)
    form.set_schema(capability().parameters)
    assert not form.more.isVisibleTo(form)


def test_a_file_can_be_chosen_or_an_address_written(form, qtbot, tmp_path):
    form.set_schema(PARTS)
    field = form.fields["image_url"]
    assert isinstance(field, MediaField)
    picture = tmp_path / "still ü.png"
    picture.write_bytes(b"x")
    field.choose.click()
    dialog = field.findChild(QFileDialog)
    assert "*.png" in dialog.nameFilters()[0]
    dialog.selectFile(str(picture))
    dialog.fileSelected.emit(str(picture))
    assert form.values()["image_url"] == str(picture)
    field.edit.setText(" https://host/a.png ")
    assert form.values()["image_url"] == "https://host/a.png"
    field.edit.clear()
    assert "image_url" not in form.values()
    assert field.choose.accessibleName() == "Choose a file for Picture"


def test_workflows_are_offered_where_there_are_several(look):
    assert [look.choice.backend.itemText(n) for n in range(look.choice.backend.count())] == ["This machine", "fal"]
    assert not look.choice.workflow.isVisible()
    pick(look.choice.backend, "fal")
    assert look.choice.workflow.isVisible()
    assert look.look_for("x") == Look(backend="fal", workflow="hdr_lift")
    assert look.choice.key.isVisible()
    names = [look.choice.workflow.itemData(n) for n in range(look.choice.workflow.count())]
    assert names[0] == "hdr_lift"
    assert set(names) == set(FAL)


def test_what_is_not_known_enough_is_shown_and_cannot_be_chosen(look):
    pick(look.choice.backend, "fal")
    box = look.choice.workflow
    unknown = box.findData("hdr_lift_ltx_2_5")
    assert unknown == box.count() - 1
    assert not box.model().flags(box.model().index(unknown, 0)) & Qt.ItemFlag.ItemIsEnabled
    assert "not known" in box.itemText(unknown) or "not yet" in box.itemText(unknown)
    assert FAL["hdr_lift_ltx_2_5"].unknown == box.itemData(unknown, Qt.ItemDataRole.ToolTipRole)
    # Remembered from another version, it says why; and nothing can be filled in.
    look.use(Look(backend="fal", workflow="hdr_lift_ltx_2_5"))
    assert look.choice.about.text() == FAL["hdr_lift_ltx_2_5"].unknown
    assert not look.form.isVisible()


def test_what_was_written_for_another_workflow_is_there_again(look):
    pick(look.choice.backend, "fal")
    pick(look.choice.workflow, "inpaint")
    look.form.fields["prompt"].set_value("a lake")
    pick(look.choice.workflow, "hdr_lift")
    assert look.form.values() == {}
    pick(look.choice.backend, "embedded")
    pick(look.choice.backend, "fal")
    pick(look.choice.workflow, "inpaint")
    assert look.look_for("x") == Look(backend="fal", workflow="inpaint", values={"prompt": "a lake"})
    assert look._memory.look.workflow == "inpaint"


def test_a_movie_can_be_lifted_afterwards(look):
    assert not look.then_lift.isVisible()
    look.use(Look(backend="fal", workflow="inpaint"))
    assert look.then_lift.isVisible()
    look.then_lift.click()
    assert look.look_for("x").then_lift


def test_masks_are_remembered_by_clip(look, tmp_path):
    look.use(Look(backend="fal", workflow="inpaint"))
    assert look.masks.isVisible()
    assert not look.masks.box.isVisible()  # there is no clip to give one to
    look.set_clip("V1/1", "shot")
    pick_mask(look, "Choose a file …")
    look.set_clip("V1/2", "other")  # while the dialog is open
    look.masks.findChild(QFileDialog).fileSelected.emit(str(tmp_path / "hole.mov"))
    assert look.mask_of("V1/1") == tmp_path / "hole.mov"
    assert look.mask_of("V1/2") is None
    assert look.masks.box.currentText() == "No mask"
    look.set_clip("V1/1", "shot")
    assert look.masks.box.currentText() == "hole.mov"
    look.use(Look(backend="fal", workflow="reference_video_to_video"))
    assert look.mask_of("V1/1") is None  # it takes none
    look.use(Look(backend="fal", workflow="inpaint"))
    pick_mask(look, "No mask")
    assert look.mask_of("V1/1") is None


def test_what_was_set_for_a_clip_is_not_for_another_of_its_id(look, tmp_path):
    look.use(Look(backend="fal", workflow="inpaint"))
    clip = HostClip("V1/1", "shot", "/plates/shot.mov", source_end=10)
    look.take_clips([clip])
    look.masks.put("V1/1", tmp_path / "hole.mov")
    look.edit_clip("V1/1", "shot")
    look.take_clips([clip])
    assert look.mask_of("V1/1")
    look.take_clips([HostClip("V1/1", "other", "/plates/other.mov", source_end=10)])
    assert look.mask_of("V1/1") is None
    assert not look.has_override("V1/1")
    assert not look.banner.isVisible()


@pytest.mark.parametrize("workflow", ["hdr_lift", "inpaint", "reference_video_to_video", "audio_to_video"])
def test_every_control_of_a_remote_workflow_can_be_heard(look, workflow):
    look.use(Look(backend="fal", workflow=workflow))
    look.form.more.setChecked(True)
    mute = [
        type(widget).__name__
        for widget in look.findChildren(QWidget)
        if isinstance(widget, QAbstractButton | QLineEdit | QPlainTextEdit | QComboBox | QAbstractSlider)
        and not isinstance(widget, QScrollBar)
        and not isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QLineEdit)
        and not widget.objectName().startswith("qt_")
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert mute == []
