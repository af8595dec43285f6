"""What a backend's JSON Schema says of each parameter, as far as a form needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from bridge.domain.wire import JsonValue

Kind = Literal["choice", "integer", "number", "switch", "text", "json"]

_LONG = 200
"""A text that may be longer than this gets several lines."""


@dataclass(frozen=True)
class Parameter:
    """`json` is whatever has no shape of its own here: it is written as JSON, so nothing is out of reach.

    `labels` are words for choices. `only_with` names other parameters and the values that they need for this one to
    mean anything.
    """

    name: str
    title: str
    help: str
    kind: Kind
    default: JsonValue
    required: bool = False
    nullable: bool = False
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    long: bool = False
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    only_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def parameters(schema: Mapping[str, JsonValue]) -> tuple[Parameter, ...]:
    """The parameters of an object's schema, as pydantic writes it, in their order."""
    named = _mapping(schema.get("properties"))
    definitions = _mapping(schema.get("$defs"))
    required = schema.get("required")
    needed = set(required) if isinstance(required, list) else set[JsonValue]()
    return tuple(
        _parameter(name, _mapping(field), definitions, required=name in needed) for name, field in named.items()
    )


def _parameter(
    name: str, given: Mapping[str, JsonValue], definitions: Mapping[str, JsonValue], *, required: bool
) -> Parameter:
    shape, nullable = _resolved(given, definitions)
    choices = shape.get("enum")
    kind = _kind(shape)
    return Parameter(
        name=name,
        title=_text(given.get("title")) or name.replace("_", " ").capitalize(),
        help=_text(given.get("description")),
        kind=kind,
        default=given.get("default"),
        required=required,
        nullable=nullable,
        unit=_text(given.get("unit")),
        minimum=_bound(shape, "minimum", "exclusiveMinimum"),
        maximum=_bound(shape, "maximum", "exclusiveMaximum"),
        choices=tuple(str(each) for each in choices) if kind == "choice" and isinstance(choices, list) else (),
        long=kind == "json" or (kind == "text" and (_number(shape.get("maxLength")) or _LONG + 1) > _LONG),
        labels={key: _text(value) for key, value in _mapping(given.get("labels")).items()},
        only_with={
            key: tuple(str(each) for each in value) if isinstance(value, list) else ()
            for key, value in _mapping(given.get("only_with")).items()
        },
    )


def _resolved(
    field: Mapping[str, JsonValue], definitions: Mapping[str, JsonValue]
) -> tuple[Mapping[str, JsonValue], bool]:
    """The one shape that `field` has besides null, references followed, and whether it may be null."""
    options = field.get("anyOf")
    nullable = False
    if isinstance(options, list):
        shapes = [_mapping(option) for option in options]
        nullable = any(shape.get("type") == "null" for shape in shapes)
        others = [shape for shape in shapes if shape.get("type") != "null"]
        if len(others) != 1:
            return {}, nullable
        field = others[0]
    reference = field.get("$ref")
    if isinstance(reference, str):
        field = _mapping(definitions.get(reference.removeprefix("#/$defs/")))
    return field, nullable


def _kind(shape: Mapping[str, JsonValue]) -> Kind:
    choices = shape.get("enum")
    if isinstance(choices, list) and choices and all(isinstance(each, str) for each in choices):
        return "choice"
    match shape.get("type"):
        case "integer":
            return "integer"
        case "number":
            return "number"
        case "boolean":
            return "switch"
        case "string":
            return "text"
        case _:
            return "json"


def _bound(shape: Mapping[str, JsonValue], *names: str) -> float | None:
    return next((value for name in names if (value := _number(shape.get(name))) is not None), None)


def _number(value: JsonValue) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    return cast("Mapping[str, JsonValue]", value) if isinstance(value, dict) else {}
