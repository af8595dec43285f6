"""Type stubs of DaVinci Resolve's scripting interface, mended: what was published (fusionscript-stubs 21.0.0) is right
in its names, wrong in some of its grammar, and older than the versions that are supported.

Only type checkers and tests read what is written here. Every mend is looked for before it is made, and fails loudly
when the published text has changed.
"""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

PUBLISHED = Path("fusionscript-stubs", "fusionscript.pyi")

ADDED: dict[str, dict[str, list[str]]] = {
    "21.0.4": {
        "Timeline": ["def GetSelectedClips(self) -> List[TimelineItem]: ..."],
        "MediaPoolItem": ["def GetTimeline(self) -> Timeline: ..."],
        "ProjectManager": ["def GetProjectAttributesInCurrentFolder(self) -> Dict[str, Any]: ..."],
        "RenderSettings": ["UseFullExtents: bool", "AddFrameHandles: int", "DataBurnIn: str"],
    },
    "21.1": {
        "Resolve": [
            "def IsStudio(self) -> bool: ...",
            "def GetCurrentProject(self) -> Project: ...",
            "def GetCurrentTimeline(self) -> Timeline: ...",
        ],
        "Project": [
            "def GetSettings(self) -> Dict[str, Any]: ...",
            "def SetSettings(self, settings: Dict[str, Any]) -> bool: ...",
        ],
        "Timeline": [
            "def GetSettings(self) -> Dict[str, Any]: ...",
            "def SetSettings(self, settings: Dict[str, Any]) -> bool: ...",
        ],
        "TimelineItem": [
            "def GetProperties(self) -> Dict[str, Any]: ...",
            "def SetProperties(self, properties: Dict[str, Any]) -> bool: ...",
            "def GetSpeed(self) -> Dict[str, Any]: ...",
            "def SetSpeed(self, speed: Dict[str, Any]) -> bool: ...",
            "def GetType(self) -> str: ...",
        ],
    },
}
"""What later versions have: as much as is known with its signature."""

_PARTIAL = {"RenderSettings", "MediaPoolClipInfo", "NewTrackOptions", "TimelineClipInfo", "TimelineImportOptions"}
_UNTYPED = {
    "CacheValue",
    "KeyframeMode",
    "LUTExportType",
    "TimelineExportType",
    "TimelineExportSubtype",
    "AudioSyncSettings",
    "AutoCaptionSettings",
    "CloudProjectsSettings",
}
"""Made of constants of the application that have no values in the stub."""

_OPTIONAL_WITHOUT_DEFAULT = 22
_SUBFRAMES = 5


class StubsChanged(Exception):
    """The published stubs are not those that the mends were made for."""


def write_resolve_stubs(folder: Path) -> None:
    """Write `fusionscript.pyi` into `folder`, for mypy's search path. Raises `StubsChanged` and `OSError`."""
    (folder / "fusionscript.pyi").write_text(resolve_stubs(), encoding="utf-8")


def resolve_stubs() -> str:
    """The mended text. Raises `StubsChanged`, also where the published stubs are not installed."""
    path = Path(sysconfig.get_paths()["purelib"]) / PUBLISHED
    if not path.is_file():
        raise StubsChanged(f"{path} is missing: install the development packages")
    tree = mended(path.read_text(encoding="utf-8"))
    return "# mypy: ignore-errors\n" + ast.unparse(tree) + "\n"


def mended(text: str) -> ast.Module:
    """Raises `StubsChanged` where `text` is not what is expected."""
    tree = ast.parse(text)
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    _plain_header(tree)
    _plain_constants(tree, classes)
    _optional_parameters(classes)
    _partial_dicts(classes)
    _overloads(classes)
    for version in ADDED.values():
        for name, lines in version.items():
            _add(classes[name], lines)
    return ast.fix_missing_locations(tree)


def _plain_header(tree: ast.Module) -> None:
    """`deprecated` has no types of its own; here it says nothing that a type checker needs."""
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "deprecated"]
    _demand(len(imports) == 1, "one import of deprecated")
    tree.body.remove(imports[0])
    tree.body.insert(0, ast.ImportFrom("typing", [ast.alias("Dict")], 0))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = [
                each for each in node.decorator_list if isinstance(each, ast.Name) and each.id != "deprecated"
            ]
            if node.body and isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant):
                node.body = [ast.Expr(ast.Constant(...))]


def _plain_constants(tree: ast.Module, classes: dict[str, ast.ClassDef]) -> None:
    seen = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in _UNTYPED:
                node.value = ast.Name("Any", ast.Load())
                seen.add(name)
            elif name == "SubTrackType":
                node.value = ast.Name("str", ast.Load())
                seen.add(name)
    _demand(seen == _UNTYPED | {"SubTrackType"}, "the literals and settings made of constants")
    for body in (tree.body, classes["Resolve"].body):
        for each in body:
            if isinstance(each, ast.AnnAssign) and _is_final_or_number(each.annotation):
                each.annotation, each.value = ast.Name("Any", ast.Load()), None


def _is_final_or_number(said: ast.expr) -> bool:
    if isinstance(said, ast.Name):
        return said.id == "Final"
    return isinstance(said, (ast.Constant, ast.UnaryOp))


def _optional_parameters(classes: dict[str, ast.ClassDef]) -> None:
    optional = subframes = 0
    for node in classes.values():
        for method in node.body:
            if not isinstance(method, ast.FunctionDef):
                continue
            given = method.args
            missing = given.args[: len(given.args) - len(given.defaults)]
            for place, each in enumerate(missing):
                if _is_optional(each.annotation):
                    optional += 1
                elif each.arg == "subframe_precision":
                    subframes += 1
                else:
                    continue
                if len(given.defaults) < len(given.args) - place:
                    given.defaults = [ast.Constant(...)] * (len(given.args) - place)
    _demand(optional == _OPTIONAL_WITHOUT_DEFAULT, f"{_OPTIONAL_WITHOUT_DEFAULT} optional parameters, not {optional}")
    _demand(subframes == _SUBFRAMES, f"{_SUBFRAMES} subframe_precision, not {subframes}")


def _is_optional(said: ast.expr | None) -> bool:
    return isinstance(said, ast.Subscript) and isinstance(said.value, ast.Name) and said.value.id == "Optional"


def _partial_dicts(classes: dict[str, ast.ClassDef]) -> None:
    for name in sorted(_PARTIAL):
        node = classes.get(name)
        _demand(node is not None and not node.keywords, f"{name} as a dict with every key")
        assert node is not None
        node.keywords.append(ast.keyword("total", ast.Constant(False)))


def _overloads(classes: dict[str, ast.ClassDef]) -> None:
    append = _methods(classes["MediaPool"], "AppendToTimeline")
    _demand(len(append) == 3 and not append[0].decorator_list, "AppendToTimeline without its first @overload")
    append[0].decorator_list.append(ast.Name("overload", ast.Load()))
    _demand(isinstance(append[2].returns, ast.List), "AppendToTimeline that returns a list display")
    append[2].returns = append[1].returns
    tracks = _methods(classes["Timeline"], "AddTrack")
    _demand(len(tracks) == 2 and not tracks[0].args.defaults, "AddTrack that demands a kind of track")
    tracks[0].args.defaults = [ast.Constant(...)]


def _add(node: ast.ClassDef, lines: list[str]) -> None:
    known = {name for each in node.body for name in _names(each)}
    for line in lines:
        (made,) = ast.parse(line).body
        _demand(not known & set(_names(made)), f"{node.name} without {line}")
        node.body.append(made)


def _methods(node: ast.ClassDef, name: str) -> list[ast.FunctionDef]:
    return [each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == name]


def _names(node: ast.stmt) -> tuple[str, ...]:
    if isinstance(node, ast.FunctionDef):
        return (node.name,)
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return (node.target.id,)
    return ()


def _demand(holds: bool, what: str) -> None:
    if not holds:
        raise StubsChanged(f"fusionscript-stubs is expected to have {what}")
