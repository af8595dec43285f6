"""Rules of the house that a reader would otherwise have to check by eye."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from bridge.domain.errors import ERRORS

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [
    path for top in ("bridge", "qt_panels", "plugin", "install") for path in sorted((ROOT / top).rglob("*.py"))
]
FAMILIES = {"SuperwhiteError", "MediaError", "OutputError", "EngineError", "BridgeError", "JobError", "TimelineError"}
FAMILIES |= {"HostError", "RemoteError"}


def test_fakes_are_classes_not_mocks():
    banned = re.compile(r"unittest[.]mock|Magic[M]ock|\bmocker\b")
    assert banned.search("from unittest" + ".mock import patch")
    assert not [p.name for p in (ROOT / "tests").rglob("*.py") if banned.search(p.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_fits_on_a_few_screens(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_every_error_has_a_code_of_its_own_and_a_heading():
    kinds = {kind: error.exit_code for kind, error in ERRORS.items() if kind not in FAMILIES}
    assert len(set(kinds.values())) == len(kinds)
    assert not set(kinds.values()) & {0, 1, 2}
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    for kind, code in kinds.items():
        assert re.search(rf"### {kind}\nExit code {code}\.", text), kind


def test_the_locks_hold_every_dependency_in_its_range():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"]
    development = [item for item in project["dependency-groups"]["dev"] if isinstance(item, str)]
    # torch is not among them: its build is for the card at hand, and the locks name its version alone.
    engine = [item for item in project["project"]["optional-dependencies"]["ltx"] if not item.startswith("torch==")]
    locks = (("runtime", wanted), ("ltx", wanted + engine), ("dev", wanted + engine + development))
    for name, requirements in locks:
        lock = (ROOT / "install" / "lock" / f"{name}.txt").read_text(encoding="utf-8")
        pins = {m[1].lower(): Version(m[2]) for m in re.finditer(r"^([\w.-]+)==([\w.]+)", lock, re.MULTILINE)}
        for requirement in map(Requirement, requirements):
            assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), requirement
        assert lock.count("--hash=sha256:") >= len(pins)
        assert "://" not in lock


def test_the_locks_agree_with_each_other():
    """Else an environment for development, or for an engine, would not run what the others do."""
    pinned: dict[str, str] = {}
    for name in ("runtime", "ltx", "dev"):
        lock = (ROOT / "install" / "lock" / f"{name}.txt").read_text(encoding="utf-8")
        for package, version in re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE):
            assert pinned.setdefault(package, version) == version, package


def test_the_top_level_holds_what_it_should():
    allowed = {"bridge", "qt_panels", "plugin", "install", "tests", "docs", "pyproject.toml"}
    allowed |= {"README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"}
    present = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert present - {"superwhite-out", "dist", "build", "shared"} <= allowed
