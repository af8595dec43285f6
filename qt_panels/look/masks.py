"""Within which mask a clip is worked on: one that it brings along, or a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from bridge.domain.host import HostClip, HostMask
from bridge.domain.wire import JsonValue
from bridge.domain.workflow import MaskSpec
from qt_panels import theme
from qt_panels.calm import calm
from qt_panels.clips.manner import Mask, kind_of_mask
from qt_panels.files import choose_file
from qt_panels.memory import MaskWish

from .form import LookForm

Pick = HostMask | Path | None
"""What one clip was given: of a host's mask only the id counts, for its title may change."""

_SELDOM = ("channel",)


def mask_schema() -> dict[str, JsonValue]:
    """What can be set of a mask besides where it lies."""
    schema: dict[str, JsonValue] = MaskSpec.model_json_schema()
    given = schema["properties"]
    assert isinstance(given, dict)
    properties: dict[str, JsonValue] = {
        name: {**field, "advanced": True} if name in _SELDOM else field
        for name, field in given.items()
        if name != "path" and isinstance(field, dict)
    }
    return {**schema, "properties": properties, "required": []}


class MaskChoice(QWidget):
    """About the clip that is chosen in the list, or the only one; while there is none, about all that are selected.

    What single clips were given is remembered as long as the panel lives, and goes before what is wished for all.
    """

    changed = Signal()
    wished = Signal(object)
    """The `MaskWish` that the user has set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clips: dict[str, tuple[HostMask, ...]] = {}
        self._picks: dict[str, Pick] = {}
        self._options: list[Pick | str] = []
        self._wish = MaskWish()
        self._clip = ""
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.box = calm(theme.narrow(QComboBox()))
        self.box.setAccessibleName(self.tr("Mask"))
        self.box.setToolTip(
            self.tr(
                "A movie, an image sequence or a picture: white where something is to happen, as large as the clip"
            )
        )
        self.edges = LookForm()
        self.edges.set_schema(mask_schema())
        layout = QVBoxLayout(self)
        theme.spaced(layout, self, margins=0, spacing=1)
        layout.addWidget(self.about)
        layout.addWidget(self.box)
        layout.addWidget(self.edges)
        self.box.activated.connect(self._activated)
        self.edges.changed.connect(self._edges_changed)
        self.set_clip("", "")

    # What it says

    def mask_of(self, clip: str, wish: MaskWish) -> Mask | None:
        own = self._clips.get(clip, ())
        if clip not in self._picks:
            return next((mask for mask in own if wish.kind and mask.kind == wish.kind), None)
        pick = self._picks[clip]
        return next((mask for mask in own if mask.id == pick.id), None) if isinstance(pick, HostMask) else pick

    def is_left_out(self, clip: str, wish: MaskWish) -> bool:
        """Whether others bring along what is wished for all, and this clip does not."""
        unset = clip not in self._picks and self.mask_of(clip, wish) is None
        return unset and any(self.mask_of(each, wish) for each in self._clips if each not in self._picks)

    # What it is told

    def set_clips(self, clips: Iterable[HostClip]) -> None:
        """The clips that are selected, with the masks that their host can give."""
        self._clips = {clip.id: clip.masks for clip in clips}
        self._show()

    def set_clip(self, clip: str, name: str) -> None:
        """The clip that is chosen; an empty id stands for none."""
        self._clip = clip
        if clip:
            self.about.setText(self.tr("Mask of “{clip}”").format(clip=name))
        self._show()

    def set_wish(self, wish: MaskWish) -> MaskWish:
        """Show `wish`; returns it without what cannot be taken of it."""
        self.edges.set_values(wish.values)
        self._wish = wish.model_copy(update={"values": self.edges.values()})
        self._show()
        return self._wish

    def put(self, clip: str, mask: Pick) -> None:
        """Give `clip` this mask, or none whatever is wished for all."""
        self._picks[clip] = mask
        self._show()
        self.changed.emit()

    def forget(self, clip: str) -> None:
        """The id stands for another clip now."""
        self._picks.pop(clip, None)
        self._show()

    # The box

    def _activated(self, place: int) -> None:
        option = self._options[place]
        if isinstance(option, str) and self._clip:
            clip = self._clip  # another one may be chosen while the dialog is open
            self._show()
            choose_file(self, self.tr("Choose a mask"), "mask", lambda path: self.put(clip, path))
        elif self._clip:
            kind = option.kind if isinstance(option, HostMask) else ""
            if list(self._clips) == [self._clip] and not isinstance(option, Path):
                self._wish_kind(kind)
            self.put(self._clip, option if not isinstance(option, str) else None)
        else:
            for clip in self._clips:  # what is set for all holds for all
                self._picks.pop(clip, None)
            self._wish_kind(option if isinstance(option, str) else "")
            self.changed.emit()

    def _wish_kind(self, kind: str) -> None:
        self._wish = self._wish.model_copy(update={"kind": kind})
        self._show()
        self.wished.emit(self._wish)

    def _edges_changed(self) -> None:
        self._wish = self._wish.model_copy(update={"values": self.edges.values()})
        self.wished.emit(self._wish)

    def _show(self) -> None:
        """Fill the box with what there is to choose from for the clip, or for all."""
        entries: list[tuple[str, Pick | str]] = [(self.tr("No mask"), None)]
        if self._clip:
            chosen: Pick | str = self.mask_of(self._clip, self._wish)
            entries += [(_title(mask), mask) for mask in self._clips.get(self._clip, ())]
            if isinstance(chosen, Path):
                entries.append((chosen.name, chosen))
            entries.append((self.tr("Choose a file …"), ""))
        else:
            kinds = dict.fromkeys(mask.kind for masks in self._clips.values() for mask in masks)
            chosen = self._wish.kind if self._wish.kind in kinds else None
            each = self.tr("Each clip's own: {kind}")
            entries += [(each.format(kind=kind_of_mask(kind)), kind) for kind in kinds]
            self.about.setText(
                self.tr("Mask of all clips. Choose one in the list to give it another.")
                if kinds
                else self.tr("Mask: choose a clip in the list to give it one.")
            )
        self._options = [option for _, option in entries]
        with QSignalBlocker(self.box):
            self.box.clear()
            self.box.addItems([text for text, _ in entries])
            self.box.setCurrentIndex(self._options.index(chosen))
        self.box.setVisible(len(entries) > 1)
        used = [self._clip] if self._clip else list(self._clips)
        self.edges.setVisible(any(self.mask_of(clip, self._wish) for clip in used))


def _title(mask: HostMask) -> str:
    kind = kind_of_mask(mask.kind)
    return f"{mask.title} ({kind})" if mask.title and mask.title != kind else kind
