"""What a person gives to a command: a file's octets or its text, bounded, and the instant of which he asks."""

from __future__ import annotations

from pathlib import Path

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem


def octets_of(path: Path, most: int) -> bytes:
    """The octets of a file, and one more than `most` where it has more: who reads them says that it is too large.

    Raises:
        UsageProblem: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        raise UsageProblem(f"{visible(str(path), 200)} cannot be read: {error.strerror}.") from None


def text_of(path: Path, longest: int) -> str:
    """The text of a file, of so many characters at the most.

    Raises:
        UsageProblem: it cannot be read, is no UTF-8, or is empty or longer.
    """
    try:
        text = octets_of(path, 4 * longest).decode()
    except UnicodeDecodeError:
        raise UsageProblem(f"{visible(str(path), 200)} is no text in UTF-8.") from None
    if not text.strip() or len(text) > longest:
        raise UsageProblem(f"{visible(str(path), 200)} is empty, or longer than {longest} characters.")
    return text
