"""One running Nuke: its script, its main thread, what it renders, and the traps of the real one."""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import knobs, nodes
from .graph import Graph, Op
from .render import render

ACES = [
    "scene_linear\tscene_linear (ACEScg)",
    "compositing_log\tcompositing_log (ACEScct)",
    "ACES2065-1\tACES/ACES2065-1",
    "ACEScg\tACES/ACEScg",
    "Linear Rec.709 (sRGB)\tUtility/Linear Rec.709 (sRGB)",
    "Linear Rec.2020\tUtility/Linear Rec.2020",
    "Gamma 2.4 Encoded Rec.709\tUtility/Gamma 2.4 Encoded Rec.709,Gamma 2.4 Rec.709 - Texture",
    "sRGB - Texture\tUtility/sRGB - Texture",
]
NUKE_DEFAULT = ["default", "linear", "sRGB", "rec709", "Cineon", "Gamma1.8", "Gamma2.2", "Gamma2.4", "AlexaV3LogC"]
_LARGEST_FREE = (1920, 1080)


class App:
    """`version` is the major one. Made on the thread that is Nuke's main thread from then on."""

    def __init__(self, version: int = 16, gui: bool = True) -> None:
        self.version = version
        self.gui = gui
        self.noncommercial = False
        self.main = threading.current_thread()
        self.graph = Graph()
        self.path = ""
        self.context: list[int] = [0]
        self.hit = 0
        self.views = ["main"]
        self.movies: dict[str, dict[str, Any]] = {}
        """Path to what a movie holds: frames, rate, size."""
        self.waiting: queue.Queue[Callable[[], object]] = queue.Queue()
        self.busy = False
        self.fails: dict[int, str] = {}
        """Frame to the message of the RuntimeError that its render raises."""
        self.messages: list[str] = []
        self.menus: dict[str, Any] = {}
        self.panes: dict[str, Any] = {}
        self.callbacks: dict[str, list[Callable[[], None]]] = {"load": [], "close": []}
        self.refused: set[tuple[str, str]] = set()
        """Class and knob that keep their value, whatever is set."""
        self.knob_classes = knobs.classes(self)
        self.node_classes = nodes.classes(self)
        self._equip(self.graph.ops[0])

    # The main thread

    def demand_main(self) -> None:
        if threading.current_thread() is not self.main:
            raise RuntimeError("Nuke's nodes may be touched on its main thread only")

    def away(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Run `work` on another thread, as the panel does, while this one is Nuke's main loop."""
        outcome: list[Any] = []

        def run() -> None:
            try:
                outcome.append((True, work(*arguments)))
            except BaseException as error:  # noqa: BLE001
                outcome.append((False, error))

        thread = threading.Thread(target=run)
        thread.start()
        while thread.is_alive():
            self.idle(0.005)
        self.idle(0)
        good, value = outcome[0]
        if good:
            return value
        raise value

    def idle(self, seconds: float = 0.0) -> None:
        """What is posted is run, unless Nuke is busy: rendering, or with a dialog open."""
        try:
            while not self.busy:
                self.waiting.get(timeout=seconds)() if seconds else self.waiting.get_nowait()()
        except queue.Empty:
            if self.busy and seconds:
                threading.Event().wait(seconds)

    # Nodes

    def op(self, number: int) -> Op:
        self.demand_main()
        if number not in self.graph.ops:
            raise ValueError("A PythonObject is not attached to a node")
        return self.graph.ops[number]

    def wrap(self, number: int) -> Any:
        kind = self.op(number).kind
        return self.node_classes.get(kind, self.node_classes["Group" if kind == "LiveGroup" else "Node"])(number)

    def listed(self, found: list[Any]) -> list[Any]:
        return found[: nodes.MOST_LISTED] if self.noncommercial else found

    def make(self, kind: str, **values: Any) -> Any:
        """A node in the current context; nothing is connected, nothing selected."""
        self.demand_main()
        self.graph.edit(f"Make {kind}")
        op = self.graph.add(kind, self.context[-1], str(values.pop("name", "")))
        self._equip(op)
        for name, value in values.items():
            self.wrap(op.number)[name].setValue(value)
        return self.wrap(op.number)

    def _equip(self, op: Op) -> None:
        for name, (kind, value) in knobs.knobs_of(op.kind).items():
            op.knobs[name], op.kinds[name] = value, kind

    def set_knob(self, op: Op, name: str, value: Any) -> None:
        op = self.op(op.number)
        if (op.kind, name) in self.refused:
            return
        op.knobs[name] = value
        if op.kind == "Write" and name == "file_type":
            for each in ("datatype", "compression"):
                op.knobs.pop(each, None)
            for each, (kind, start) in knobs.knobs_of_type(value).items():
                op.knobs[each], op.kinds[each] = start, kind

    def colorspaces(self) -> list[str]:
        return ACES if self.graph.ops[0].knobs["colorManagement"] == "OCIO" else NUKE_DEFAULT

    # Files and frames

    def evaluate(self, text: str) -> str:
        """TCL: brackets are commands, and a dollar begins a variable."""
        text = re.sub(r"\[file dirname \[value root\.name\]\]", str(Path(self.path).parent), text)
        return re.sub(r"\[[^\]]*\]|\$\w+", "", text)

    def found_range(self, path: str) -> tuple[int, int]:
        if path in self.movies:
            return 1, int(self.movies[path]["frames"])
        head, _, tail = re.sub(r"%0?\d*d", "\0", Path(path).name).partition("\0")
        numbered = re.compile(f"{re.escape(head)}(\\d+){re.escape(tail)}")
        files = Path(path).parent.iterdir() if Path(path).parent.is_dir() else []
        numbers = sorted(int(match[1]) for file in files if (match := numbered.fullmatch(file.name)))
        return (numbers[0], numbers[-1]) if numbers else (1, 1)

    def range_of(self, op: Op) -> tuple[int, int]:
        if "range" in op.stated:
            return op.stated["range"]
        if op.kind != "Read":
            above = [self.range_of(self.graph.ops[each]) for each in op.inputs if each is not None]
            return (min(a for a, _ in above), max(b for _, b in above)) if above else (1, 100)
        first, last = op.knobs["first"], op.knobs["last"]
        mode, text = op.knobs["frame_mode"], op.knobs["frame"].strip()
        if mode == "start at" and text:
            return int(text), int(text) + last - first
        if mode == "offset" and text:
            return first - int(text), last - int(text)
        if mode == "expression" and text == "frame*2":
            return first, first + (last - first) // 2
        return first, last

    def metadata_of(self, op: Op) -> dict[str, Any]:
        movie = self.movies.get(self.evaluate(op.knobs.get("file", "")), {})
        return {"input/frame_rate": movie["rate"]} if "rate" in movie else dict(op.stated.get("metadata", {}))

    def size_of(self, op: Op) -> tuple[int, int]:
        if "size" in op.stated:
            return op.stated["size"]
        return next((self.size_of(self.graph.ops[each]) for each in op.inputs if each is not None), (16, 8))

    def channels_of(self, op: Op) -> list[str]:
        if "channels" in op.stated:
            return list(op.stated["channels"])
        rgb = ["rgba.red", "rgba.green", "rgba.blue"]
        alpha = op.stated.get("alpha") or op.kind in ("Roto", "RotoPaint")
        return [*rgb, "rgba.alpha"] if alpha else rgb

    def execute(
        self, name: Any, start: int, end: int, incr: int = 1, views: Any = None, continueOnError: bool = False
    ) -> None:
        self.demand_main()
        op = name._op if not isinstance(name, str) else next(o for o in self.graph.ops.values() if o.name == name)
        views = self.views if views is None else views
        if self.noncommercial and any(a > b for a, b in zip(self.size_of(op), _LARGEST_FREE, strict=True)):
            raise RuntimeError("Non-commercial: the format is too large")
        for _ in views:
            for frame in range(start, end + 1, incr):
                if frame in self.fails:
                    raise RuntimeError(self.fails[frame])
                render(self, op, frame)

    # Scripts

    def save_as(self, path: str) -> None:
        self.path, self.graph.modified = path, False

    def reopen(self) -> None:
        """The same script, read again from its file: undo knows nothing of it any more."""
        kept = self.graph.ops
        self.clear()
        self.graph.ops = kept
        self._call("load")

    def clear(self, path: str = "") -> None:
        self._call("close")
        numbers = self.graph._numbers
        self.graph = Graph()
        self.graph._numbers = numbers
        self._equip(self.graph.ops[0])
        self.path = path or self.path

    def open_other(self, path: str) -> None:
        self.clear(path)
        self.path = path
        self._call("load")

    def _call(self, event: str) -> None:
        for each in list(self.callbacks[event]):
            each()

    def snapshot(self) -> dict[str, Any]:
        """Everything that can be seen of the script, for comparing."""
        graph = self.graph
        name = {number: graph.full_name(op) for number, op in graph.ops.items() if number}
        return {
            name[op.number]: (
                op.kind,
                tuple(None if each is None else name[each] for each in op.inputs),
                tuple(sorted(op.knobs.items())),
                op.at,
                op.selected,
            )
            for op in graph.ops.values()
            if op.number
        }
