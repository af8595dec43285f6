"""The way to a service, hop by hop, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from bridge.domain.settings import Hop, TestReport


def hop_lines(report: TestReport) -> tuple[str, ...]:
    """A line for each hop, and the verdict first: the hop that failed is named."""
    failed = next((hop for hop in report.hops if not hop.passed), None)
    if failed:
        verdict = QCoreApplication.translate("Hops", "{target}: it ends at the {hop}.").format(
            target=report.target, hop=_name(failed)
        )
    else:
        verdict = QCoreApplication.translate("Hops", "{target}: everything is in order.").format(target=report.target)
    return (verdict, *(_line(hop) for hop in report.hops))


def _line(hop: Hop) -> str:
    mark = "✓" if hop.passed else "✗"
    if hop.passed and hop.milliseconds:
        return f"{mark} {_name(hop)}: {hop.sentence} ({hop.milliseconds:.0f} ms)"
    return f"{mark} {_name(hop)}: {hop.sentence}"


def _name(hop: Hop) -> str:
    names = {
        "address": QCoreApplication.translate("Hops", "address"),
        "proxy": QCoreApplication.translate("Hops", "proxy"),
        "name": QCoreApplication.translate("Hops", "name server"),
        "connection": QCoreApplication.translate("Hops", "connection"),
        "encryption": QCoreApplication.translate("Hops", "encryption"),
        "answer": QCoreApplication.translate("Hops", "answer"),
        "key": QCoreApplication.translate("Hops", "key"),
        "engine": QCoreApplication.translate("Hops", "engine"),
        "card": QCoreApplication.translate("Hops", "card"),
        "weights": QCoreApplication.translate("Hops", "weights"),
        "worker": QCoreApplication.translate("Hops", "worker"),
    }
    return names[hop.name]
