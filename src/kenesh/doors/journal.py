"""What a served node says of itself on standard error: sentences, or JSON lines for who collects them.

Nothing of an object, and no secret, is ever said. Of a fault that nobody foresaw it says where it was, and not the
words of the exception: those may hold what was being worked on.
"""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass
from typing import Final

import msgspec

from kenesh.basis.chance import Clock
from kenesh.basis.instants import taxii_timestamp
from kenesh.basis.printable import visible

_MAX_TEXT: Final = 4_000
_FRAMES: Final = 8


@dataclass(frozen=True, slots=True)
class Journal:
    """Where a served node writes what happened; `as_json`: one JSON object a line."""

    clock: Clock
    as_json: bool = False

    def tell(self, event: str, text: str, **more: object) -> None:
        """One line. `event` is a fixed word by which a collector sorts; `text` is for people."""
        line = visible(text, _MAX_TEXT)
        if self.as_json:
            said = {"at": taxii_timestamp(self.clock.now()), "event": event, "text": line, **more}
            line = msgspec.json.encode(said).decode()
        print(line, file=sys.stderr, flush=True)

    def fault(self, number: object, where: str, error: BaseException) -> None:
        """A fault under the number that whoever asked was told."""
        self.unforeseen(f"fault {number} at {where}", error)

    def unforeseen(self, text: str, error: BaseException) -> None:
        """What nobody foresaw: its kind, and where in the code it was."""
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        places = [f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        kind = type(error).__name__
        if self.as_json:
            self.tell("fault", text, kind=kind, places=places)
            return
        for line in (f"{text} ({kind})", *(f"  {place}" for place in places)):
            self.tell("fault", line)
