"""What a ComfyUI server says of one of its nodes (`/object_info`), as far as a graph has to fit it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

_MOST_SLOTS = 500


@dataclass(frozen=True)
class Input:
    """One input. Of a choice, `kind` is COMBO and `options` are what can be chosen. What is `uploaded` may be chosen
    although it is no option.
    """

    kind: str
    required: bool
    options: tuple[str, ...] | None = None
    default: JsonValue = None
    low: float | None = None
    high: float | None = None
    uploaded: bool = False

    def takes(self, kind: str) -> bool:
        """Whether an output of `kind` may be linked here. Both may name several kinds, or with `*` any."""
        mine, other = set(self.kind.split(",")), set(kind.split(","))
        return bool(mine & other) or "*" in mine | other

    def objection(self, value: JsonValue) -> str:
        """What is wrong with `value` here; empty where nothing is."""
        if self.kind == "COMBO":
            known = self.options is None or self.uploaded or value in self.options
            return "" if known else f"does not offer “{value}”"
        if self.kind in ("INT", "FLOAT") and isinstance(value, int | float):
            low, high = self.low, self.high
            if (low is not None and value < low) or (high is not None and value > high):
                return f"takes {low} to {high}, not {value}"
            return ""
        kinds = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}
        wanted = kinds.get(self.kind)
        if wanted is None:
            return f"wants a link to something of the kind {self.kind}"
        return "" if isinstance(value, wanted) else f"wants a value of the kind {self.kind}"


@dataclass(frozen=True)
class NodeKind:
    """One kind of node: its inputs by name, and the kinds of its outputs."""

    inputs: Mapping[str, Input]
    outputs: tuple[str, ...]

    def options(self, name: str) -> tuple[str, ...]:
        """What can be chosen for the input `name`; nothing where there is no such choice."""
        found = self.inputs.get(name)
        return (found.options or ()) if found else ()


def read_kind(answer: JsonValue, name: str) -> NodeKind | None:
    """The kind `name` in an answer of `/object_info`; none where it is not there, or makes no sense."""
    told = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(told, dict):
        return None
    groups, outputs = told.get("input"), told.get("output")
    if not isinstance(groups, dict) or not isinstance(outputs, list):
        return None
    inputs: dict[str, Input] = {}
    for group in ("required", "optional"):
        listed = groups.get(group)
        for each, value in list(listed.items())[:_MOST_SLOTS] if isinstance(listed, dict) else ():
            found = _input(value, required=group == "required")
            if found:
                inputs[each] = found
    return NodeKind(inputs, tuple(str(kind) for kind in outputs[:_MOST_SLOTS]))


def _input(value: JsonValue, *, required: bool) -> Input | None:
    """`[kind, about]`. A choice is `[[option, ...], about]`, in newer nodes `["COMBO", {"options": [option, ...]}]`."""
    if not isinstance(value, list) or not value:
        return None
    kind, about = value[0], value[1] if len(value) > 1 else {}
    about = about if isinstance(about, dict) else {}
    options: tuple[str, ...] | None = None
    if isinstance(kind, list) or kind == "COMBO":
        listed = kind if isinstance(kind, list) else about.get("options")
        options = tuple(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else None
        kind = "COMBO"
    if not isinstance(kind, str):
        return None
    return Input(
        kind=kind,
        required=required,
        options=options,
        default=about.get("default", options[0] if options else None),
        low=_number(about.get("min")),
        high=_number(about.get("max")),
        uploaded=any(name.endswith("_upload") and bool(flag) for name, flag in about.items()),
    )


def _number(value: JsonValue) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
