"""Resolve as a stand-in, at every version, with real media."""

from __future__ import annotations

from fractions import Fraction

import pytest

from plugin.hosting.journal import Journal
from tests.clips import write_numbered
from tests.fakes.resolve.proxy import VERSIONS
from tests.fakes.resolve.reel import host_of
from tests.fakes.resolve.stage import Stage


@pytest.fixture(params=VERSIONS)
def version(request):
    return request.param


@pytest.fixture(scope="session")
def footage(tmp_path_factory):
    """A movie of 48 frames at 24, each of which bears its number, under a name that is not ASCII."""
    return write_numbered(tmp_path_factory.mktemp("plätes 片") / "Aufnahme ü片.mov", 48, rate=Fraction(24))


@pytest.fixture
def stage(version):
    made = Stage(version)
    made.project()
    made.timeline()
    return made


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "journal")


@pytest.fixture
def host(stage, journal):
    return host_of(stage, journal)
