"""Searching: what a person may not see is found by no word, takes no place and is not counted."""

from __future__ import annotations

from tests.federation.nodes import Nodes
from tests.federation.objects import malware

from kenesh.doors.accounts.keeping import add_account
from kenesh.doors.searching import search
from kenesh.parties.roles import AccountRole
from kenesh.stix.marking import Tlp

OPEN = malware("kök orman", Tlp.GREEN, by="KZ")
SECRET = [malware(f"kök canary {number}", Tlp.GREEN, by="KZ") for number in range(5)]


def test_what_came_through_a_circle_is_as_if_it_were_not_there(nodes: Nodes) -> None:
    kz, az = nodes.found("KZ", "AZ")
    nodes.introduce()
    kz.forms("crime")
    kz.admits("AZ", "crime")
    nodes.settle()
    kz.imports(OPEN, *SECRET)
    kz.releases(OPEN["id"], to="AZ")
    nodes.settle()
    kz.releases(*(one["id"] for one in SECRET), to="body:crime")
    nodes.settle()
    account, _ = add_account(az.services, "cleared for none", (AccountRole.DUTY_OFFICER,), "console")
    person, everybody = az.services.holder(account), az.services.person("officer")
    assert len(search(az.services, everybody, "KOK").value.found) == 6
    hits = search(az.services, person, "көк", most=1).value
    assert ([hit.id for hit in hits.found], hits.more) == ([OPEN["id"]], False)
    assert search(az.services, person, "canary").value.found == ()
    assert search(az.services, everybody, "canary", most=2).value.more
