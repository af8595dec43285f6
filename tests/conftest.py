"""Everything that a test writes lies in its own folders; nothing touches the user's bridge."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["SUPERWHITE_HOME"] = tempfile.mkdtemp(prefix="superwhite-tests-")
