"""Text from others, made safe to print: control and bidirectional characters visible, values defanged."""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def visible(text: str, limit: int = 400) -> str:
    """The text with every control, format and bidirectional character written as \\u{...}, cut at `limit`."""
    shown = "".join(f"\\u{{{ord(c):x}}}" if unicodedata.category(c) in _HIDDEN else c for c in text[: limit + 1])
    return shown[:limit] + "…" if len(text) > limit else shown


def defanged(value: str) -> str:
    """The value so that nothing makes a link of it: hxxp, [.], [@]."""
    shown = re.sub(r"^(h)tt(ps?:)", r"\1xx\2", visible(value, 2000), flags=re.ASCII | re.IGNORECASE)
    return shown.replace(".", "[.]").replace("@", "[@]")
