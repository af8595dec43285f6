"""A worker of the local backend without a model: it does what the settings of its orders say, or the file `does.json`
in their staging folder.

`fake_python` makes a file that stands for an environment's Python and runs this, whatever module it is told to run.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def fake_python(path: Path) -> Path:
    """An executable at `path`, whose folder exists."""
    # Not at the head: as a worker this file is no part of a package.
    from .programs import write_program

    return write_program(path, f"import runpy\nrunpy.run_path({str(Path(__file__))!r}, run_name='worker')\n")


def main() -> None:
    sys.path.insert(0, str(ROOT))
    if "-c" in sys.argv:  # asked whether it can load the engine
        return
    from bridge.backends.answering import begin
    from bridge.domain.errors import GpuLost, JobCancelled
    from bridge.domain.job import Deliverable, Running
    from bridge.engines.protocol import Broken, Finished, LocalInstruction, LocalOrder, Progress, Said, Stop, Warmed

    answers = begin("fake")
    stopped: set[str] = set()
    orders: list[object] = []
    came = threading.Condition()

    def listen() -> None:
        for line in sys.stdin:
            instruction = LocalInstruction.validate_json(line)
            with came:
                if isinstance(instruction, Stop):
                    stopped.add(instruction.job)
                else:
                    stopped.discard(getattr(instruction, "job", ""))
                    orders.append(instruction)
                came.notify_all()
        os._exit(3)

    def say(job: str, answer: Progress | Finished | Broken | Warmed) -> None:
        answers.write(Said(job=job, answer=answer).model_dump_json() + "\n")
        answers.flush()

    threading.Thread(target=listen, daemon=True).start()
    while True:
        with came:
            came.wait_for(lambda: orders)
            order = orders.pop(0)
        if not isinstance(order, LocalOrder):
            say("", Warmed())
            continue
        script = order.reservation.staging / "does.json"
        does = json.loads(script.read_text()) if script.exists() else order.request.parameters
        job = order.job
        seen = {"card": os.environ.get("CUDA_VISIBLE_DEVICES", ""), "pid": os.getpid(), "seed": order.seed}
        say(job, Progress(state=Running(note=json.dumps(seen))))
        os.write(1, b"a native library says something\n")
        sys.stdout.write("so does a Python one\n")
        attempts = order.reservation.staging / "attempts"
        begun = int(attempts.read_text()) + 1 if attempts.exists() else 1
        attempts.write_text(str(begun))
        if begun <= int(str(does.get("die", 0))):
            os.kill(os.getpid(), 9)
        if begun <= int(str(does.get("lose_card", 0))):
            say(job, Broken(error=GpuLost("The card stopped answering.").report()))
            continue
        if does.get("nonsense"):
            answers.write("{]\n")
            answers.flush()
        end = time.monotonic() + float(str(does.get("seconds", 0)))
        while time.monotonic() < end:
            if job in stopped and not does.get("deaf"):
                break
            time.sleep(0.01)
        if job in stopped and not does.get("deaf"):
            say(job, Broken(error=JobCancelled("The job was cancelled.").report()))
            continue
        made = order.reservation.final
        say(
            job,
            Finished(
                result=Deliverable(
                    directory=made,
                    pattern="a.%08d.exr",
                    first=0,
                    last=0,
                    frames=1,
                    width=1,
                    height=1,
                    reference_white=203,
                    sidecar=made / "a.json",
                    review=None,
                    poster=None,
                    master=None,
                )
            ),
        )


if __name__ in ("__main__", "worker"):
    main()
