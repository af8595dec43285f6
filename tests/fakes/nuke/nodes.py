"""Nodes: every answer is a new wrapper, so that they are compared by ==; one of a deleted node is dead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .knobs import behind_stub

if TYPE_CHECKING:
    from .app import App

_MOST_LISTED = 10
"""What a Non-commercial Nuke gives of a list of nodes."""


def classes(app: App) -> dict[str, type]:
    """The node classes of one running Nuke."""

    class Node:
        def __init__(self, number: int) -> None:
            self._number = number

        @property
        def _op(self) -> Any:
            return app.op(self._number)

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Node) and other._number == self._number

        def __hash__(self) -> int:
            return hash(self._number)

        def __getitem__(self, name: str) -> Any:
            knob = self.knob(name)
            if knob is None:
                raise NameError(f"knob {name} does not exist")
            return knob

        def Class(self) -> str:
            return self._op.kind

        def name(self) -> str:
            return self._op.name

        def fullName(self) -> str:
            return app.graph.full_name(self._op)

        def setName(self, name: str, uncollide: bool = True, updateExpressions: bool = False) -> None:
            self._op.name = name

        def parent(self) -> Any:
            return app.wrap(self._op.parent)

        # Knobs

        def knob(self, p: str, follow_link: bool = False) -> Any:
            op = self._op
            return app.knob_classes[op.kinds[p]]._on(op.number, p) if p in op.knobs else None

        def knobs(self) -> dict[str, Any]:
            return {name: self.knob(name) for name in self._op.knobs}

        def addKnob(self, knob: Any) -> None:
            op = self._op
            if knob._name in op.knobs:
                raise ValueError(f"a knob {knob._name} is there already")
            app.graph.edit(f"Add {knob._name}")
            op = self._op
            op.knobs[knob._name], op.kinds[knob._name] = knob._start, type(knob).__name__
            knob._number = op.number

        # Inputs

        def inputs(self) -> int:
            return len(self._op.inputs)

        def input(self, index: int) -> Any:
            inputs = self._op.inputs
            number = inputs[index] if index < len(inputs) else None
            return None if number is None else app.wrap(number)

        def setInput(self, i: int, node: Any) -> bool:
            if self._op.locked or self._op.kind == "Read":
                return False
            app.graph.edit(f"Connect {self._op.name}")
            inputs = self._op.inputs
            inputs.extend([None] * (i + 1 - len(inputs)))
            inputs[i] = None if node is None else node._op.number
            while inputs and inputs[-1] is None:
                inputs.pop()
            return True

        def dependent(self, mask: int, forceEvaluate: bool = True) -> list[Any]:
            """What was true when it was asked last."""
            number = self._op.number
            known = app.graph.stale.get(number, [])
            app.graph.stale[number] = app.graph.below(number)
            return [app.wrap(each) for each in known if each in app.graph.ops]

        # The picture

        def firstFrame(self) -> int:
            return app.range_of(self._op)[0]

        def lastFrame(self) -> int:
            return app.range_of(self._op)[1]

        def channels(self) -> list[str]:
            return app.channels_of(self._op)

        def width(self) -> int:
            return app.size_of(self._op)[0]

        def height(self) -> int:
            return app.size_of(self._op)[1]

        def metadata(self, key: str, time: float = 0, view: str = "") -> Any:
            return app.metadata_of(self._op).get(key)

        # The node graph

        def xpos(self) -> int:
            return self._op.at[0]

        def ypos(self) -> int:
            return self._op.at[1]

        def setXYpos(self, x: int, y: int) -> None:
            if not isinstance(x, int) or not isinstance(y, int):
                raise TypeError("integers, please")
            app.graph.edit("Move")
            self._op.at = (x, y)

        def isSelected(self) -> bool:
            return self._op.selected

        def setSelected(self, selected: bool) -> None:
            self._op.selected = selected

    class Group(Node):
        def begin(self) -> Any:
            app.context.append(self._op.number)
            return self

        def end(self) -> None:
            app.context.pop()

        def __enter__(self) -> Any:
            return self.begin()

        def __exit__(self, *_: object) -> None:
            self.end()

        def nodes(self) -> list[Any]:
            return app.listed([app.wrap(op.number) for op in app.graph.children(self._op.number)])

        def selectedNodes(self) -> list[Any]:
            return app.listed([app.wrap(op.number) for op in app.graph.children(self._op.number) if op.selected])

        def subgraphLocked(self) -> bool:
            return self._op.locked

    class Gizmo(Group):
        pass

    class Viewer(Node):
        pass

    class Root(Group):
        def name(self) -> str:
            return app.path or "Root"

        def realFps(self) -> float:
            return float(self._op.knobs["fps"])

        def fps(self) -> int:
            return round(self._op.knobs["fps"])

        def modified(self) -> bool:
            app.demand_main()
            return app.graph.modified

        def setModified(self, modified: bool) -> None:
            app.demand_main()
            app.graph.modified = modified

    return {each.__name__: behind_stub(each) for each in (Node, Group, Gizmo, Viewer, Root)}


MOST_LISTED = _MOST_LISTED
