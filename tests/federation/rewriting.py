"""What a node's own administrator can do to its record: he has the store, the secret of the log and the key."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import delete, insert, select, update

from kenesh.basis.instants import Instant
from kenesh.basis.merkle import Frontier
from kenesh.doors.services import Services
from kenesh.edges.store import schema as s
from kenesh.ledger.acts import Act, ActKind, act_digest
from kenesh.ledger.log import INTERVAL, LogHead, head_bytes, leaves

_a, _e = s.ledger_acts.c, s.ledger_epochs.c
SALT = b"rewritten-record"


def change_an_act(services: Services, number: int, who: str) -> None:
    """Somebody else did it."""
    with services.store.writing() as found:
        tx: Any = found
        (recorded,) = tx.ledger.acts(number - 1, 1)
        assert recorded.act is not None and recorded.salt is not None
        act = recorded.act
        changed = Act(act.kind, act.at, who, act.subject, act.details)
        digest = act_digest(changed, recorded.salt)
        tx.connection.execute(update(s.ledger_acts).where(_a.num == number).values(who=who, digest=digest))
        make_anew(services, tx)


def remove_an_act(services: Services, number: int) -> None:
    """It never happened."""
    with services.store.writing() as found:
        tx: Any = found
        tx.connection.execute(delete(s.ledger_acts).where(_a.num == number))
        make_anew(services, tx)


def slip_in_an_act(services: Services, at: Instant) -> None:
    """It happened, long ago."""
    act = Act(ActKind.WITHDRAWAL_MADE, at, "console", "kenesh-withdrawal--of-the-past")
    with services.store.writing() as found:
        tx: Any = found
        number = tx.ledger.record(act, SALT, act_digest(act, SALT))
        began_at = tx.connection.execute(select(_e.began_at)).scalar_one()
        interval = (at - began_at) // INTERVAL
        tx.connection.execute(update(s.ledger_acts).where(_a.num == number).values(epoch=1, interval=interval))
        make_anew(services, tx)


def make_anew(services: Services, tx: Any) -> None:
    """Every leaf, frontier and head of the first epoch, as if what stands in the table had always stood there."""
    connection, digests = tx.connection, defaultdict(list)
    for row in connection.execute(select(_a.interval, _a.digest).where(_a.epoch == 1).order_by(_a.num)):
        digests[row.interval].append(bytes(row.digest))
    size = connection.execute(select(_e.size).where(_e.number == 1)).scalar_one()
    heads = [(row.size, row.at) for row in connection.execute(select(s.ledger_heads).order_by(s.ledger_heads.c.size))]
    for table in (s.ledger_leaves, s.ledger_heads, s.ledger_frontiers):
        connection.execute(delete(table))
    made = leaves(services.secret, 1, 0, size, digests)
    connection.execute(insert(s.ledger_leaves), [{"epoch": 1, "num": i, "hash": leaf} for i, leaf in enumerate(made)])
    for head_size, at in heads:
        frontier = Frontier().extended(made[:head_size])
        head = LogHead(1, head_size, frontier.root, Instant(at))
        values = {"epoch": 1, "size": head_size, "root": frontier.root, "at": at}
        signature = services.own.signer.sign_octets(head_bytes(head))
        connection.execute(insert(s.ledger_heads).values(signature=signature, **values))
        kept = {"epoch": 1, "size": head_size, "frontier": b"".join(frontier.peaks)}
        connection.execute(insert(s.ledger_frontiers).values(kept))
    whole = b"".join(Frontier().extended(made).peaks)
    connection.execute(update(s.ledger_epochs).where(_e.number == 1).values(frontier=whole))
