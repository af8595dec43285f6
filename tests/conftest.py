"""Everything that a test writes lies in its own folders; nothing touches the user's bridge."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_home = tempfile.mkdtemp(prefix="superwhite-tests-")
os.environ["SUPERWHITE_HOME"] = _home
atexit.register(shutil.rmtree, _home, ignore_errors=True)
