"""Evidence: a file by what it is known by. The file itself stays where it is."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Final

from kenesh.basis.printable import visible
from kenesh.basis.problem import UsageProblem
from kenesh.response.statements import Evidence

_CHUNK: Final = 2**20


def evidence_of(path: Path) -> Evidence:
    """Its name, size and SHA-256.

    Raises:
        UsageProblem: it cannot be read.
    """
    digest, octets = sha256(), 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                octets += len(chunk)
    except OSError as error:
        raise UsageProblem(f"{visible(str(path), 200)} cannot be read: {error.strerror}.") from None
    return Evidence(path.name[:300], digest.hexdigest(), octets)
