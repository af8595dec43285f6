"""Getting hold of Resolve, and what is said where that cannot be."""

from __future__ import annotations

import os
import sys

import pytest

from bridge.domain.host import HostFailure
from plugin.resolve.attach import attach
from tests.fakes.resolve.proxy import FREE_CALLS
from tests.fakes.resolve.stage import Stage

MODULE = "DaVinciResolveScript"


@pytest.fixture
def attached(tmp_path, monkeypatch):
    """Attaches as a process of its own would, with the environment of a stage."""
    monkeypatch.setattr(sys, "path", list(sys.path))

    def now(stage, **changes):
        monkeypatch.delitem(sys.modules, MODULE, raising=False)
        environment = {**stage.environment(tmp_path / "fusionscript.so"), **changes}
        for key, value in environment.items():
            monkeypatch.setenv(key, value)
        return attach(os.environ)

    yield now
    sys.modules.pop(MODULE, None)


def stage_of(tmp_path, version="21.1", **how):
    stage = Stage(version, file=tmp_path / "resolve.json", **how)
    stage.project()
    return stage


def test_a_running_studio_is_attached(tmp_path, attached, version):
    resolve = attached(stage_of(tmp_path, version))
    assert resolve.GetVersionString() == version


def failure(attached, stage, **changes):
    with pytest.raises(HostFailure) as caught:
        attached(stage, **changes)
    assert caught.value.remedy
    return caught.value


def test_not_running_and_not_let_in_are_told(tmp_path, attached):
    for key in ("running", "external"):
        stage = stage_of(tmp_path)
        with stage.changing() as doc:
            doc[key] = False
        told = failure(attached, stage)
        assert told.kind == "lost"
        assert "External scripting" in told.remedy
        (tmp_path / "resolve.json").unlink()


def test_no_resolve_on_this_machine(tmp_path, attached):
    told = failure(attached, stage_of(tmp_path), RESOLVE_SCRIPT_API=str(tmp_path / "nowhere"))
    assert told.kind == "unsupported"
    assert "RESOLVE_SCRIPT_API" in told.remedy


def test_a_library_that_does_not_load(tmp_path, attached):
    told = failure(attached, stage_of(tmp_path), RESOLVE_SCRIPT_LIB=str(tmp_path / "gone.so"))
    assert "cannot be loaded" in told.sentence
    assert "gone.so" in told.detail


def test_the_free_edition_is_never_asked_for_more(tmp_path, attached, version):
    """Anything else shows a dialog there, behind which every call fails."""
    stage = stage_of(tmp_path, version, studio=False)
    with stage.changing() as doc:
        doc["lets_free_in"] = True
    told = failure(attached, stage)
    assert "free edition" in told.sentence
    assert stage.doc["busy"] == ""
    with stage.state.turn(changes=False):
        assert stage.doc["busy"] == ""
    assert {"Resolve.GetProductName"} <= FREE_CALLS


def test_places_of_this_system_are_known(monkeypatch):
    monkeypatch.delenv("RESOLVE_SCRIPT_API", raising=False)
    environment = {}
    with pytest.raises(HostFailure, match="not on this machine") as caught:
        attach(environment)
    assert "Developer" in caught.value.detail
    assert environment == {}
