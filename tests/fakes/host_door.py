"""An application with a door, in a process of its own: `python -m tests.fakes.host_door STATE CLIPS`.

CLIPS is JSON, a list of `HostClip`s. It leaves when its standard input ends, and says then what lies on its timeline.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from bridge.domain.host import Exported, HostClip, HostFacts
from plugin.hosting.door import Door
from plugin.hosting.installation import Installation
from tests.clips import write_numbered
from tests.fakes.host import FakeHost

RENDERED = 8


def render(clip: str, folder: Path, handles: int) -> Exported:
    path = write_numbered(folder / "render.mp4", RENDERED)
    return Exported(str(path), "25", 0, RENDERED, 1, 1)


def render_mask(clip: str, mask: str, folder: Path) -> str:
    return str(write_numbered(folder / "mask.mp4", RENDERED))


class Application(FakeHost):
    def facts(self) -> HostFacts:
        return replace(super().facts(), name="blender", title="Blender")


def main(state: str, clips: str) -> None:
    host = Application(
        *TypeAdapter(tuple[HostClip, ...]).validate_json(clips), renders=render, masks=render_mask, together=False
    )
    door = Door(Installation(Path.cwd(), Path(sys.executable), Path(state)), "blender", host)
    door.open()
    sys.stdout.write("open\n")
    sys.stdout.flush()
    sys.stdin.read()
    orders = [[result.clip for result in order.results] for order in host.orders]
    sys.stdout.write(json.dumps({"placed": host.placed, "orders": orders}) + "\n")
    door.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
