"""An application that keeps what `Host` promises, or breaks it in one way: `python -m ... STATE CLIP MOOD`.

It leaves when its standard input ends, and says then what lies on its timeline and whether the clip is enabled.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from bridge.domain.host import SKIP, HostClip, HostFacts, HostFailure, Placed, PlaceOrder, Placing, Selection
from plugin.hosting.door import Door
from plugin.hosting.installation import Installation
from tests.fakes.host import FakeHost


class Application(FakeHost):
    """`mood` names the promise that it breaks; empty where it breaks none."""

    def __init__(self, clip: HostClip, mood: str = "") -> None:
        super().__init__(clip, together=False)
        self.mood = mood
        self.asked = 0
        if mood == "offers nothing":
            self.abilities = replace(self.abilities, place=False)
        if mood == "no project":
            self.project = ""

    def facts(self) -> HostFacts:
        return replace(super().facts(), name="blender", title="Blender")

    def selection(self) -> Selection:
        self.asked += 1
        clips = () if self.mood == "nothing selected" else self.clips
        return Selection(str(self.asked) if self.mood == "restless" else str(hash(clips)), clips)

    def place(self, order: PlaceOrder) -> Placing:
        if order.project != self.project and self.mood != "any project":
            raise HostFailure("Another project is open.", remedy="Open the project again.")
        if self.mood == "place fails":
            raise HostFailure("The track is locked.")
        (result,) = order.results
        lies = [placement for placement, job in self.placed.items() if job == result.job]
        if lies and self.mood != "places twice":
            return Placing((Placed(result.job, lies[0]),), "It lies there already.")
        if order.conflict == SKIP and self.placed and self.mood != "skips nothing":
            return Placing((Placed(result.job, ""),), "1 skipped.")
        placement = f"p{len(self.placed) + 1}"
        self.placed[placement] = result.job
        self._enable(self.mood == "forgets the source")
        return Placing((Placed(result.job, placement),), "1 placed.")

    def revert(self, placements: tuple[str, ...]) -> str:
        if self.mood == "reverts nothing":
            return "1 taken out."
        if any(each not in self.placed for each in placements):
            if self.mood == "lost at the end":
                raise HostFailure("It does not answer.", kind="lost")
            raise HostFailure("That has been taken out already.")
        for each in placements:
            del self.placed[each]
        self._enable(not self.placed)
        return "1 taken out."

    def _enable(self, enabled: bool) -> None:
        self.clips = tuple(replace(clip, enabled=enabled) for clip in self.clips)


def main(state: str, clip: str, mood: str) -> None:
    host = Application(TypeAdapter(HostClip).validate_json(clip), mood)
    door = Door(Installation(Path.cwd(), Path(sys.executable), Path(state)), "blender", host)
    door.open()
    sys.stdout.write("open\n")
    sys.stdout.flush()
    sys.stdin.read()
    sys.stdout.write(json.dumps({"placed": host.placed, "enabled": host.clips[0].enabled}) + "\n")
    door.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
