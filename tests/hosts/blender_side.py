"""Runs in the Python of a Blender: executes what a test sends, one JSON line at a time, and answers with one.

Standard library, `bpy` and what the adapter itself may load. `kit` is what snippets work with.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path += [str(HERE.parents[1]), str(HERE)]

LIMIT_SECONDS = 60
"""After which a snippet that hangs ends Blender, and says where it hung."""


def main() -> None:
    # Blender writes of every render to the standard output: that gets another one.
    line = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    import blender_kit as kit

    faulthandler.enable()
    for asked in sys.stdin:
        names = {"kit": kit, "bpy": kit.bpy, "given": json.loads(asked)["given"]}
        faulthandler.dump_traceback_later(LIMIT_SECONDS, exit=True)
        try:
            exec(compile(json.loads(asked)["code"], "<test>", "exec"), names)
            answer = {"value": names.get("answer")}
        except Exception as error:  # noqa: BLE001 - carried to the test
            answer = {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}
            for name in ("sentence", "kind", "remedy", "detail"):
                answer[name] = getattr(error, name, "")
        faulthandler.cancel_dump_traceback_later()
        line.write(json.dumps(answer, default=str) + "\n")
        line.flush()
    os._exit(0)  # Blender's own clean-up can crash, and nothing of it is wanted


if __name__ == "__main__":
    main()
