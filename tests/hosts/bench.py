"""How long Blender is kept waiting: python -m tests.hosts.bench

Needs the Pythons that `SUPERWHITE_BLENDER_4_5` and `SUPERWHITE_BLENDER_5_0` name.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.hosts.blender import VERSIONS, Blender, python_of
from tests.hosts.footage import movie, sequence, stills

LIMITS = {"200 strips selected": 2000.0, "240 frames placed": 1000.0, "longest slice": 100.0}
"""In milliseconds, of the whole call and of what it holds the main thread for without a break."""


def main() -> int:
    found = [(version, python) for version in sorted(VERSIONS) if (python := python_of(version))]
    if not found:
        print("No Blender here:", " and ".join(VERSIONS.values()), "name its Python.")  # noqa: T201
        return 2
    slow = False
    print(f"{'Blender':10} {'call':44} {'ms':>8} {'longest slice':>14} {'slices':>7}")  # noqa: T201
    for version, python in found:
        with tempfile.TemporaryDirectory() as folder:
            for title, limit, total, longest, count in _measured(version, python, Path(folder)):
                slow = slow or total > limit or longest > LIMITS["longest slice"]
                print(f"{version:10} {title:44} {total:8.1f} {longest:14.1f} {count:7}")  # noqa: T201
    print("limits:", ", ".join(f"{title} {limit:.0f} ms" for title, limit in LIMITS.items()))  # noqa: T201
    return 1 if slow else 0


def _measured(version: str, python: str, folder: Path) -> list[tuple[str, float, float, float, int]]:
    plate = movie(folder / "plate.mkv", 60, "30000/1001")
    files = stills(folder / "stills", 1001, 60)
    made = sequence(folder / "plate_hdr_v001", 0, 240)
    long = movie(folder / "long.mkv", 240)
    rows: list[tuple[str, float, float, float, int]] = []
    blender = Blender(version, python)
    try:
        blender.run(
            "kit.begin(given['j'])\n"
            "for each in range(100):\n"
            "    kit.movie(given['p'], channel=1 + each % 20, start=1 + each // 20 * 70, name=f'm{each}')\n"
            "    kit.images(given['f'], channel=21 + each % 20, start=1 + each // 20 * 70, name=f'i{each}')\n",
            j=folder / "journal", p=plate, f=files,
        )  # fmt: skip
        blender.run("kit.attach(given['j'], kit.timed)", j=folder / "journal")
        for title in ("200 strips selected, first look", "200 strips selected, again"):
            value = blender.run("answer = kit.measured(kit.host.selection)")
            rows.append((title, LIMITS["200 strips selected"], *value))
        blender.run("kit.begin(given['j']); kit.movie(given['p'])", j=folder / "journal", p=long)
        order = made.of("job", '["strip", "Scene", "long"]')
        value = blender.run(
            "kit.attach(given['j'], kit.timed); answer = kit.measured(lambda: kit.place([given['r']]))",
            j=folder / "journal", r=order,
        )  # fmt: skip
        rows.append(("sequence placed, 240 frames", LIMITS["240 frames placed"], *value))
        value = blender.run("answer = kit.measured(lambda: kit.place([given['r']]))", r=order)
        rows.append(("the same again, nothing changed", LIMITS["240 frames placed"], *value))
    finally:
        blender.close()
    return rows


if __name__ == "__main__":
    sys.exit(main())
