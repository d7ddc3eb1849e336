"""Text from others, made safe to print: control and bidirectional characters visible, values defanged."""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def visible(text: str, limit: int = 400) -> str:
    """The text with every control, format and bidirectional character written as \\u{...}, cut at `limit`."""
    shown = "".join(_written_out(c) if unicodedata.category(c) in _HIDDEN else c for c in text[: limit + 1])
    return shown[:limit] + "…" if len(text) > limit else shown


def printable(text: str, limit: int = 400) -> str:
    """The same for what a program reads: spaces other than the plain one are written out too."""
    return "".join(c if c.isprintable() else _written_out(c) for c in visible(text, limit))


def _written_out(character: str) -> str:
    return f"\\u{{{ord(character):x}}}"


def defanged(value: str) -> str:
    """The value so that nothing makes a link of it: hxxp, [.], [@]."""
    shown = re.sub(r"^(h)tt(ps?:)", r"\1xx\2", visible(value, 2000), flags=re.ASCII | re.IGNORECASE)
    return shown.replace(".", "[.]").replace("@", "[@]")
