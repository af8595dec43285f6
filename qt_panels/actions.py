"""The one list of shortcuts: what can be done, where, and with which keys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence


@dataclass(frozen=True)
class Shortcut:
    """`action` is the object name of a `QAction`; keys that type text work only where `context` has the focus."""

    action: str
    keys: tuple[str, ...]
    local: bool = False


SHORTCUTS = (
    Shortcut("lift", ("Ctrl+Return", "Ctrl+Enter")),
    Shortcut("open", ("Ctrl+O",)),
    Shortcut("open_folder", ("Ctrl+Shift+O",)),
    Shortcut("reload", ("F5",)),
    Shortcut("settings", ("Ctrl+,",)),
    Shortcut("welcome", ("F1",)),
    Shortcut("search", ("Ctrl+F",)),
    Shortcut("focus_clips", ("Ctrl+1",)),
    Shortcut("focus_look", ("Ctrl+2",)),
    Shortcut("focus_viewer", ("Ctrl+3",)),
    Shortcut("focus_jobs", ("Ctrl+4",)),
    Shortcut("quit", ("Ctrl+Q",)),
    Shortcut("edit_clip", ("Ctrl+E",)),
    Shortcut("cancel", ("Ctrl+.",)),
    Shortcut("cancel_all", ("Ctrl+Shift+.",)),
    Shortcut("finish_current", ("Ctrl+Shift+F",)),
    Shortcut("retry", ("Ctrl+R",)),
    Shortcut("send_again", ("Ctrl+Shift+S",)),
    Shortcut("import", ("Ctrl+I",)),
    Shortcut("revert", ("Ctrl+Z",)),
    Shortcut("reveal", ("Ctrl+Shift+R",)),
    Shortcut("reuse", ("Ctrl+U",)),
    Shortcut("star", ("Ctrl+D",)),
    Shortcut("problem", ("Ctrl+J",)),
    Shortcut("forget", ("Delete",), local=True),
    Shortcut("toggle_side", ("Space",), local=True),
    Shortcut("split", ("W",), local=True),
    Shortcut("play", ("K", "L"), local=True),
    Shortcut("previous_frame", ("Left",), local=True),
    Shortcut("next_frame", ("Right",), local=True),
    Shortcut("first_frame", ("Home",), local=True),
    Shortcut("last_frame", ("End",), local=True),
    Shortcut("fit", ("F",), local=True),
    Shortcut("actual_size", ("Shift+1",), local=True),
    Shortcut("zoom_in", ("Ctrl++", "Ctrl+="), local=True),
    Shortcut("zoom_out", ("Ctrl+-",), local=True),
    Shortcut("exposure_up", ("+", "="), local=True),
    Shortcut("exposure_down", ("-",), local=True),
    Shortcut("exposure_reset", ("0",), local=True),
    Shortcut("display", ("D",), local=True),
    Shortcut("tone_mapped", ("T",), local=True),
    Shortcut("false_color", ("C",), local=True),
    Shortcut("scopes", ("S",), local=True),
    Shortcut("split_left", ("Shift+Left",), local=True),
    Shortcut("split_right", ("Shift+Right",), local=True),
)


def assign(actions: Iterable[QAction], shortcuts: Iterable[Shortcut] = SHORTCUTS) -> None:
    """Give every action its keys. Raises `LookupError` for an action that the list does not know, so that none is
    without a line in it.
    """
    by_name = {shortcut.action: shortcut for shortcut in shortcuts}
    for action in actions:
        shortcut = by_name[action.objectName()]
        action.setShortcuts([QKeySequence(keys) for keys in shortcut.keys])
        action.setShortcutContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut if shortcut.local else Qt.ShortcutContext.WindowShortcut
        )


def described(actions: Iterable[QAction]) -> list[tuple[str, str]]:
    """What each action does and its keys as this system writes them, for people."""
    rows: list[tuple[str, str]] = []
    for action in actions:
        keys = [sequence.toString(QKeySequence.SequenceFormat.NativeText) for sequence in action.shortcuts()]
        if keys:
            either = QCoreApplication.translate("Actions", " or ")
            rows.append((action.text().replace("&", ""), either.join(keys)))
    return rows
