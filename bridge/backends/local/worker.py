"""The worker that keeps a model loaded: orders one after the other, until its standard input closes.

python -m bridge.backends.local.worker cpu|mps|cuda [UUID]

The environment shows it one card, that of the UUID.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO, cast, get_args

from pydantic import ValidationError

from bridge.backends.answering import begin, broken
from bridge.domain.errors import JobCancelled
from bridge.domain.job import Deliverable, JobState
from bridge.engines.protocol import Broken, Finished, LocalInstruction, LocalOrder, Progress, Said, Stop, Warm, Warmed

if TYPE_CHECKING:
    from .desk import Desk

Kind = Literal["cpu", "mps", "cuda"]
Report = Callable[[JobState], None]


class Orders:
    """What the bridge wants, heard on a thread of its own."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[LocalOrder | Warm] = queue.SimpleQueue()
        self._stopped = ""

    def next(self) -> LocalOrder | Warm:
        return self._waiting.get()

    def check(self, job: str) -> None:
        """Raises `JobCancelled` once `job` is to stop."""
        if self._stopped == job:
            raise JobCancelled("The job was cancelled.")

    def listen(self) -> None:
        for line in sys.stdin:
            try:
                instruction = LocalInstruction.validate_json(line)
            except ValidationError:
                continue
            if isinstance(instruction, Stop):
                self._stopped = instruction.job
                continue
            if isinstance(instruction, LocalOrder) and instruction.job == self._stopped:
                self._stopped = ""  # wanted again
            self._waiting.put(instruction)
        # The bridge is gone, and with it the one who would read an answer. Frames under their final names are whole.
        os._exit(3)


def main() -> int:
    answers = begin("local worker")
    kind, uuid = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    if kind not in get_args(Kind):
        return 2
    orders = Orders()
    threading.Thread(target=orders.listen, name="orders", daemon=True).start()
    desk: Desk | None = None
    while True:
        order = orders.next()
        _log_to(order.log)
        job = order.job if isinstance(order, LocalOrder) else ""
        try:
            if desk is None:
                # Imported late: a stop is heard while torch loads.
                from .desk import Desk

                desk = Desk(cast("Kind", kind), uuid)
            _say(answers, job, _obey(order, desk, orders, answers))
        except Exception as error:  # noqa: BLE001 - the process boundary
            _say(answers, job, broken(error))


def _obey(order: LocalOrder | Warm, desk: Desk, orders: Orders, answers: TextIO) -> Finished | Warmed:
    if isinstance(order, Warm):
        desk.warm(order.weights)
        return Warmed()

    def report(state: JobState) -> None:
        orders.check(order.job)
        _say(answers, order.job, Progress(state=state))

    return Finished(result=_carry_out(order, desk, report))


def _carry_out(order: LocalOrder, desk: Desk, report: Report) -> Deliverable:
    if order.request.workflow == "hdr_lift":
        from .lifting import carry_out

        return carry_out(order, desk, report)
    from .moving_work import carry_out

    return carry_out(order, desk, report)


def _say(stream: TextIO, job: str, answer: Progress | Finished | Broken | Warmed) -> None:
    stream.write(Said(job=job, answer=answer).model_dump_json() + "\n")
    stream.flush()


def _log_to(path: Path) -> None:
    """What libraries print belongs to the log of the job that they print about."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o666)
    except OSError:  # a log is no reason to fail
        return
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    os.close(descriptor)


if __name__ == "__main__":
    sys.exit(main())
