"""A panel that dies while it places a result: `crash_main HOME JOURNALS TIMELINE JOB CLIP before|after`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TypeVar

from bridge.client import Bridge, Call
from bridge.domain.host import PlaceOrder, Result
from bridge.domain.timeline import TimelineOrder
from plugin.standalone.host import StandaloneHost

T = TypeVar("T")


class Deadly(Bridge):
    """Ends the process around the call that writes into the folder of the timeline."""

    def do(self, call: Call[T]) -> T:
        deed = call.path == "/v1/timelines/write" and call.content is not None
        fatal = deed and TimelineOrder.model_validate_json(call.content or "").folder == timeline.parent
        if fatal and moment == "before":
            os._exit(9)
        answer = super().do(call)
        if fatal:
            os._exit(9)
        return answer


if __name__ == "__main__":
    home, journals, timeline = map(Path, sys.argv[1:4])
    job, clip, moment = sys.argv[4:]
    host = StandaloneHost(lambda: Deadly.attach_or_start(home=home, start=False), journals)
    result = Result(job, clip, "", "", 0, 0, "24", 0, 0, 0, 0, "lin_rec709", 203)
    host.place(PlaceOrder(str(timeline), (result,)))
