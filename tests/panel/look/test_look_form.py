"""The form is what the backend says it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QToolButton

from bridge.domain.capability import Capability
from bridge.domain.color import OutputColor
from bridge.domain.errors import BridgeLost
from bridge.domain.price import Price
from bridge.domain.settings import BackendState, BridgeSettings, Hop, TestReport
from bridge.engines.classical.parameters import ClassicalParameters
from qt_panels.look.fields import ChoiceField, JsonField, RowsField, SwitchField, TextField
from qt_panels.look.form import LookForm
from qt_panels.look.number import NumberField
from qt_panels.look.panel import LookPanel
from qt_panels.look.presets import built_in
from qt_panels.look.schema import parameters
from qt_panels.memory import Look, Memory, Preset

# As pydantic writes what a remote endpoint's page holds.
REMOTE = {
    "$defs": {
        "Quality": {"enum": ["low", "high"], "type": "string"},
        "Size": {"type": "object", "properties": {"width": {"type": "integer"}}},
        "Part": {"enum": ["both", "high", "low"], "type": "string"},
        "Lora": {
            "type": "object",
            "properties": {
                "path": {"type": "string", "maxLength": 100},
                "scale": {"type": "number", "minimum": 0, "maximum": 4, "default": 1},
                "transformer": {"$ref": "#/$defs/Part", "default": "both"},
            },
            "required": ["path"],
        },
    },
    "properties": {
        "prompt": {"type": "string", "title": "Prompt", "description": "What is seen."},
        "num_frames": {"type": "integer", "minimum": 9, "maximum": 481, "default": 121, "unit": "frames"},
        "frames_per_second": {"type": "number", "minimum": 1, "maximum": 60, "default": 24},
        "seed": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
        "generate_audio": {"type": "boolean", "default": True},
        "video_quality": {"$ref": "#/$defs/Quality", "default": "high"},
        "size": {"anyOf": [{"$ref": "#/$defs/Size"}, {"type": "string"}], "default": "auto"},
        "loras": {"type": "array", "items": {"$ref": "#/$defs/Lora"}, "maxItems": 3, "default": []},
        "title": {"type": "string", "maxLength": 40, "default": ""},
    },
    "required": ["prompt"],
}


def capability(backend="embedded", runs="here", schema=None, price=None, **changes):
    fields = {
        "backend": backend,
        "workflow": "hdr_lift",
        "title": backend.capitalize(),
        "description": "Describes itself.",
        "kind": "classical",
        "runs": runs,
        "parameters": schema or ClassicalParameters.model_json_schema(),
        "output_colors": (OutputColor.LIN_REC709,),
        "reports_progress": True,
        "price": price and Price(per_megapixel=price),
    }
    return Capability.model_validate(fields | changes)


class Asked(QObject):
    def __init__(self):
        super().__init__()
        self.settings = BridgeSettings()
        self.refuses = False
        self.report = TestReport(target="Far", hops=(Hop(name="name", passed=False, sentence="Nobody knows it."),))

    def ask(self, owner, call, then, fail=None, *, key=None):
        def answer():
            if self.refuses:
                fail(BridgeLost("It went away.").report())
            elif call.path == "/v1/settings":
                if call.method == "PUT":
                    self.settings = BridgeSettings.model_validate_json(call.content)
                then(self.settings)
            elif call.path == "/v1/backends":
                state = "forbidden" if self.settings.never_upload else "needs_key"
                then((BackendState(backend="far", title="Far", runs="remote", state=state),))
            elif call.path.endswith("/test"):
                then(self.report)

        QTimer.singleShot(1, answer)


@pytest.fixture
def form(qtbot):
    made = LookForm()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def look(qtbot, tmp_path):
    asked = Asked()
    made = LookPanel(asked, Memory.in_file(tmp_path / "memory.ini"))
    qtbot.addWidget(made)
    made.asked = asked
    made.show()
    made.set_capabilities((capability(), capability("far", "remote", REMOTE, 0.0027075)))
    made.set_bridge_settings(asked.settings)
    return made


def test_every_parameter_of_the_engine_is_in_the_form(form):
    form.set_schema(ClassicalParameters.model_json_schema())
    assert list(form.fields) == list(ClassicalParameters.model_fields)
    assert form.values() == {}
    for name, value in {"strength": 0.7, "source": "hard_clip", "transfer": "srgb"}.items():
        form.fields[name].set_value(value)
    assert form.values() == {"strength": 0.7, "source": "hard_clip", "transfer": "srgb"}
    ClassicalParameters.model_validate(form.values())


def test_what_goes_with_another_method_only_is_left_out(form):
    form.set_schema(ClassicalParameters.model_json_schema())
    form.set_values({"strength": 1.2})
    form.fields["method"].set_value("bt2446a")
    assert not form.fields["strength"].isEnabled()
    assert form.values() == {"method": "bt2446a"}
    ClassicalParameters.model_validate(form.values())
    form.fields["method"].set_value("c4")
    assert form.values() == {"strength": 1.2}


def test_every_shape_of_an_endpoint_has_a_field(form):
    form.set_schema(REMOTE)
    kinds = {name: type(field) for name, field in form.fields.items()}
    assert kinds == {
        "prompt": TextField,
        "num_frames": NumberField,
        "frames_per_second": NumberField,
        "seed": NumberField,
        "generate_audio": SwitchField,
        "video_quality": ChoiceField,
        "size": JsonField,
        "loras": RowsField,
        "title": TextField,
    }
    assert form.problems == ("This has to be filled in.",)
    form.set_values(
        {
            "prompt": "A field at dawn",
            "num_frames": 49,
            "seed": 7,
            "generate_audio": False,
            "video_quality": "low",
            "size": {"width": 1280},
            "loras": [{"path": "https://x/y.safetensors"}],
        }
    )
    assert form.problems == ()
    assert form.values() == {
        "prompt": "A field at dawn",
        "num_frames": 49,
        "seed": 7,
        "generate_audio": False,
        "video_quality": "low",
        "size": {"width": 1280},
        "loras": [{"path": "https://x/y.safetensors"}],
    }
    assert isinstance(form.values()["num_frames"], int)
    form.fields["size"].edit.setPlainText("[{")
    assert form.problems == ("This is not valid JSON.",)
    assert form.values()["size"] == {"width": 1280}


def test_bounds_units_and_resets(form, qtbot):
    form.set_schema(REMOTE)
    field = form.fields["num_frames"]
    field.entry.setValue(100_000)
    assert field.value() == 481
    assert field.entry.text() == "481 frames"
    assert form._resets["num_frames"].isVisibleTo(form)
    form._resets["num_frames"].click()
    assert field.value() == 121
    assert not form._resets["num_frames"].isVisibleTo(form)
    form.fields["seed"].used.setChecked(True)
    assert form.values()["seed"] == 0


def test_odd_schemas_do_no_harm(form):
    for odd in (
        {},
        {"properties": {"a": {}}},
        {"properties": {"a": {"$ref": "#/$defs/none"}}},
        {"properties": {"a": {"enum": [1, None]}, "b": 7, "c": {"anyOf": []}}},
        {"properties": {"a": {"type": "number", "minimum": "x", "default": "y"}}},
        {"properties": {"a": {"type": "number", "minimum": 5, "maximum": 1}}},
        {"properties": {"a": {"type": "array", "items": {"properties": 3}, "maxItems": "x"}}},
        {
            "$defs": {"Me": {"properties": {"b": {"type": "array", "items": {"$ref": "#/$defs/Me"}}}}},
            "properties": {"a": {"type": "array", "items": {"$ref": "#/$defs/Me"}}},
        },
    ):
        form.set_schema(odd)
        form.set_values({"gone": 1})
        assert set(form.values()) <= {"a", "b", "c"}
    assert parameters({"properties": []}) == ()


def test_a_default_stays_exactly_what_it_is(form):
    form.set_schema(
        {
            "properties": {
                "tiny": {"type": "number", "default": 0.0001, "minimum": 0, "maximum": 1},
                "fine": {"type": "number", "default": 3.12345678},
                "large": {"type": "integer", "default": 2**40},
                "open": {"anyOf": [{"type": "boolean"}, {"type": "null"}], "default": None},
            }
        }
    )
    assert form.values() == {}
    assert form.fields["tiny"].entry.text() == "0.0001"
    assert form.set_values({"fine": 1.00000004, "open": False}) == ()
    assert form.values() == {"fine": 1.00000004, "open": False}


def test_what_does_not_fit_gives_way_to_the_default_and_is_named(form):
    form.set_schema(REMOTE)
    odd = {"num_frames": 482, "video_quality": "ultra", "generate_audio": "yes", "seed": 1.5, "title": 3, "gone": 1}
    assert form.set_values({**odd, "prompt": "Dawn", "frames_per_second": 25}) == tuple(odd)
    assert form.values() == {"prompt": "Dawn", "frames_per_second": 25}


def test_bounds_that_exclude_themselves(form):
    form.set_schema(
        {
            "properties": {
                "a": {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10, "default": 3},
                "b": {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "default": 0.5},
            }
        }
    )
    form.fields["a"].entry.setValue(-5)
    form.fields["b"].entry.setValue(-5)
    assert form.values() == {"a": 1, "b": 0.01}
    assert form.set_values({"a": 10}) == ("a",)


def test_rows_are_added_filled_and_removed(form):
    form.set_schema(REMOTE)
    field = form.fields["loras"]
    for _ in range(3):
        field.add.click()
    assert not field.add.isEnabled()
    assert "This has to be filled in." in form.problems
    for number, (_, fields) in enumerate(field.rows):
        fields["path"].set_value(f"https://host/{number}.safetensors")
    field.rows[1][1]["scale"].set_value(0.5)
    field.rows[0][0].findChild(QToolButton).click()
    assert form.values()["loras"] == [
        {"path": "https://host/1.safetensors", "scale": 0.5},
        {"path": "https://host/2.safetensors"},
    ]
    four = [{"path": "x"}] * 4
    for odd in (four, [{"path": 1}], [{"other": 1}], ["x"], "x"):
        assert form.set_values({"loras": odd}) == ("loras",)
        assert "loras" not in form.values()


def test_what_is_being_typed_stays_when_the_bridge_comes_back(look):
    look.use(Look(backend="far", values={"prompt": "Dawn"}))
    edit = look.form.fields["size"].edit
    edit.setPlainText('{"width": 12')
    look.set_capabilities((capability(), capability("far", "remote", REMOTE)))
    assert edit.toPlainText() == '{"width": 12'


def test_the_help_of_the_field_with_the_focus_is_shown(form, qtbot):
    form.set_schema(ClassicalParameters.model_json_schema())
    form.show()
    form.activateWindow()
    form.fields["strength"].setFocus()
    qtbot.waitUntil(lambda: "stops" in form.help.text())
    form.fields["method"].setFocus()
    qtbot.waitUntil(lambda: "BT.2446" in form.help.text())


def turn_wheel(widget):
    event = QWheelEvent(
        QPointF(3, 3),
        widget.mapToGlobal(QPointF(3, 3)),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize("name", ["method", "strength"])
def test_the_wheel_changes_nothing_in_passing(form, qtbot, name):
    form.set_schema(ClassicalParameters.model_json_schema())
    form.show()
    form.activateWindow()
    widget = form.fields[name].focusProxy()
    form.fields["transfer"].setFocus()
    turn_wheel(widget)
    assert form.values() == {}
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)
    turn_wheel(widget)
    assert name in form.values()


def test_every_field_can_be_heard_and_reached(form):
    form.set_schema(ClassicalParameters.model_json_schema())
    for field in form.fields.values():
        widget = field.focusProxy()
        assert widget.accessibleName()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_what_a_preset_of_another_version_holds_is_dropped(look):
    look.use(Look(values={"strength": 0.5, "gone": 3, "source": "moon"}))
    assert look.look_for("x") == Look(values={"strength": 0.5})
    assert look.dropped.isVisible()
    assert "gone, source" in look.dropped.text()
    look.use(Look(values={"strength": 0.5}))
    assert not look.dropped.isVisible()


def test_a_backend_that_is_gone_is_said(look):
    look.use(Look(backend="gone"))
    assert "not offered" in look.choice.state.text()
    assert not look.form.isVisible()


def test_presets_come_along_and_can_be_made(look):
    bar = look.presets
    assert bar.box.currentText() == "Natural"
    look.form.fields["strength"].set_value(0.9)
    assert bar.box.currentIndex() == -1
    bar.save("Mine")
    assert bar.box.currentText() == "Mine"
    assert bar.drop.isEnabled()
    bar.box.setCurrentIndex(2)
    bar.box.activated.emit(2)
    assert look.look_for("x").values == {"strength": 1.3}
    assert not bar.drop.isEnabled()
    assert not bar.save("Natural")
    assert [preset.name for preset in bar._memory.presets] == ["Mine"]
    bar.set_look(Look(values={"strength": 0.9}))
    assert not bar.rename_to("Restrained")
    assert bar.rename_to("Yours")
    assert bar.box.currentText() == "Yours"
    bar.drop.trigger()
    assert bar._memory.presets == ()
    for preset in built_in():
        ClassicalParameters.model_validate(preset.look.values)


def test_the_last_look_is_remembered(look, qtbot, tmp_path):
    look.form.fields["strength"].set_value(0.4)
    memory = Memory.in_file(tmp_path / "memory.ini")
    memory._settings.sync()
    look._memory._settings.sync()
    assert Memory.in_file(tmp_path / "memory.ini").look == Look(values={"strength": 0.4})
    assert Preset(name="a", look=Look()).look.backend == "embedded"


def test_one_clip_can_have_its_own(look, qtbot):
    changes = []
    look.changed.connect(lambda: changes.append(1))
    look.edit_clip("V1/2", "shot")
    assert look.has_override("V1/2")
    look.form.fields["strength"].set_value(0.3)
    assert look.look_for("V1/2").values == {"strength": 0.3}
    assert look.look_for("V1/1").values == {}
    assert "shot" in look.banner.label.text()
    look.done.click()
    assert not look.banner.isVisible()
    assert look.form.values() == {}
    look.edit_clip("V1/2", "shot")
    assert look.form.values() == {"strength": 0.3}
    look.banner.button.click()
    assert not look.has_override("V1/2")
    assert changes


def test_a_name_that_comes_along_is_asked_for_again(look, qtbot):
    look.form.fields["strength"].set_value(0.9)
    look.presets.keep.click()
    first = look.presets.findChild(QInputDialog)
    first.setTextValue("Natural")
    first.accept()

    def asked_again():
        return [each for each in look.presets.findChildren(QInputDialog) if each.isVisible() and each is not first]

    qtbot.waitUntil(lambda: len(asked_again()) == 1)
    (second,) = asked_again()
    assert "Natural" in second.labelText()
    second.setTextValue(" Mine ")
    second.accept()
    qtbot.waitUntil(lambda: look.presets.box.currentText() == "Mine")


def test_the_settings_of_one_clip_can_become_those_of_all(look):
    look.edit_clip("V1/2", "shot")
    look.form.fields["strength"].set_value(0.3)
    look.spread.click()
    assert not look.has_override("V1/2")
    assert look.look_for("V1/1").values == look._memory.look.values == {"strength": 0.3}
    assert not look.own_ways.isVisible()


def test_what_a_test_said_goes_with_its_backend(look, qtbot):
    look.choice.test.click()
    qtbot.waitUntil(lambda: "name server" in look.choice.hops.text())
    look.use(Look(values={"strength": 0.2}))
    assert look.choice.hops.isVisible()
    look.use(Look(backend="far"))
    assert not look.choice.hops.isVisible()


def test_backends_have_a_state_in_words(look):
    states = (
        BackendState(backend="embedded", title="Embedded", runs="here", state="ready"),
        BackendState(backend="far", title="Far", runs="remote", state="needs_key", sentence="Enter one."),
    )
    look.set_states(states)
    assert look.choice.state.text() == "Ready"
    assert "Costs nothing" in look.choice.about.text()
    look.choice.backend.setCurrentIndex(1)
    look.choice.backend.activated.emit(1)
    assert look.choice.state.text() == "Needs a key. Enter one."
    assert "$0.0027075 per megapixel" in look.choice.about.text()
    assert "prompt" in look.form.fields


def test_the_test_names_the_hop_that_fails(look, qtbot):
    look.choice.test.click()
    qtbot.waitUntil(lambda: "name server" in look.choice.hops.text())
    assert "Nobody knows it." in look.choice.hops.text()
    look.asked.refuses = True
    look.choice.test.click()
    qtbot.waitUntil(lambda: look.choice.hops.text() == "It went away.")
    assert look.choice.test.isEnabled()


def test_never_upload_shows_what_the_bridge_says(look, qtbot):
    look.asked.refuses = True
    errors = []
    look.failed.connect(errors.append)
    look.never_upload.click()
    assert not look.never_upload.isChecked()
    qtbot.waitUntil(lambda: bool(errors))
    assert not look.never_upload.isChecked()
    look.asked.refuses = False
    look.never_upload.click()
    qtbot.waitUntil(look.never_upload.isChecked)
    assert look.asked.settings.never_upload


def test_the_switch_undoes_nothing_that_others_have_changed(look, qtbot):
    look.asked.settings = BridgeSettings(proxy="http://proxy:3128")
    look.never_upload.click()
    qtbot.waitUntil(look.never_upload.isChecked)
    assert look.asked.settings == BridgeSettings(proxy="http://proxy:3128", never_upload=True)
