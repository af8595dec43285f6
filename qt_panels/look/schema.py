"""What a backend's JSON Schema says of each parameter, as far as a form needs it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from bridge.domain.wire import JsonValue

Kind = Literal["choice", "integer", "number", "switch", "text", "media", "rows", "json"]

_LONG = 200
"""A text that may be longer than this gets several lines."""

_FINEST = 6
"""More decimals than this are not shown."""

FARTHEST = 2.0**53
"""Where a number has no bound: up to here a double holds every whole one."""


@dataclass(frozen=True)
class Parameter:
    """`json` is whatever has no shape of its own here: it is written as JSON, so nothing is out of reach.

    `minimum` and `maximum` can themselves be taken. `decimals` are as many as bounds and default need, two at least.
    `columns` are the parameters of each of `rows`, `most` how many rows or letters there may be. `labels` are words for
    choices. `only_with` names other parameters and the values that they need for this one to mean anything. `media` is
    the sort of file whose path can stand for an address. A `required` text is not empty. `advanced` ones are seldom
    used.
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
    decimals: int = 2
    most: int | None = None
    columns: tuple[Parameter, ...] = ()
    choices: tuple[str, ...] = ()
    long: bool = False
    media: str = ""
    advanced: bool = False
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    only_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def parameters(schema: Mapping[str, JsonValue]) -> tuple[Parameter, ...]:
    """The parameters of an object's schema, as pydantic writes it, in their order."""
    return _parameters(schema, _mapping(schema.get("$defs")), flat=False)


def missing(every: Iterable[Parameter], values: Mapping[str, JsonValue]) -> str:
    """The title of the first parameter that needs a value and has none; empty where all have theirs."""
    for each in every:
        value = values.get(each.name, each.default)
        if each.required and value in (None, ""):
            return each.title
        rows = value if each.kind == "rows" and isinstance(value, list) else []
        if lacking := next((title for row in rows if (title := missing(each.columns, _mapping(row)))), ""):
            return f"{each.title}: {lacking}"
    return ""


def fits(parameter: Parameter, value: JsonValue) -> bool:
    """Whether `value` is one that the parameter can take, as far as its shape says."""
    if value is None:
        return parameter.nullable or parameter.kind == "json"
    match parameter.kind:
        case "choice":
            return value in parameter.choices
        case "integer" | "number":
            low = -FARTHEST if parameter.minimum is None else parameter.minimum
            high = FARTHEST if parameter.maximum is None else parameter.maximum
            number = _number(value)
            return (
                number is not None and low <= number <= high and (parameter.kind == "number" or number.is_integer())
            )
        case "switch":
            return isinstance(value, bool)
        case "text" | "media":
            return isinstance(value, str)
        case "rows":
            if not isinstance(value, list) or (parameter.most is not None and len(value) > parameter.most):
                return False
            return all(_row_fits(parameter, row) for row in value)
        case "json":
            return True


def _row_fits(parameter: Parameter, row: JsonValue) -> bool:
    columns = {column.name: column for column in parameter.columns}
    return isinstance(row, dict) and all(
        name in columns and fits(columns[name], each) for name, each in _mapping(row).items()
    )


def _parameters(
    schema: Mapping[str, JsonValue], definitions: Mapping[str, JsonValue], *, flat: bool
) -> tuple[Parameter, ...]:
    """`flat` finds no rows, so that a schema that refers to itself has an end."""
    required = schema.get("required")
    needed = set(required) if isinstance(required, list) else set[JsonValue]()
    return tuple(
        _parameter(name, _mapping(given), definitions, required=name in needed, flat=flat)
        for name, given in _mapping(schema.get("properties")).items()
    )


def _parameter(
    name: str, given: Mapping[str, JsonValue], definitions: Mapping[str, JsonValue], *, required: bool, flat: bool
) -> Parameter:
    shape, nullable = _resolved(given, definitions)
    choices = shape.get("enum")
    columns = () if flat else _columns(shape, definitions)
    media = _text(given.get("media"))
    kind = "rows" if columns else _kind(shape)
    if kind == "text" and media:
        kind = "media"
    decimals = 0 if kind == "integer" else _decimals(given.get("default"), *(shape.get(each) for each in _BOUNDS))
    most = _number(shape.get("maxItems" if columns else "maxLength"))
    filled = not nullable and (_number(shape.get("minLength")) or 0) > 0
    default = _shortened(given.get("default"), columns)
    if default is None and kind in ("text", "media") and not nullable:
        default = ""
    return Parameter(
        name=name,
        title=_text(given.get("title")) or name.replace("_", " ").capitalize(),
        help=_text(given.get("description")),
        kind=kind,
        default=default,
        required=required or filled,
        nullable=nullable,
        unit=_text(given.get("unit")),
        minimum=_bound(shape, "minimum", "exclusiveMinimum", 10**-decimals),
        maximum=_bound(shape, "maximum", "exclusiveMaximum", -(10**-decimals)),
        decimals=decimals,
        most=None if most is None else int(most),
        columns=columns,
        choices=tuple(str(each) for each in choices) if kind == "choice" and isinstance(choices, list) else (),
        long=kind == "json" or (kind == "text" and (most is None or most > _LONG)),
        media=media,
        advanced=given.get("advanced") is True,
        labels={key: _text(value) for key, value in _mapping(given.get("labels")).items()},
        only_with={
            key: tuple(str(each) for each in value) if isinstance(value, list) else ()
            for key, value in _mapping(given.get("only_with")).items()
        },
    )


def _shortened(default: JsonValue, columns: tuple[Parameter, ...]) -> JsonValue:
    """Of rows, what differs from the defaults of their columns: so the form writes them."""
    if not columns or not isinstance(default, list):
        return default
    plain = {column.name: column.default for column in columns if not column.required}
    return [
        {name: value for name, value in _mapping(row).items() if name not in plain or value != plain[name]}
        for row in default
    ]


def _columns(shape: Mapping[str, JsonValue], definitions: Mapping[str, JsonValue]) -> tuple[Parameter, ...]:
    """The parameters of each object in a list of objects; none where `shape` is something else."""
    if shape.get("type") != "array":
        return ()
    item, _ = _resolved(_mapping(shape.get("items")), definitions)
    columns = _parameters(item, definitions, flat=True)
    return columns if all(column.kind != "json" for column in columns) else ()


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


_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def _bound(shape: Mapping[str, JsonValue], name: str, exclusive: str, inside: float) -> float | None:
    """What can be taken itself: of a bound that cannot, the value `inside` beside it."""
    if (bound := _number(shape.get(name))) is not None:
        return bound
    beyond = _number(shape.get(exclusive))
    return None if beyond is None else beyond + inside


def _decimals(*values: JsonValue) -> int:
    """How many decimals it takes to write each of `values`."""
    numbers = [number for value in values if (number := _number(value))]
    written = [f"{number:.{_FINEST}f}".rstrip("0").partition(".")[2] for number in numbers if math.isfinite(number)]
    return max([2, *map(len, written)])


def _number(value: JsonValue) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    return cast("Mapping[str, JsonValue]", value) if isinstance(value, dict) else {}
