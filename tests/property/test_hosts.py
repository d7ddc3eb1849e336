"""Whoever hosts whom: both readings keep from a party what is not for it, for its host, or for who hosts that one.

And from an agency what is not for its state."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.federation.objects import malware
from tests.unit.federation.alone import Alone

from kenesh.basis.instants import SECOND, Instant
from kenesh.doors import acts
from kenesh.federation.audiences import NamedAudience, not_for_named, parties_of
from kenesh.federation.explaining import explain
from kenesh.federation.offering import Offer
from kenesh.federation.releasing import Order
from kenesh.holdings.feed import page, views
from kenesh.holdings.pages import PageQuery
from kenesh.parties.bodies import Role
from kenesh.parties.hosts import with_hosts
from kenesh.parties.party import party_id
from kenesh.release.audience import body_audience, class_audience, party_audience
from kenesh.release.caveats import Caveats
from kenesh.release.reader import peer_reader
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

ROLES: Final = {
    "AZ": Role.MEMBER,
    "TR": Role.ORGANISATION,
    "UZ": Role.OBSERVER,
    "HU": Role.PARTNER,
    "UZ-MVD": Role.SECRETARIAT,
}
#: IT is not admitted here, and may be named all the same; KZ is this node's own party.
PARTIES: Final = (*ROLES, "IT", "KZ")
BARRED: Final = (*ROLES, "IT", *(f"class:{role}" for role in ROLES.values()))
OBJECT: Final = malware("poison", Tlp.GREEN, by="KZ")

hosting = st.dictionaries(st.sampled_from(tuple(ROLES)), st.sampled_from(PARTIES), max_size=4)


class Undone(Exception):
    """Takes back what an example did."""


@pytest.fixture(scope="module")
def alone() -> Alone:
    """KZ's node: it keeps the council, to which four parties belong."""
    alone = Alone(*ROLES)
    body = acts.form_body(alone.services, "cert", "Cert", "officer", council=True)
    for code, role in ROLES.items():
        acts.admit_member(alone.services, body.id, code, role, None, "officer")
    alone.clock.step(60 * SECOND)
    alone.services.bring_up_to_date()
    alone.clock.step(60 * SECOND)
    alone.holds(OBJECT)
    return alone


def reading(code: str, hosts: Mapping[str, str]) -> set[str]:
    """Whose people read what goes to that party: said otherwise than in the code."""
    found = {code}
    for _ in PARTIES:
        found |= {hosts[one] for one in found if one in hosts}
    return found


@given(hosting)
def test_whoever_hosts_is_named_once_and_after_whom_he_hosts(hosts: Mapping[str, str]) -> None:
    for code in PARTIES:
        line = with_hosts(code, hosts)
        assert line[0] == code
        assert len(set(line)) == len(line)
        assert set(line) == reading(code, hosts)
        assert all(hosts[one] == host for one, host in pairwise(line))


def is_barred(code: str, hosts: Mapping[str, str], not_for: set[str]) -> bool:
    people = reading(code, hosts)
    # What is not for a state is not for its agency.
    people |= {"UZ"} if "UZ-MVD" in people else set()
    # The keeper is a member of its council; also where it is who releases, the class of a host is its guest's.
    roles = {**ROLES, "KZ": Role.MEMBER}
    return not not_for.isdisjoint(people | {f"class:{roles[one]}" for one in people if one in roles})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hosting, st.sets(st.sampled_from(BARRED), min_size=1, max_size=3))
def test_whoever_is_barred_and_whom_he_hosts_get_it_in_neither_reading(
    alone: Alone, hosts: Mapping[str, str], not_for: set[str]
) -> None:
    services, own = alone.services, alone.own
    with suppress(Undone), alone.database.writing() as tx:
        now = services.clock.now()
        for peer in tx.peers.all():
            host = hosts.get(peer.code)
            tx.peers.put(replace(peer, hosted_by_ref=party_id(host) if host else ""), b"{}")
        caveats = Caveats(not_for=not_for_named(own, ",".join(not_for)))
        (body,) = tx.versions.of_type("kenesh-body")
        (held,) = tx.versions.current_of([OBJECT["id"]]).values()
        order = Order([NamedAudience(body_audience(body.id), "body:cert")], caveats=caveats)
        outcome = services.releasing.release(tx, [held], order, now)
        gets = {code for code in ROLES if not is_barred(code, hosts, not_for)}
        assert set(outcome.reaches["body:cert"]) == gets
        assert set(parties_of(tx, own, body_audience(body.id), now, not_for=caveats.not_for)) == gets
        later = Instant(now + SECOND)
        for code in ROLES:
            seen = {stix_id for channel in Channel for stix_id in _seen(tx, body.id, code, channel, later)}
            assert (OBJECT["id"] in seen) is (code in gets), "the SQL, and what Python decides of each level"
            assert (outcome.statements[0].id in seen) is (code in gets)
            asked = explain(tx, own, services.person("officer"), OBJECT["id"], code, later)
            assert asked.allowed is (code in gets)
            offered = Offer(tx, own, party_audience(party_id(code)), None, later, caveats)
            ((_, decision),) = offer_of(offered, held)
            assert decision.allowed is (code in gets)
        for role in ROLES.values():
            offered = Offer(tx, own, class_audience(role), None, later, caveats)
            ((_, decision),) = offer_of(offered, held)
            assert decision.allowed is (f"class:{role}" not in not_for), "a class is barred by its own name alone"
        raise Undone


def offer_of(offer: Offer, held: Any) -> list[Any]:
    return list(offer.decisions([held]))


def _seen(tx: Any, body: str, code: str, channel: Channel, now: Instant) -> list[str]:
    """The ids on the page that the party's node reads of the body."""
    reader = peer_reader(party_id(code))
    query = PageQuery(Instant(0), 1000)
    found = []
    for view in views(tx, reader, now):
        if view.collection.audience.ref == body and view.collection.channel is channel:
            octets = cast(bytes, page(tx, reader, view, query).value.content)
            found += [one for one in (OBJECT["id"], *_releases(tx)) if f'"{one}"'.encode() in octets]
    return found


def _releases(tx: Any) -> list[str]:
    return [statement.id for statement in tx.statements.recent(5)]
