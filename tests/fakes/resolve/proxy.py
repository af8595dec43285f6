"""What every object of the stand-in is: a name for something in the document, as fusionscript's are."""

from __future__ import annotations

import functools
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn

from install.typing_stubs import ADDED, resolve_stubs
from tests.fakes.stubs import Stub

from .state import State

VERSIONS = ("20.3", "21.0.2", "21.0.4", "21.1")

_NEW_IN_21_0 = {
    "Resolve.DisableBackgroundTasksForCurrentResolveSession",
    "Project.ResetIntellisearchAnalysis",
    "Project.GenerateSpeech",
    *(
        f"{name}.{method}"
        for name in ("Folder", "MediaPoolItem")
        for method in (
            "PerformAudioClassification",
            "ClearAudioClassification",
            "RemoveMotionBlur",
            "AnalyzeForIntellisearch",
            "AnalyzeForSlate",
        )
    ),
}

FREE_CALLS = {
    "Resolve.GetProductName",
    "Resolve.GetVersion",
    "Resolve.GetVersionString",
    "Resolve.IsStudio",
    "Resolve.GetCurrentPage",
}
"""What may be called in the free edition without a dialog that sells the other one."""

_READS = ("Get", "Is")
_MAKES = ("Create", "Duplicate", "Import", "Append", "AddSub")
_CHANGE_ALTHOUGH_READING = {"Project.IsRenderingInProgress"}


class Missing:
    """What fusionscript gives for a name that it does not know: `hasattr` is true, the call is not."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __call__(self, *arguments: Any) -> NoReturn:
        raise AttributeError(f"there is no {self._what} in this version")


class Proxy:
    def __init__(self, state: State, key: str = "") -> None:
        self._state = state
        self._key = key

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if any(base.__name__.startswith("Strict") for base in cls.__bases__):
            for name, value in list(vars(cls).items()):
                if callable(value) and not name.startswith("_"):
                    setattr(cls, name, _served(f"{cls.__name__}.{name}", value))

    def __getattr__(self, name: str) -> Missing:
        if name.startswith("_"):
            raise AttributeError(name)
        return Missing(f"{type(self).__name__}.{name}")

    def __dir__(self) -> list[str]:
        return sorted(self._names)  # type: ignore[attr-defined]

    @property
    def _doc(self) -> dict[str, Any]:
        return self._state.doc

    @property
    def _project(self) -> dict[str, Any]:
        project = self._state.project
        assert project is not None
        return project

    def _make(self, name: str, key: str = "") -> Any:
        return make(self._state, name, key)

    def _is_there(self) -> bool:
        """Whether what it names is still in the project: what is not answers nothing."""
        return True


def _served(title: str, behaviour: Callable[..., Any]) -> Callable[..., Any]:
    name = title.partition(".")[2]
    changes = not name.startswith(_READS) or title in _CHANGE_ALTHOUGH_READING

    @functools.wraps(behaviour)
    def call(self: Proxy, *arguments: Any) -> Any:
        state = self._state
        with state.turn(changes):
            state.calls.append(title)
            doc, traps = state.doc, state.traps
            if doc["running"] and traps.get("quits_at") == title:
                doc["running"] = False
                state.write()
            if not doc["running"]:
                if traps.get("raises_when_gone"):
                    raise RuntimeError("the remote object is gone")
                return None
            hangs = bool(doc["busy"]) or title in traps.get("hangs_at", ())
            if not hangs and not doc["studio"] and title not in FREE_CALLS:
                doc["busy"] = "modal"
                state.write()
                return None
            if not hangs:
                if title in traps.get("refuses", ()):
                    return None if name.startswith(_MAKES) else False
                if title in traps.get("lies", ()):
                    return True
                answer = behaviour(self, *arguments) if self._is_there() else None
                if traps.get("quits_after") == title:
                    doc["running"] = False
                    return None
                return answer
        return state.hang()

    return call


@cache
def api(version: str) -> dict[str, type]:
    """The classes of one version, by their names in the stub."""
    from . import application, pool, project, timeline

    without = set(_NEW_IN_21_0) if version == "20.3" else set()
    for later, added in ADDED.items():
        if VERSIONS.index(later) > VERSIONS.index(version):
            without |= {f"{name}.{_named(line)}" for name, lines in added.items() for line in lines}
    stub = Stub(_text(), positional=True, without=without)
    made: dict[str, type] = {}
    for module in (application, project, pool, timeline):
        for name, behaviour in module.BEHAVIOURS.items():
            known = stub.methods(name)
            if unknown := {each for each in vars(behaviour) if not each.startswith("_")} - set(_full().methods(name)):
                raise TypeError(f"{name} has no {sorted(unknown)}")
            body = {
                each: value
                for each, value in vars(behaviour).items()
                if each in known or (each.startswith("_") and each not in ("__dict__", "__weakref__"))
            }
            body["_names"] = frozenset(known)
            made[name] = type(name, (stub.strict(name, Proxy),), body)
    made["MediaPool"].AppendToTimeline = pool.freezing(made["MediaPool"].AppendToTimeline)  # type: ignore[attr-defined]
    return made


def make(state: State, name: str, key: str = "") -> Any:
    return api(state.doc["version"])[name](state, key)


@cache
def _text() -> str:
    return resolve_stubs()


@cache
def _full() -> Stub:
    return Stub(_text())


def _named(line: str) -> str:
    return line.removeprefix("def ").partition("(")[0].partition(":")[0]
