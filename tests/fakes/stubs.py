"""Strict classes from published type stubs: what a stub does not have cannot be called, nor in another way.

    api = Stub(path_of_pyi.read_text())
    class Timeline(api.strict("Timeline")):
        def GetName(self): return "cut"

`Timeline().GetName(1)` is a `TypeError`, so is a method that the stub has and the class does not write (a
`NotImplementedError`), `Timeline().GetNmae` is an `AttributeError`, and a class that defines a public method that the
stub lacks cannot be made at all. Values are checked as far as the stub tells: a wrong type is a `TypeError`; a literal
or a key of a TypedDict that is not in the stub is a `ValueError`.
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

_SIMPLE: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool, int),
    "float": (float, int),
    "list": (list,),
    "List": (list,),
    "dict": (dict,),
    "Dict": (dict,),
    "tuple": (tuple,),
    "Tuple": (tuple,),
}
_OPTIONAL = {"Optional"}


@dataclass(frozen=True)
class Overload:
    """One way to call: `signature` without `self`, and what the stub says of each parameter."""

    signature: inspect.Signature
    annotations: Mapping[str, ast.expr | None]


@dataclass
class ClassStub:
    name: str
    bases: tuple[str, ...] = ()
    methods: dict[str, list[Overload]] = field(default_factory=dict)
    kinds: dict[str, Literal["method", "static", "class", "property"]] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    """Named with their value, or with `...` where the stub gives none."""
    keys: dict[str, ast.expr] | None = None
    """Of a TypedDict."""


class Stub:
    """One API from the text of its `.pyi` files. `positional`: the API takes no keyword arguments, whatever names the
    stub gives. `without` leaves names out, as "Class.Method" or "function": an older version had none.
    """

    def __init__(self, *texts: str, positional: bool = False, without: Collection[str] = ()) -> None:
        self.classes: dict[str, ClassStub] = {}
        self.functions: dict[str, list[Overload]] = {}
        self.constants: dict[str, Any] = {}
        self._aliases: dict[str, ast.expr] = {}
        self._positional = positional
        self._without = frozenset(without)
        for text in texts:
            self._read(ast.parse(text))

    @classmethod
    def of(cls, files: Iterable[Path], **how: Any) -> Stub:
        return cls(*(file.read_text(encoding="utf-8") for file in files), **how)

    # What tests build on

    def strict(self, name: str, *bases: type) -> type:
        """A class with every method of `name`, its bases' too, none of which does anything yet.

        Methods that subclasses write are checked as they are called, and named in the stub or private.
        """
        stub = self.classes[name]
        known = self.methods(name)
        held: dict[str, Any] = {}
        for each, kind in self._kinds(name).items():
            if each in known and not (each.startswith("__") and each.endswith("__")):
                held[each] = self._missing(f"{name}.{each}", known[each], kind)
        for each, value in self._attributes(name).items():
            if value is not ...:
                held.setdefault(each, value)
        allowed = {*known, *self._attributes(name)}
        api = self

        def written(cls: type, **more: Any) -> None:
            super(made, cls).__init_subclass__(**more)
            for each, value in list(vars(cls).items()):
                if each.startswith("_") or inspect.isclass(value):
                    continue
                if each not in allowed:
                    raise TypeError(f"{name} has no {each}, so {cls.__name__} must not")
                if inspect.isfunction(value):
                    setattr(cls, each, api.checked(value, known[each], f"{name}.{each}"))

        held["__init_subclass__"] = classmethod(written)
        held["stub_name"] = stub.name
        made = type(f"Strict{name}", bases or (object,), held)
        return made

    def function(self, name: str, behaviour: Callable[..., Any]) -> Callable[..., Any]:
        """`behaviour` behind the stub's signature of the function `name`."""
        return self.checked(behaviour, self.functions[name], name, bound=False)

    def methods(self, name: str) -> dict[str, list[Overload]]:
        """The methods of a class, with those of its bases in the stub."""
        stub = self.classes[name]
        found: dict[str, list[Overload]] = {}
        for base in reversed(stub.bases):
            if base in self.classes:
                found.update(self.methods(base))
        found.update(stub.methods)
        return found

    def checked(
        self, behaviour: Callable[..., Any], overloads: Iterable[Overload], title: str, *, bound: bool = True
    ) -> Callable[..., Any]:
        ways = tuple(overloads)

        @functools.wraps(behaviour)
        def call(*arguments: Any, **keywords: Any) -> Any:
            self.check(title, ways, arguments[1:] if bound else arguments, keywords)
            return behaviour(*arguments, **keywords)

        return call

    def check(
        self, title: str, ways: Iterable[Overload], arguments: tuple[Any, ...], keywords: Mapping[str, Any]
    ) -> None:
        """Raises unless one way to call fits."""
        if self._positional and keywords:
            raise TypeError(f"{title} takes no keyword arguments, got {sorted(keywords)}")
        worst: Exception | None = None
        for way in ways:
            try:
                given = way.signature.bind(*arguments, **keywords)
                for each, value in given.arguments.items():
                    kind = way.signature.parameters[each].kind
                    values = value if kind is inspect.Parameter.VAR_POSITIONAL else (value,)
                    for one in () if kind is inspect.Parameter.VAR_KEYWORD else values:
                        self._fits(one, way.annotations[each], f"{title}: {each}")
            except TypeError as error:
                worst = worst or (error if str(error).startswith(title) else TypeError(f"{title}: {error}"))
            except ValueError as error:
                worst = error
            else:
                return
        if worst is not None:
            raise worst

    # Values

    def _fits(self, value: Any, said: ast.expr | None, what: str) -> None:
        """Raises `TypeError` or `ValueError` unless `value` is what the annotation `said` allows."""
        match said:
            case ast.Constant(value=None):
                if value is not None:
                    raise TypeError(f"{what} is {value!r}, not None")
            case ast.Constant(value=str() as text):
                self._fits(value, ast.parse(text, mode="eval").body, what)
            case ast.Name(id=name):
                self._fits_name(value, name, what)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                self._fits_any(value, (left, right), what)
            case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
                self._fits_literal(value, inner, what)
            case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=options)):
                self._fits_any(value, options, what)
            case ast.Subscript(value=ast.Name(id=name), slice=inner) if name in _OPTIONAL:
                if value is not None:
                    self._fits(value, inner, what)
            case ast.Subscript(value=ast.Name(id="NotRequired" | "Required" | "Annotated"), slice=inner):
                self._fits(value, inner.elts[0] if isinstance(inner, ast.Tuple) else inner, what)
            case ast.Subscript(value=ast.Name(id="List" | "list"), slice=inner):
                self._fits_name(value, "list", what)
                for number, each in enumerate(value):
                    self._fits(each, inner, f"{what}[{number}]")
            case ast.Subscript(value=ast.Name(id=name)):
                self._fits_name(value, name, what)
            case _:
                pass  # the stub does not tell

    def _fits_name(self, value: Any, name: str, what: str) -> None:
        if name in self._aliases:
            self._fits(value, self._aliases[name], what)
        elif name in self.classes and self.classes[name].keys is not None:
            self._fits_keys(value, self.classes[name], what)
        elif name in self.classes:
            if not any(name == getattr(each, "stub_name", each.__name__) for each in type(value).__mro__):
                raise TypeError(f"{what} is {value!r}, no {name}")
        elif name in _SIMPLE and not isinstance(value, _SIMPLE[name]):
            raise TypeError(f"{what} is {value!r}, no {name}")

    def _fits_any(self, value: Any, options: Iterable[ast.expr], what: str) -> None:
        errors: list[Exception] = []
        for option in options:
            try:
                return self._fits(value, option, what)
            except (TypeError, ValueError) as error:
                errors.append(error)
        raise next((error for error in errors if isinstance(error, ValueError)), errors[0])

    def _fits_literal(self, value: Any, inner: ast.expr, what: str) -> None:
        options = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        try:
            allowed = [ast.literal_eval(option) for option in options]
        except ValueError:
            return  # constants of the application, of which the stub has no values
        if not any(value == each and isinstance(value, type(each)) for each in allowed):
            raise ValueError(f"{what} is {value!r}, not one of {allowed}")

    def _fits_keys(self, value: Any, stub: ClassStub, what: str) -> None:
        if not isinstance(value, dict):
            raise TypeError(f"{what} is {value!r}, no {stub.name}")
        for key, each in value.items():
            if stub.keys and key not in stub.keys:
                raise ValueError(f"{what} has the key {key!r}, which {stub.name} has not")
            if stub.keys:
                self._fits(each, stub.keys[key], f"{what}[{key!r}]")

    # Reading

    def _read(self, tree: ast.Module) -> None:
        for node in tree.body:
            match node:
                case ast.ClassDef(name=name) if name not in self._without:
                    self.classes[name] = self._class(node)
                case ast.FunctionDef(name=name) if name not in self._without:
                    overloaded = name in self.functions and _decorated(node, "overload")
                    self.functions.setdefault(name, []) if overloaded else self.functions.update({name: []})
                    self.functions[name].append(self._overload(node, bound=False))
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._alias(name, value)
                case ast.AnnAssign(target=ast.Name(id=name), value=value):
                    self.constants[name] = _constant(value)
                case _:
                    pass

    def _alias(self, name: str, value: ast.expr) -> None:
        match value:
            case ast.Call(func=ast.Name(id="TypedDict"), args=[_, ast.Dict(keys=keys, values=values)]):
                texts = {key.value: said for key, said in zip(keys, values, strict=True) if _is_text(key)}
                self.classes[name] = ClassStub(name, keys=texts if len(texts) == len(keys) else {})
            case ast.Subscript() | ast.Name() | ast.BinOp():
                self._aliases[name] = value
            case _:
                self.constants[name] = _constant(value)

    def _class(self, node: ast.ClassDef) -> ClassStub:
        bases = tuple(base.id for base in node.bases if isinstance(base, ast.Name))
        made = ClassStub(node.name, bases)
        if "TypedDict" in bases:
            made.keys = {
                each.target.id: each.annotation
                for each in node.body
                if isinstance(each, ast.AnnAssign)
                and isinstance(each.target, ast.Name)
                and f"{node.name}.{each.target.id}" not in self._without
            }
            return made
        for each in node.body:
            match each:
                case ast.FunctionDef(name=name) if f"{node.name}.{name}" not in self._without:
                    made.kinds[name] = _kind(each)
                    overload = self._overload(each, bound=made.kinds[name] != "static")
                    made.methods.setdefault(name, []).append(overload)
                case ast.AnnAssign(target=ast.Name(id=name), value=value):
                    made.attributes[name] = _constant(value)
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    made.attributes[name] = _constant(value)
                case _:
                    pass
        return made

    def _overload(self, node: ast.FunctionDef, *, bound: bool) -> Overload:
        said: dict[str, ast.expr | None] = {}
        parameters: list[inspect.Parameter] = []
        given = node.args
        firsts = [*given.posonlyargs, *given.args]
        defaults: list[ast.expr | None] = [None] * (len(firsts) - len(given.defaults)) + list(given.defaults)
        for place, (each, default) in enumerate(zip(firsts, defaults, strict=True)):
            if bound and place == 0:
                continue
            kind = (
                inspect.Parameter.POSITIONAL_ONLY
                if place < len(given.posonlyargs) or self._positional
                else inspect.Parameter.POSITIONAL_OR_KEYWORD
            )
            parameters.append(_parameter(each, kind, default))
            said[each.arg] = each.annotation
        if given.vararg:
            parameters.append(_parameter(given.vararg, inspect.Parameter.VAR_POSITIONAL, None))
            said[given.vararg.arg] = given.vararg.annotation
        for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True):
            parameters.append(_parameter(each, inspect.Parameter.KEYWORD_ONLY, default))
            said[each.arg] = each.annotation
        if given.kwarg:
            parameters.append(_parameter(given.kwarg, inspect.Parameter.VAR_KEYWORD, None))
            said[given.kwarg.arg] = given.kwarg.annotation
        return Overload(inspect.Signature(parameters), said)

    def _kinds(self, name: str) -> dict[str, str]:
        stub = self.classes[name]
        found: dict[str, str] = {}
        for base in reversed(stub.bases):
            if base in self.classes:
                found.update(self._kinds(base))
        return {**found, **stub.kinds}

    def _attributes(self, name: str) -> dict[str, Any]:
        stub = self.classes[name]
        found: dict[str, Any] = {}
        for base in reversed(stub.bases):
            if base in self.classes:
                found.update(self._attributes(base))
        return {**found, **stub.attributes}

    def _missing(self, title: str, ways: list[Overload], kind: str) -> Any:
        def call(*arguments: Any, **keywords: Any) -> Any:
            if kind != "property":
                self.check(title, ways, arguments if kind == "static" else arguments[1:], keywords)
            raise NotImplementedError(f"the stand-in does not do {title}")

        return {"static": staticmethod, "class": classmethod, "property": property}.get(kind, _same)(call)


def _same(value: Any) -> Any:
    return value


def _parameter(each: ast.arg, kind: Any, default: ast.expr | None) -> inspect.Parameter:
    return inspect.Parameter(each.arg, kind, default=inspect.Parameter.empty if default is None else None)


def _decorated(node: ast.FunctionDef, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in node.decorator_list)


def _kind(node: ast.FunctionDef) -> Literal["method", "static", "class", "property"]:
    for name, kind in (("staticmethod", "static"), ("classmethod", "class"), ("property", "property")):
        if _decorated(node, name):
            return kind  # type: ignore[return-value]
    return "method"


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _constant(value: ast.expr | None) -> Any:
    try:
        return ... if value is None else ast.literal_eval(value)
    except ValueError:
        return ...
