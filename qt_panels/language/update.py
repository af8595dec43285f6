"""Bring the language files up to date with the code: `python -m qt_panels.language.update`.

Needs the Linguist tools, which come with PySide6-Essentials.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import PySide6

from . import FOLDER, LANGUAGES

ROOT = FOLDER.parents[1]


def sources(root: Path = ROOT) -> list[str]:
    """Every file with texts of the panel, relative to `root`."""
    folders = (root / "qt_panels", root / "plugin" / "standalone", root / "plugin" / "remote_host")
    found = [path for folder in folders for path in folder.rglob("*.py")]
    return sorted(str(path.relative_to(root)) for path in found)


def update(folder: Path = FOLDER) -> None:
    """Take new texts into the `.ts` files in `folder`, drop those that are gone, and make the `.qm` files."""
    for language in LANGUAGES:
        ts = folder / f"superwhite_{language}.ts"
        plural = ["-pluralonly"] if language == "en" else []
        head = ["-source-language", "en", "-target-language", language, "-locations", "none", "-no-obsolete"]
        _run("lupdate", *plural, *head, *sources(), "-ts", str(ts))
        _run("lrelease", "-silent", str(ts), "-qm", str(ts.with_suffix(".qm")))


def _run(tool: str, *arguments: str) -> None:
    folder = Path(PySide6.__file__).parent
    tools = (folder / tool, folder / f"{tool}.exe", folder / "Qt" / "libexec" / tool)
    program = next(path for path in tools if path.exists())
    subprocess.run([str(program), *arguments], cwd=ROOT, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    update()
