"""Every text of the panel is there in every language, and fits its placeholders."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ElementTree
from typing import get_args

import pytest
from PySide6.QtCore import QCoreApplication, QLocale

from bridge.backends.embedded.backend import EmbeddedBackend
from bridge.backends.local.backend import LtxBackend
from bridge.backends.remote.offers import offers
from bridge.domain.settings import EndpointKind
from qt_panels import language
from qt_panels.counts import counts
from qt_panels.language import FOLDER, LANGUAGES
from qt_panels.language.update import update
from qt_panels.look.fields import said
from qt_panels.look.known import known_texts
from qt_panels.look.masks import mask_schema
from qt_panels.look.schema import parameters


def messages(name):
    tree = ElementTree.parse(FOLDER / f"superwhite_{name}.ts").getroot()
    for context in tree.findall("context"):
        for message in context.findall("message"):
            translation = message.find("translation")
            forms = [form.text or "" for form in translation.findall("numerusform")] or [translation.text or ""]
            yield context.findtext("name"), message.findtext("source"), forms, translation.get("type")


def test_the_files_are_up_to_date_with_the_code(tmp_path):
    for name in LANGUAGES:
        shutil.copy(FOLDER / f"superwhite_{name}.ts", tmp_path)
    update(tmp_path)
    for name in LANGUAGES:
        for suffix in ("ts", "qm"):
            kept = FOLDER / f"superwhite_{name}.{suffix}"
            assert (tmp_path / kept.name).read_bytes() == kept.read_bytes(), kept.name


@pytest.mark.parametrize("name", LANGUAGES)
def test_nothing_is_left_untranslated_and_placeholders_agree(name):
    found = list(messages(name))
    assert len(found) > (5 if name == "en" else 400)
    for context, source, forms, state in found:
        place = f"{context}: {source}"
        assert state is None, place
        for form in forms:
            assert form.strip(), place
            assert sorted(re.findall(r"\{\w*\}", form)) == sorted(re.findall(r"\{\w*\}", source)), place
            assert form.count("%n") == source.count("%n"), place
            assert form.count("&") == source.count("&"), place
            assert (form[:1] == " ") == (source[:1] == " "), place


def test_texts_of_the_backend_are_among_those_that_are_translated(qapp):
    known = set(known_texts())
    remote = [offer.capability(kind) for kind in get_args(EndpointKind) for offer in offers(kind)]
    remote += [offer.capability("box") for offer in offers("superwhite", "ltx")]
    # What keeps the local ones from being used comes from this machine, and is shown as it comes.
    local = [each.model_copy(update={"unknown": ""}) for each in LtxBackend().capabilities()]
    for capability in (*EmbeddedBackend().capabilities(), *remote, *local):
        texts = {capability.title, capability.description, capability.unknown}
        for each in every(parameters(capability.parameters)):
            texts |= {each.title, each.help, each.unit, *each.labels.values()}
        assert texts - {""} <= known
    for each in parameters(mask_schema()):
        assert {each.title, each.help, each.unit, *each.labels.values()} - {""} <= known


def every(found):
    for each in found:
        yield each
        yield from every(each.columns)


@pytest.fixture
def speak(qapp):
    before = QLocale()
    installed = []

    def say(name):
        installed.extend(language.install(qapp, name))

    yield say
    for translator in installed:
        qapp.removeTranslator(translator)
    qapp.setProperty("superwhite_language", None)
    QLocale.setDefault(before)


def test_the_panel_speaks(speak):
    speak("de")
    assert language.spoken() == "de"
    assert QCoreApplication.translate("JobsView", "Cancel all") == "Alle abbrechen"
    assert (counts.frames(1), counts.frames(2)) == ("1 Bild", "2 Bilder")
    assert said("Highlight strength") == "Stärke der Lichter"
    assert said("Something of a new backend") == "Something of a new backend"


def test_english_has_its_plurals(speak):
    speak("en")
    assert (counts.frames(1), counts.frames(2)) == ("1 frame", "2 frames")


def test_a_wish_that_is_unknown_gives_a_language_that_is_there():
    assert language.chosen("de") == "de"
    assert language.chosen("xx") in LANGUAGES
