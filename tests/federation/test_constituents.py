"""Constituents of one state between the nodes of several: what is recalled ends for them, and no peer hears of them."""

from __future__ import annotations

import pytest
from tests.federation.nodes import Node, Nodes
from tests.federation.objects import indicator

from kenesh.basis.instants import HOUR, Instant
from kenesh.basis.problem import UsageProblem
from kenesh.doors import acts, forwarding
from kenesh.doors.constituents import add_constituent, remove_constituent
from kenesh.holdings.feed import page, views
from kenesh.holdings.pages import PageQuery
from kenesh.release.audience import group_audience
from kenesh.release.recalls import Ask, Recall
from kenesh.stix.marking import Tlp
from kenesh.watch.answering import look_up_given

VALUE = "evil.example"
X = indicator(VALUE, Tlp.AMBER, by="AZ")
NAME = "Grid-canary-7f3a"


@pytest.fixture
def given(nodes: Nodes) -> tuple[Node, Node, Node]:
    """AZ gives KZ what it marks TLP:AMBER, and KZ passes it on to its grid operators."""
    az, kz, tr = nodes.found("AZ", "KZ", "TR")
    nodes.introduce()
    add_constituent(kz.services, NAME, ["grid-7f3a"], ["energy"], "", "console")
    az.imports(X)
    az.releases(X["id"], to="KZ")
    nodes.settle()
    kz.releases(X["id"], to="group:grid-7f3a")
    return az, kz, tr


def read(kz: Node) -> str:
    """Everything that the constituent can read at KZ."""
    with kz.services.reading() as tx:
        (one,) = tx.constituents.all()
        reader, now = kz.services.constituent(one), kz.clock.now()
        query = PageQuery(Instant(0), 1_000)
        return b"".join(page(tx, reader, view, query).value.content for view in views(tx, reader, now)).decode()


def known(kz: Node) -> int:
    with kz.services.reading() as tx:
        (one,) = tx.constituents.all()
        found = look_up_given(tx, kz.own, kz.services.constituent(one), [VALUE], kz.clock.now())
        return len(found.value[0].hits)


def octets_of(nodes: Nodes, *codes: str) -> bytes:
    paths = [path for code in codes for path in nodes.folder.rglob(f"{code.lower()}*") if path.is_file()]
    assert paths
    return b"".join(path.read_bytes() for path in paths)


def test_what_its_author_recalls_ends_for_them_and_no_receipt_names_them(
    nodes: Nodes, given: tuple[Node, Node, Node]
) -> None:
    az, kz, _ = given
    assert known(kz) == 1 and VALUE in read(kz)
    az.withdraws(X["id"], Recall(Ask.DELETE, Instant(az.clock.now() + HOUR)))
    nodes.settle()
    assert known(kz) == 0 and f"'{VALUE}'" not in read(kz)
    assert "kenesh-withdrawal--" in read(kz)
    receipt = az.recalled(X["id"])["KZ"]
    assert receipt is not None and receipt.outcome.value == "applied"
    assert "7f3a" not in str(receipt)


@pytest.mark.parametrize("label", [Tlp.AMBER_STRICT, Tlp.RED])
def test_what_its_author_marks_more_strictly_ends_for_them(
    nodes: Nodes, given: tuple[Node, Node, Node], label: Tlp
) -> None:
    az, kz, _ = given
    recall = Recall(Ask.REMARK, Instant(az.clock.now() + HOUR))
    acts.withdraw(az.services, X["id"], "stricter", "officer", recall, label)
    nodes.settle()
    assert known(kz) == 0 and f"'{VALUE}'" not in read(kz)


def test_no_peer_has_an_octet_that_tells_of_a_constituent_or_of_its_group(
    nodes: Nodes, given: tuple[Node, Node, Node]
) -> None:
    _, kz, _ = given
    remove_constituent(kz.services, NAME, "console")
    add_constituent(kz.services, NAME, ["grid-7f3a"], [], "soc@7f3a.example", "console")
    kz.withdraws(X["id"])
    nodes.settle()
    told = octets_of(nodes, "AZ", "TR")
    ref = group_audience(kz.ref, "group:grid-7f3a").ref
    for secret in ("7f3a", ref):
        assert secret.encode() not in told
    assert ref.encode() in octets_of(nodes, "KZ")


def test_who_wrote_it_is_not_asked_for_a_group_that_is_none_of_his_matter(
    given: tuple[Node, Node, Node],
) -> None:
    _, kz, _ = given
    with pytest.raises(UsageProblem, match="its author is told nothing"):
        forwarding.ask(kz.services, kz.services.person("officer"), X["id"], "group:grid-7f3a", "they need it")


def test_a_withdrawal_says_to_which_groups_it_went(given: tuple[Node, Node, Node]) -> None:
    _, kz, _ = given
    made = kz.withdraws(X["id"])
    assert (made.recipients, made.groups) == ((), ("group:grid-7f3a",))
