"""The arrows of the architecture, read from the source and tried in fresh interpreters."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bridge.client import Bridge, calls

ROOT = Path(__file__).resolve().parents[1]
OURS = ("bridge", "qt_panels", "plugin", "install")

# Higher rooms may use lower ones; rooms of one rank leave each other alone.
RANKS = {
    "bench": 100,
    "service": 90,
    "jobs": 80,
    "backends": 70,
    "viewing": 65,
    "assembly": 60,
    "media": 50,
    "weights": 55,
    "timelines": 55,
    "engines": 40,
    "colorimetry": 30,
    "net": 30,
    "domain": 0,
}
QT_AND_HOSTS = {"PySide6", "shiboken6", "nuke", "hiero", "bpy", "fusionscript", "DaVinciResolveScript", "bmd"}
PIXELS = {"numpy", "OpenEXR", "av", "numba", "PyOpenColorIO", "opentimelineio"}
STANDARD = set(sys.stdlib_module_names)
# What each host's folder may use beside the standard library and our own; a new host says here what it needs.
HOST_LIBRARIES: dict[str, set[str]] = {
    "__init__": set(),
    "standalone": {"PySide6"},
    "terminal": {"typer", "click", "rich", "pydantic"},
    "hosting": set(),
    "remote_host": {"PySide6", "psutil", "pydantic"},
    "blender": {"bpy"},
    "resolve": {"DaVinciResolveScript", "bmd"},
    "nuke": {"nuke", "nukescripts", "PySide6"},
    "hiero": {"hiero", "PySide6"},
}
# What stands below all hosts: the part of an adapter that every host needs, and the way to it from another process.
SHARED = {"hosting", "remote_host"}
# The one file of the set-up that looks at what was installed, and so may import it, inside its functions.
DOCTOR = ("install", "doctor")
# What the commands and the doctor may look into besides, inside their functions: weights and engines' environments have
# to be seen to before there is anything that the bridge could serve.
PREPARED = ("bridge.weights", "bridge.engines.environments")
# The libraries of the model, which are there in the environment of its engine alone; and where they may be imported.
MODEL = {"torch", "diffusers", "transformers", "safetensors", "peft", "accelerate"}
MODEL_ROOMS = (("bridge", "engines", "ltx"), ("bridge", "backends", "local"), ("bridge", "bench"))


def imports(path: Path, package: str) -> list[str]:
    """Every module that a file imports, anywhere in it, as an absolute name; `package` is the one it lies in."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            # `from bridge import media` names a room, `from bridge import __version__` does not.
            found += [f"{name}.{alias.name}" for alias in node.names] if name in OURS else [name]
    return found


def wrong_arrows(root: Path) -> list[str]:
    """Every import under `root` that points the wrong way."""
    wrong = []
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[0] not in OURS:
            continue
        for name in imports(path, ".".join(parts[:-1])):
            if reason := objection(parts, name.split(".")):
                wrong.append(f"{'/'.join(parts)} imports {name}: {reason}")
    return wrong


def objection(at: tuple[str, ...], name: list[str]) -> str | None:
    """Why the module at `at` may not import `name`; none when it may."""
    top, room = name[0], name[1] if len(name) > 1 else ""
    if top in MODEL and not any(at[: len(place)] == place for place in MODEL_ROOMS):
        return "the model's libraries are there for its worker alone"
    prepared = ".".join(name).startswith(PREPARED)
    match at[0]:
        case "bridge":
            return bridge_objection(at, top, room)
        case "qt_panels":
            if top not in STANDARD | {"PySide6", "shiboken6", "bridge", "qt_panels"}:
                return "the panel knows PySide6 and the bridge's client"
            if top == "bridge" and room not in {"client", "domain", "__version__"}:
                return "the panel sees the bridge through its client"
        case "plugin":
            if top == "plugin" and room and len(at) > 2 and room not in {at[1], *SHARED}:
                return "one host never needs another"
            host = at[1]
            if host not in HOST_LIBRARIES:
                return "HOST_LIBRARIES does not say what this host may use"
            if top not in STANDARD | set(OURS) | HOST_LIBRARIES[host]:
                return "a host knows its own libraries alone"
            if host == "terminal" and prepared:
                return None
            if top == "bridge" and room not in {"client", "domain", "bench", "__version__"}:
                return "hosts see the bridge through its client"
        case _:
            if at != DOCTOR and top not in STANDARD | {"install"}:
                return "set-up runs before anything is installed"
            if top in {"qt_panels", "plugin"}:
                return "set-up stands below what it sets up"
            if at == DOCTOR and prepared:
                return None
            if top == "bridge" and room not in {"client", "domain", "__version__"}:
                return "set-up sees the bridge through its client"
    return None


def bridge_objection(at: tuple[str, ...], top: str, room: str) -> str | None:
    if top in QT_AND_HOSTS or top in {"qt_panels", "plugin", "install"}:
        return "the bridge knows no panel and no host"
    if top != "bridge" or room == "__version__":
        return None
    here = at[1]
    if here == "client":
        return None if room in {"domain", "client"} else "the client is light: it knows the domain alone"
    if here == "__init__":
        return "whoever imports anything of the bridge runs this file"
    if room not in RANKS.keys() | {"client"} or here not in RANKS:
        return "RANKS does not say where this room stands"
    if room == "client":
        return None if here in {"service", "bench"} else "only what serves or measures the client knows it"
    if room != here and RANKS[room] >= RANKS[here]:
        return f"{room} stands above {here}"
    return None


def module_level(path: Path) -> set[str]:
    """The packages that a file imports as it is loaded: not inside functions, nor for the type checker alone."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            waiting += node.orelse
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)
    return found


def too_early(root: Path) -> list[str]:
    """Imports that must wait for the function that needs them, and do not."""
    found = [
        f"{path.name}: {name}"
        for path in sorted((root / "plugin").rglob("*.py"))
        for name in module_level(path)
        if name.startswith(("bridge.bench", *PREPARED))
    ]
    for path in sorted((root / "install").rglob("*.py")):
        allowed = STANDARD | {"install"}
        found += [f"{path.name}: {name}" for name in module_level(path) if name.split(".")[0] not in allowed]
    return found


def test_what_is_slow_or_not_yet_there_is_imported_where_it_is_used(tmp_path):
    assert too_early(ROOT) == []
    for folder in ("plugin/terminal", "install"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "plugin" / "terminal" / "a.py").write_text("if 1:\n    from bridge.bench import report\n")
    (tmp_path / "plugin" / "terminal" / "b.py").write_text("from bridge.weights import a\n")
    (tmp_path / "install" / "a.py").write_text("import numpy\ndef f():\n    import av\n")
    assert too_early(tmp_path) == ["a.py: bridge.bench.report", "b.py: bridge.weights.a", "a.py: numpy"]


def test_every_arrow_points_down():
    assert wrong_arrows(ROOT) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("bridge/domain/a.py", "from bridge.media import clip"),
        ("bridge/domain/a.py", "from ..media.clip import open_clip"),
        ("bridge/engines/classical/a.py", "import bridge.jobs.store"),
        ("bridge/media/a.py", "from bridge.timelines import read"),
        ("bridge/colorimetry/a.py", "from bridge.net import guard"),
        ("bridge/client/a.py", "from bridge.media import clip"),
        ("bridge/service/a.py", "def f():\n    import PySide6.QtCore"),
        ("bridge/jobs/a.py", "from bridge import service"),
        ("qt_panels/a.py", "import numpy as np"),
        ("qt_panels/a.py", "from bridge.jobs import store"),
        ("plugin/resolve/a.py", "from plugin.nuke import adapter"),
        ("plugin/terminal/a.py", "from bridge.media import clip"),
        ("install/a.py", "from plugin.terminal import main"),
        ("install/a.py", "def f():\n    import numpy"),
        ("install/doctor.py", "from qt_panels import app"),
        ("bridge/__init__.py", "from bridge.jobs import store"),
        ("bridge/newroom/a.py", "from bridge.service import app"),
        ("bridge/media/a.py", "from bridge.newroom import a"),
        ("bridge/jobs/a.py", "from bridge.bench import report"),
        ("bridge/client/a.py", "from .. import jobs"),
        ("qt_panels/a.py", "import httpx"),
        ("plugin/terminal/a.py", "import PySide6.QtCore"),
        ("plugin/terminal/a.py", "import httpx"),
        ("plugin/newhost/a.py", "import os"),
        ("plugin/terminal/a.py", "from bridge.engines import registry"),
        ("plugin/nuke/a.py", "from bridge.engines.environments import find_environment"),
        ("install/run.py", "def f():\n    from bridge.weights import state"),
        ("bridge/media/a.py", "from bridge.weights import state"),
        ("bridge/service/a.py", "def f():\n    import torch"),
        ("bridge/engines/classical/a.py", "from safetensors import safe_open"),
        ("bridge/backends/localish/a.py", "import diffusers"),
        ("plugin/terminal/a.py", "def f():\n    import transformers"),
    ],
)
def test_a_reversed_arrow_is_found(tmp_path, path, line):
    bad = tmp_path / path
    bad.parent.mkdir(parents=True)
    bad.write_text(line)
    assert len(wrong_arrows(tmp_path)) == 1


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("bridge/service/a.py", "from bridge.jobs import store\nfrom bridge.client import Health"),
        ("bridge/media/a.py", "from .exr import write_frame\nfrom bridge.domain.color import Primaries"),
        ("plugin/terminal/a.py", "from bridge.client import Bridge\nfrom .console import say"),
        ("qt_panels/a.py", "from PySide6 import QtWidgets\nfrom bridge.domain.job import Job"),
        ("plugin/terminal/a.py", "def f():\n    from bridge.weights.state import state_of"),
        ("install/doctor.py", "def f():\n    from bridge.engines.environments import find_environment"),
        ("bridge/weights/a.py", "from bridge.engines.ltx.weights import open_weights\nfrom bridge.net import hops"),
        ("bridge/engines/ltx/a.py", "import torch\nfrom diffusers import AutoencoderKLLTX2Video"),
        ("bridge/backends/local/a.py", "def f():\n    import torch"),
    ],
)
def test_a_right_arrow_is_let_through(tmp_path, path, line):
    good = tmp_path / path
    good.parent.mkdir(parents=True)
    good.write_text(line)
    assert wrong_arrows(tmp_path) == []


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("bridge.client", PIXELS | QT_AND_HOSTS | {"fastapi", "uvicorn", "sqlite3"}),
        ("plugin.terminal.main", PIXELS | QT_AND_HOSTS | {"fastapi", "uvicorn"}),
        ("bridge.service.__main__", {"av", "OpenEXR", "numba", "PySide6"}),
    ],
)
def test_what_starts_often_loads_little(module, forbidden):
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not {name.split(".")[0] for name in done.stdout.split()} & forbidden


@pytest.mark.parametrize(
    "code",
    [
        "import bridge.service.__main__",
        "import plugin.terminal.main",
        # What the panel shows of the local backend: whether it can be used, and what it offers.
        "from bridge.backends.local.backend import LtxBackend",
        "import bridge.weights.state, bridge.engines.ltx.weights, bridge.engines.ltx.parameters",
        "from bridge.engines.environments import find_environment; assert find_environment('ltx')",
    ],
)
def test_the_model_s_libraries_stay_in_its_worker(code):
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert not {name.split(".")[0] for name in done.stdout.split()} & MODEL


@pytest.mark.skipif(
    not hasattr(psutil.Process, "memory_maps"), reason="this system does not tell what a process maps"
)
def test_a_bridge_that_offers_the_model_has_not_loaded_its_libraries(tmp_path):
    with Bridge.attach_or_start(home=tmp_path) as bridge:
        try:
            assert "ltx" in {state.backend for state in bridge.do(calls.backends())}
            bridge.capabilities()
            loaded = {Path(each.path).parts for each in psutil.Process(bridge.health().pid).memory_maps()}
        finally:
            bridge.shutdown()
    assert not [parts for parts in loaded if MODEL & set(parts)]


def test_what_hosts_load_is_standard_and_old_enough():
    for path in (ROOT / "bridge" / "domain" / "host.py", ROOT / "bridge" / "domain" / "environment.py"):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))
    # Without site-packages, as in a host that has none of ours.
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import bridge.domain.host, bridge.domain.environment"
    code += "; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded - STANDARD - {"__main__", "bridge"} == set()


def test_the_panel_loads_no_pixels():
    code = "import sys, plugin.standalone.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert not {name.split(".")[0] for name in done.stdout.split()} & (PIXELS | {"fastapi", "uvicorn", "keyring"})
