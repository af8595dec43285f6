"""Knobs, of which a node has those of its class, and a Write those of its file type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .stub import STUB

if TYPE_CHECKING:
    from .app import App

_POLICIES = ["on", "auto", "on demand", "off"]
CHOICES: dict[str, list[str]] = {
    "frame_mode": ["expression", "start at", "offset"],
    "before": ["hold", "loop", "bounce", "black"],
    "after": ["hold", "loop", "bounce", "black"],
    "localizationPolicy": _POLICIES,
    "file_type": [" ", "exr", "dpx", "tiff", "mov"],
    "datatype": ["16 bit half", "32 bit float"],
    "compression": ["none", "Zip (1 scanline)", "Zip (16 scanlines)", "PIZ Wavelet (32 scanlines)"],
    "colorManagement": ["Nuke", "OCIO"],
    "channels": ["all", "rgb", "rgba", "alpha"],
}
_COMMON = {"label": ("String_Knob", ""), "tile_color": ("ColorChip_Knob", 0), "disable": ("Disable_Knob", False)}
_RANGE = dict.fromkeys(("first", "last", "origfirst", "origlast"), ("Int_Knob", 1))
_BY_CLASS: dict[str, dict[str, tuple[str, Any]]] = {
    "Read": {
        "file": ("File_Knob", ""),
        **_RANGE,
        "frame_mode": ("Enumeration_Knob", "expression"),
        "frame": ("String_Knob", ""),
        "before": ("Enumeration_Knob", "hold"),
        "after": ("Enumeration_Knob", "hold"),
        "colorspace": ("Enumeration_Knob", "default"),
        "raw": ("Boolean_Knob", False),
        "localizationPolicy": ("Enumeration_Knob", "auto"),
    },
    "Write": {
        "file": ("File_Knob", ""),
        "file_type": ("Enumeration_Knob", " "),
        "channels": ("Channel_Knob", "rgb"),
        "colorspace": ("Enumeration_Knob", "default"),
        "raw": ("Boolean_Knob", False),
        "create_directories": ("Boolean_Knob", False),
    },
    "Switch": {"which": ("Int_Knob", 0)},
    "Roto": {"output": ("Channel_Knob", "alpha"), "replace": ("Boolean_Knob", False)},
    "Root": {
        "fps": ("Double_Knob", 24.0),
        "colorManagement": ("Enumeration_Knob", "Nuke"),
        "proxy": ("Boolean_Knob", False),
        "project_directory": ("File_Knob", ""),
    },
}
_BY_CLASS["RotoPaint"] = _BY_CLASS["Roto"]
_OF_TYPE = {
    "exr": {
        "datatype": ("Enumeration_Knob", "16 bit half"),
        "compression": ("Enumeration_Knob", "Zip (16 scanlines)"),
    }
}


def knobs_of(kind: str) -> dict[str, tuple[str, Any]]:
    return {**_BY_CLASS.get(kind, {}), **({} if kind == "Root" else _COMMON)}


def knobs_of_type(file_type: str) -> dict[str, tuple[str, Any]]:
    return _OF_TYPE.get(file_type, {})


def classes(app: App) -> dict[str, type]:
    """The knob classes of one running Nuke."""

    class Knob:
        def __init__(self, name: str = "", label: str = "") -> None:
            self._name, self._label = name, label
            self._number: int | None = None  # none until it is added to a node
            self._start: Any = ""

        def name(self) -> str:
            return self._name

        def setEnabled(self, enabled: bool) -> None:
            self._op()

        def value(self, index: int = 0) -> Any:
            return self._get()

        def setValue(self, val: Any, chan: int = 0) -> bool:
            return self._set(val)

        def _op(self) -> Any:
            assert self._number is not None
            return app.op(self._number)

        def _get(self) -> Any:
            return self._op().knobs[self._name]

        def _set(self, value: Any) -> bool:
            op = self._op()
            app.graph.edit(f"Set {self._name}")
            app.set_knob(op, self._name, value)
            return True

        @classmethod
        def _on(cls, number: int, name: str) -> Any:
            knob = cls.__new__(cls)
            knob._name, knob._label, knob._number, knob._start = name, "", number, ""
            return knob

    class String_Knob(Knob):
        def value(self, oc: Any = None) -> str:
            return str(self._get())

        def setValue(self, val: str, view: str = "") -> None:
            if not isinstance(val, str):
                raise TypeError("setValue takes a string")
            self._set(val)

    class Tab_Knob(Knob):
        pass

    class Number(Knob):
        _types: tuple[type, ...] = (int, float)

        def value(self, *_: Any) -> Any:
            return self._get()

        def setValue(self, val: Any, *_: Any) -> bool:
            if not isinstance(val, self._types) or isinstance(val, str):
                raise TypeError(f"{self._name}: {val!r} is no number")
            return self._set(val)

    class Int_Knob(Number):
        pass

    class ColorChip_Knob(Number):
        pass

    class Double_Knob(Number):
        pass

    class Boolean_Knob(Number):
        pass

    class Disable_Knob(Number):
        pass

    class Channel_Knob(Knob):
        def value(self) -> str:
            return str(self._get())

        def setValue(self, name: str) -> None:
            self._set(name)

    class Enumeration_Knob(Knob):
        def values(self) -> list[str]:
            return app.colorspaces() if self._name == "colorspace" else list(CHOICES[self._name])

        def value(self) -> str:
            found = str(self._get())
            if self._name == "colorspace" and app.version >= 16:
                # Later versions give the whole entry, with its place in the menu.
                return next((each for each in self.values() if each.split("\t")[0] == found), found)
            return found

        def setValue(self, *args: Any) -> Any:
            (wanted,) = args
            if isinstance(wanted, int):
                wanted = self.values()[wanted]
            if wanted in (each.split("\t")[0] for each in self.values()):
                return self._set(wanted)
            return False  # what it does not know is dropped without a word

    class File_Knob(Knob):
        def value(self, *_: Any) -> str:
            return _technical(self._get())

        def getValue(self, *_: Any) -> str:
            return _technical(self._get())

        def getEvaluatedValue(self, *_: Any) -> str:
            return app.evaluate(_technical(self._get()))

        def setValue(self, *args: Any) -> bool:
            (text,) = args
            return self._set(text)  # the range stays what it was

        def fromUserText(self, *args: Any) -> None:
            (text,) = args
            path, first, last = _user_text(text)
            self._set(path)
            if first is None:
                first, last = app.found_range(app.evaluate(_technical(path)))
            op = self._op()
            for name, number in (("first", first), ("origfirst", first), ("last", last), ("origlast", last)):
                if name in op.knobs:
                    op.knobs[name] = number

    made = [Knob, String_Knob, Tab_Knob, Int_Knob, ColorChip_Knob, Double_Knob, Boolean_Knob, Disable_Knob]
    made += [Channel_Knob, Enumeration_Knob, File_Knob]
    return {each.__name__: behind_stub(each) for each in made}


def behind_stub(written: type) -> type:
    """`written` in front of the stub's class: what it does not write cannot be called, nor what the stub lacks."""
    name = written.__name__
    unknown = [each for each in dir(written) if not each.startswith("_") and each not in STUB.methods(name)]
    if unknown:
        raise TypeError(f"{name} has no {', '.join(unknown)} in the stub")
    return type(name, (written, STUB.strict(name)), {})


def _technical(text: str) -> str:
    return re.sub(r"#+", lambda match: f"%0{len(match[0])}d", text)


def _user_text(text: str) -> tuple[str, int | None, int | None]:
    match = re.fullmatch(r"(.*) (-?\d+)-(-?\d+)", text)
    return (match[1], int(match[2]), int(match[3])) if match else (text, None, None)
