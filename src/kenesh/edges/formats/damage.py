"""What a library raises that is handed damaged input, and was not written to expect it."""

from __future__ import annotations

import struct
import zlib
from typing import Final

BY_DAMAGE: Final = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError),
    *(struct.error, zlib.error),
)
