"""What the panel remembers between starts: the look, presets, and how its window was left.

Jobs, keys, endpoints and “never upload” are the bridge's to keep, not the panel's.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Literal, TypeVar

from PySide6.QtCore import QByteArray, QSettings

from bridge.domain.color import OutputColor
from bridge.domain.wire import Frozen, JsonValue
from bridge.domain.workflow import Compression, Workflow

log = logging.getLogger(__name__)

Values = dict[str, JsonValue]
"""Parameters of a backend by their names."""

Conflict = Literal["new_track", "replace", "skip"]

Model = TypeVar("Model", bound=Frozen)


class MaskWish(Frozen):
    """Each clip is worked on within the mask of this `kind` (`HostMask.kind`) that it brings along; an empty one wishes
    none. `values` are those of `MaskSpec` besides the path, defaults left out, for whichever mask is used.
    """

    kind: str = ""
    values: Values = {}  # noqa: RUF012 - pydantic gives every wish a copy


class Look(Frozen):
    """Backend, workflow and its parameters, as the form shows them. Parameters that have their default are left out.
    `then_lift` has a movie that is made lifted to HDR afterwards.
    """

    backend: str = "embedded"
    workflow: Workflow = "hdr_lift"
    values: Values = {}  # noqa: RUF012 - pydantic gives every look a copy
    then_lift: bool = False
    mask: MaskWish = MaskWish()


class Preset(Frozen):
    name: str
    look: Look


class Presets(Frozen):
    items: tuple[Preset, ...] = ()


class Preferences(Frozen):
    """`folder` may hold `{project}` (the timeline's or clip's folder), `{clip}` and `{date}`. `confirm_above` is in US
    dollars. `language` is empty for the system's.
    """

    folder: str = "{project}/superwhite"
    color: OutputColor = OutputColor.LIN_REC709
    reference_white: Literal[100, 203] = 203
    compression: Compression = "auto"
    master: bool = False
    handles: int = 12
    import_when_ready: bool = True
    conflict: Conflict = "new_track"
    confirm_above: float = 5.0
    language: str = ""
    welcomed: bool = False


class Memory:
    """Typed access to one `QSettings`. What cannot be read any more gives way to the default, and is logged."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    @classmethod
    def of_user(cls) -> Memory:
        return cls(QSettings("Superwhite", "panel"))

    @classmethod
    def in_file(cls, path: Path) -> Memory:
        return cls(QSettings(str(path), QSettings.Format.IniFormat))

    @property
    def preferences(self) -> Preferences:
        return self._read("preferences", Preferences())

    @preferences.setter
    def preferences(self, new: Preferences) -> None:
        self._write("preferences", new)

    @property
    def look(self) -> Look:
        return self._read("look", Look())

    @look.setter
    def look(self, new: Look) -> None:
        self._write("look", new)

    @property
    def presets(self) -> tuple[Preset, ...]:
        return self._read("presets", Presets()).items

    @presets.setter
    def presets(self, new: tuple[Preset, ...]) -> None:
        self._write("presets", Presets(items=new))

    @property
    def recent(self) -> tuple[Path, ...]:
        """Files that were opened, the latest first."""
        value = self._settings.value("recent", [])
        texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return tuple(Path(text) for text in texts if isinstance(text, str))

    @recent.setter
    def recent(self, new: tuple[Path, ...]) -> None:
        self._settings.setValue("recent", [str(path) for path in new])

    def layout(self, name: str) -> QByteArray:
        """The geometry or state of a window or splitter, empty where none was kept."""
        value = self._settings.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_layout(self, name: str, state: QByteArray) -> None:
        self._settings.setValue(f"layout/{name}", state)

    def _read(self, key: str, default: Model) -> Model:
        text = self._settings.value(key, "")
        if not isinstance(text, str) or not text:
            return default
        try:
            return type(default).model_validate_json(text)
        except ValueError:  # pydantic's error is one
            log.warning("What was kept as %s cannot be read and is replaced by the default.", key)
            return default

    def _write(self, key: str, new: Frozen) -> None:
        self._settings.setValue(key, new.model_dump_json())
