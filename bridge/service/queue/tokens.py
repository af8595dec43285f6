"""Leave to upload, for a while: signed, so that nothing about it has to be remembered."""

from __future__ import annotations

import hmac
import secrets
import time
from datetime import UTC, datetime

UPLOAD_SECONDS = 3600
"""As long as a large file may take on a slow line."""


class UploadTokens:
    """Those of one running bridge. A `scope` is what a token opens, and nothing else."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    def issue(self, scope: str) -> tuple[str, datetime]:
        """A token, and when it ends."""
        ends = int(time.time()) + UPLOAD_SECONDS
        return f"{ends}.{self._signed(scope, ends)}", datetime.fromtimestamp(ends, UTC)

    def opens(self, token: str, scope: str) -> bool:
        ends, _, signature = token.partition(".")
        if not (ends.isascii() and ends.isdigit() and len(ends) < 20 and signature.isascii()):
            return False
        return int(ends) > time.time() and hmac.compare_digest(signature, self._signed(scope, int(ends)))

    def _signed(self, scope: str, ends: int) -> str:
        return hmac.digest(self._secret, f"{ends} {scope}".encode(), "sha256").hex()
