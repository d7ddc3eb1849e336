"""Asking a peer about its record: its heads, proofs that it only grew, and which heads of another it holds."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from kenesh.basis.problem import DamagedProblem, Problem, UnreachableProblem
from kenesh.federation.ports import Answer, Line
from kenesh.ledger.log import LogHead, SignedHead, head_bytes, is_beginning_of
from kenesh.ledger.witness import MAX_SHOWN, ShownHead, read_heads, read_path
from kenesh.parties.keys import PublicKey, verify_octets

HEADS_PATH: Final = "/api/record/heads"
CONSISTENCY_PATH: Final = "/api/record/consistency"
WITNESSED_PATH: Final = "/api/record/witnessed"
_MAX_PAGES: Final = 20


class RecordLine:
    """Questions about records over a line to one peer. Each raises UnreachableProblem where it cannot answer now."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def heads(self) -> list[ShownHead]:
        """The peer's own last head, and those of others that it passes on; none where it does not show any.

        Raises:
            DamagedProblem: the answer cannot be read.
        """
        answer = self._get(HEADS_PATH)
        return read_heads(answer.body) if answer.status == 200 else []

    def follows(self, old: LogHead, new: LogHead) -> bool:
        """Whether the peer proves that the newer head of its record only added to the older one."""
        if old.size == new.size:
            return (old.epoch, old.root) == (new.epoch, new.root)
        answer = self._get(f"{CONSISTENCY_PATH}?epoch={old.epoch}&old={old.size}&new={new.size}")
        try:
            return answer.status == 200 and is_beginning_of(old, new, read_path(answer.body))
        except DamagedProblem:
            return False

    def witnessed(self, party_ref: str, epoch: int) -> list[SignedHead]:
        """The heads of a party that the peer holds, in the order of their sizes; their signatures are not checked."""
        found: dict[int, SignedHead] = {}
        after = -1
        for _ in range(_MAX_PAGES):
            answer = self._get(f"{WITNESSED_PATH}?party={quote(party_ref)}&epoch={epoch}&after={after}")
            try:
                page = [one.signed() for one in read_heads(answer.body)] if answer.status == 200 else []
            except DamagedProblem:
                break
            found |= {one.head.size: one for one in page if one.head.epoch == epoch and one.head.size > after}
            after = max(found, default=after)
            if len(page) < MAX_SHOWN:
                break
        return [found[size] for size in sorted(found)]

    def _get(self, path: str) -> Answer:
        answer = self._line.get(path)
        if answer.status >= 500 or answer.status in (401, 403, 429):
            raise UnreachableProblem(f"The peer does not answer about its record now (status {answer.status}).")
        return answer


def is_signed(key: PublicKey, signed: SignedHead) -> bool:
    """Whether the key signed this head."""
    try:
        verify_octets(key, signed.signature, head_bytes(signed.head))
    except Problem:
        return False
    return True
