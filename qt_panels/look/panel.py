"""Backend and look: where the light comes from, and how it is to be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QVBoxLayout, QWidget

from bridge.client import calls
from bridge.domain.capability import Capability
from bridge.domain.host import HostClip
from bridge.domain.settings import BackendState, BridgeSettings
from bridge.domain.workflow import Workflow
from qt_panels import theme
from qt_panels.asks import Asks
from qt_panels.clips.manner import Mask
from qt_panels.memory import Look, MaskWish, Memory
from qt_panels.notice import Notice
from qt_panels.settings.change import change_settings

from .choice import BackendChoice
from .form import LookForm
from .masks import MaskChoice
from .presets import PresetBar


class LookPanel(QWidget):
    """The look for all clips is remembered; those of single clips, and masks, live as long as the panel."""

    changed = Signal()
    failed = Signal(object)
    """An `ErrorReport`."""

    def __init__(self, asks: Asks, memory: Memory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asks = asks
        self._memory = memory
        self._look = memory.look
        self._own: dict[str, Look] = {}
        self._seen: dict[str, tuple[str | None, int, int]] = {}
        self._left: dict[tuple[str, str], Look] = {}
        self._editing: str | None = None
        self._capabilities: tuple[Capability, ...] = ()
        self._settings: BridgeSettings | None = None
        self.choice = BackendChoice(asks)
        self.dropped = QLabel()
        self.never_upload = QCheckBox(self.tr("Never upload"))
        self.never_upload.setToolTip(
            self.tr("Nothing leaves this machine, whoever asks for it; the bridge sees to it")
        )
        self.never_upload.setEnabled(False)
        self.banner = Notice(self, closable=False)
        self.presets = PresetBar(memory)
        self.masks = MaskChoice()
        self.form = LookForm()
        self.then_lift = QCheckBox(self.tr("Then lift it to HDR"))
        self.then_lift.setToolTip(self.tr("The movie that comes back is lifted on this machine, at no cost"))
        self._lay_out()
        self.choice.chosen.connect(self._picked)
        self.choice.tested.connect(self._look_again)
        self.never_upload.clicked.connect(self._never_upload_clicked)
        self.presets.chosen.connect(self._preset_chosen)
        self.masks.changed.connect(self.changed)
        self.masks.wished.connect(self._mask_wished)
        self.form.changed.connect(self._form_changed)
        self.then_lift.clicked.connect(self._form_changed)

    # What it says

    def look_for(self, clip: str) -> Look:
        return self._own.get(clip, self._look)

    def has_override(self, clip: str) -> bool:
        return clip in self._own

    def capability_of(self, clip: str) -> Capability | None:
        """What the clip is to be worked on with."""
        return self.choice.capability(self.look_for(clip))

    def mask_of(self, clip: str) -> Mask | None:
        """None also where the clip's workflow takes none."""
        return self.masks.mask_of(clip, self.look_for(clip).mask) if self._takes_mask(clip) else None

    def lacks_mask(self, clip: str) -> bool:
        """Whether other clips are worked on within masks of their own, and this one has none."""
        return self._takes_mask(clip) and self.masks.is_left_out(clip, self.look_for(clip).mask)

    def _takes_mask(self, clip: str) -> bool:
        capability = self.capability_of(clip)
        return capability is not None and capability.mask != "none"

    def state_of(self, clip: str) -> BackendState | None:
        return self.choice.states.get(self.look_for(clip).backend)

    # What it is told

    def set_capabilities(self, capabilities: tuple[Capability, ...]) -> None:
        self._capabilities = capabilities
        self.choice.set_capabilities(capabilities)
        self._show_look()

    def set_states(self, states: tuple[BackendState, ...]) -> None:
        self.choice.set_states(states)
        self.changed.emit()

    def set_bridge_settings(self, settings: BridgeSettings) -> None:
        self._settings = settings
        self.never_upload.setEnabled(True)
        self.never_upload.setChecked(settings.never_upload)

    def take_clips(self, clips: Iterable[HostClip], *, masks: bool = False) -> None:
        """Clips of the host, and whether it offers their masks. An id can come to mean another clip when the cut
        changes: what was set for the old one is not for the new one.
        """
        every = [clip if masks else replace(clip, masks=()) for clip in clips]
        self.masks.set_clips(every)
        for clip in every:
            shown = (clip.media, clip.source_start, clip.source_end)
            if self._seen.setdefault(clip.id, shown) != shown:
                self._seen[clip.id] = shown
                self._own.pop(clip.id, None)
                self.masks.forget(clip.id)
                if self._editing == clip.id:
                    self.edit_all()

    def set_clip(self, clip: str, name: str) -> None:
        """The clip that is chosen in the list; an empty id where there is none."""
        self.masks.set_clip(clip, name)

    def use(self, look: Look) -> None:
        """Take `look` for all clips, or for the clip that is being edited."""
        self._keep(look)
        self._show_look()
        self.changed.emit()

    def edit_clip(self, clip: str, name: str) -> None:
        """Give one clip a look of its own, which begins as that of all."""
        self._editing = clip
        self._own.setdefault(clip, self._look)
        self.banner.tell(
            self.tr("Only for “{clip}”").format(clip=name), (self.tr("Remove these settings"), self._remove_override)
        )
        self.own_ways.show()
        self._show_look()
        self.changed.emit()

    def edit_all(self) -> None:
        self._editing = None
        self.banner.hide()
        self.own_ways.hide()
        self._show_look()

    # Building

    def _lay_out(self) -> None:
        self.done = QPushButton(self.tr("Back to the settings for all clips"))
        self.done.clicked.connect(self.edit_all)
        self.spread = QPushButton(self.tr("Use for all clips"))
        self.spread.setToolTip(self.tr("Make these the settings for all clips that have none of their own"))
        self.spread.clicked.connect(self._use_for_all)
        self.own_ways = QWidget()
        ways = QVBoxLayout(self.own_ways)
        theme.spaced(ways, self, margins=0, spacing=1)
        ways.addWidget(self.spread)
        ways.addWidget(self.done)
        self.own_ways.hide()
        self.dropped.setWordWrap(True)
        self.dropped.setTextFormat(Qt.TextFormat.PlainText)
        self.dropped.hide()
        self.masks.hide()
        self.then_lift.hide()
        layout = QVBoxLayout(self)
        theme.spaced(layout, self, margins=0)
        layout.addWidget(self.banner)
        layout.addWidget(self.own_ways)
        shown = (self.choice, self.never_upload, self.presets, self.dropped, self.masks, self.form, self.then_lift)
        for widget in shown:
            layout.addWidget(widget)
        layout.addStretch(1)

    # Looks

    @property
    def _current(self) -> Look:
        return self._own.get(self._editing, self._look) if self._editing else self._look

    def _keep(self, look: Look) -> None:
        if self._editing:
            self._own[self._editing] = look
        else:
            self._look = self._memory.look = look

    def _show_look(self) -> None:
        look = self._current
        self.choice.show_look(look)
        capability = self.choice.capability(look)
        if capability and capability.unknown:
            capability = None  # it can be read about, and no more
        self.dropped.hide()
        if capability:
            self.form.set_schema(capability.parameters)
            dropped = self.form.set_values(look.values)
            if dropped:
                self._keep(look.model_copy(update={"values": self.form.values()}))
                self.dropped.setText(
                    self.tr("Left out, because this backend cannot take it: {names}").format(names=", ".join(dropped))
                )
                self.dropped.show()
        self.form.setVisible(capability is not None)
        self.masks.setVisible(capability is not None and capability.mask != "none")
        taken = self.masks.set_wish(look.mask)
        if taken != look.mask:
            self._keep(self._current.model_copy(update={"mask": taken}))
        self.then_lift.setVisible(capability is not None and capability.makes == "movie")
        self.then_lift.setChecked(look.then_lift)
        self._show_preset()

    def _use_for_all(self) -> None:
        """The clip's own settings become everyone's, its own among them."""
        self._look = self._memory.look = self._current
        self._remove_override()

    def _remove_override(self) -> None:
        if self._editing:
            self._own.pop(self._editing, None)
        self.edit_all()
        self.changed.emit()

    def _picked(self, backend: str, workflow: str) -> None:
        """Another backend or workflow; what was set there before is there again: prompts take thought."""
        left = self._current
        self._left[left.backend, left.workflow] = left
        fresh = Look(backend=backend, workflow=cast("Workflow", workflow), mask=left.mask)
        self.use(self._left.get((backend, workflow), fresh))

    def _form_changed(self) -> None:
        changes = {"values": self.form.values(), "then_lift": self.then_lift.isChecked()}
        self._keep(self._current.model_copy(update=changes))
        self._show_preset()
        self.changed.emit()

    def _preset_chosen(self, look: Look) -> None:
        """A preset is about light, and leaves the mask as it is."""
        self.use(look.model_copy(update={"mask": self._current.mask}))

    def _show_preset(self) -> None:
        self.presets.set_look(self._current.model_copy(update={"mask": MaskWish()}))

    def _mask_wished(self, wish: MaskWish) -> None:
        self._keep(self._current.model_copy(update={"mask": wish}))
        self.changed.emit()

    # The bridge

    def _never_upload_clicked(self, wanted: bool) -> None:
        """The switch shows what the bridge says, not what was clicked."""
        if self._settings is None:
            return
        self.never_upload.setChecked(self._settings.never_upload)

        def edit(present: BridgeSettings) -> BridgeSettings:
            return present.model_copy(update={"never_upload": wanted})

        change_settings(self._asks, self, edit, self._settings_changed, self.failed.emit)

    def _look_again(self) -> None:
        self._asks.ask(self, calls.capabilities(), self.set_capabilities, self.failed.emit, key="offers")
        self._asks.ask(self, calls.backends(), self.set_states, self.failed.emit, key="states")

    def _settings_changed(self, settings: BridgeSettings) -> None:
        self.set_bridge_settings(settings)
        self._asks.ask(self, calls.backends(), self.set_states, self.failed.emit, key="states")
