"""What a store comes to: one hash over what is held, granted and awaited, without stamps, numbers and random ids."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

#: Types whose ids are random: they count by what they say.
STATED = ("kenesh-release", "kenesh-withdrawal", "kenesh-card", "kenesh-membership", "kenesh-body")

HELD = f"""
SELECT o.id, v.modified, hex(v.sha256), v.accepted, v.proved, v.tlp, v.whole, o.tlp, o.revoked, o.current = v.num,
  o.writer, o.giver
FROM versions v JOIN objects o ON o.num = v.object WHERE o.type NOT IN {STATED}
"""
HOLDS = f"""
SELECT o.id, hex(v.sha256), h.party, h.audience_ref, h.label, h.statement IS NULL, h.position, h.ended_at IS NULL
FROM holds h JOIN versions v ON v.num = h.version JOIN objects o ON o.num = v.object WHERE o.type NOT IN {STATED}
"""
GRANTS = f"""
SELECT c.audience_ref, c.channel, o.id, v.modified, hex(v.sha256), g.tlp, g.sup, s.number
FROM grants g JOIN collections c ON c.num = g.collection JOIN versions v ON v.num = g.version
JOIN objects o ON o.num = v.object JOIN statements s ON s.num = g.statement WHERE o.type NOT IN {STATED}
"""
CONTROL = f"""
SELECT c.audience_ref, c.channel, o.type, s.number, g.tlp
FROM grants g JOIN collections c ON c.num = g.collection JOIN versions v ON v.num = g.version
JOIN objects o ON o.num = v.object JOIN statements s ON s.num = g.statement WHERE o.type IN {STATED}
"""
STATEMENTS = """
SELECT s.party, s.audience_ref, s.number, s.type, s.label, s.follow, s.objects, v.raw
FROM statements s JOIN versions v ON v.num = s.version
"""
AWAITED = """
SELECT s.party, s.audience_ref, a.object_id, hex(a.sha256) FROM awaited a JOIN statements s ON s.num = a.statement
"""
QUARANTINE = "SELECT party, audience_ref, channel, object_id, hex(octets_sha256) FROM quarantine"
ATOMS = "SELECT a.kind, a.value, hex(v.sha256) FROM atoms a JOIN versions v ON v.num = a.version"


def canonical_hash(store: Path) -> str:
    """The hash of the store in a file, which nobody has open for writing."""
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as connection:
        parts = {name: sorted(map(repr, rows)) for name, rows in _parts(connection)}
    connection.close()
    return sha256(msgspec.json.encode(parts)).hexdigest()


def _parts(connection: sqlite3.Connection) -> Iterator[tuple[str, list[Any]]]:
    queries = {"held": HELD, "holds": HOLDS, "grants": GRANTS, "control": CONTROL, "awaited": AWAITED}
    for name, query in (queries | {"quarantine": QUARANTINE, "atoms": ATOMS}).items():
        yield name, connection.execute(query).fetchall()
    yield "statements", [(*row[:-1], _said(row[-1])) for row in connection.execute(STATEMENTS)]


def _said(raw: bytes) -> list[Any]:
    """What a statement lists, without salts, signatures and ids that were drawn."""
    value = msgspec.json.decode(raw)
    listed = value.get("entries", value.get("withdraws", ()))
    return sorted((e["id"], e.get("sha256"), e.get("up_to")) for e in listed if not e["id"].startswith("kenesh-"))


def accepted(store: Path) -> set[tuple[str, bytes]]:
    """The content that the store has taken in; and it is whole."""
    with sqlite3.connect(store) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        query = "SELECT o.id, v.sha256 FROM versions v JOIN objects o ON o.num = v.object WHERE v.accepted = 1"
        found = {(row[0], bytes(row[1])) for row in connection.execute(query)}
    connection.close()
    return found
