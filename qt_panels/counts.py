"""Things that are counted, in their singular and plural.

Methods of a `QObject`, because Qt's lupdate finds plural forms in calls of `tr` alone.
"""

from __future__ import annotations

from PySide6.QtCore import QObject


class Counts(QObject):
    def frames(self, count: int) -> str:
        return self.tr("%n frame(s)", "", count)

    def clips(self, count: int) -> str:
        return self.tr("%n clip(s)", "", count)

    def hdr_clips(self, count: int) -> str:
        return self.tr("%n HDR clip(s)", "", count)

    def jobs_before(self, count: int) -> str:
        return self.tr("%n job(s) before it", "", count)

    def clips_left(self, count: int) -> str:
        return self.tr("%n clip(s) left as they are: an earlier result is in place.", "", count)

    def repeated_up_to(self, least: int) -> str:
        return self.tr("Short for this backend: the last frame is repeated up to %n frame(s).", "", least)

    def before_it(self, count: int) -> str:
        """Requests at the service that `{service}` stands for."""
        return self.tr("%n before it at {service}", "", count)

    def seams(self, count: int) -> str:
        return self.tr("Made in pieces, with %n seam(s)", "", count)


counts = Counts()
