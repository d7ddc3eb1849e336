"""Cases of joining, leaving and being somebody else (design: cases.md)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from tests.federation.following import Follower
from tests.federation.nodes import Node, Nodes
from tests.federation.objects import indicator

from kenesh.basis.instants import HOUR, Instant, stix_timestamp
from kenesh.parties.bodies import Role
from kenesh.release.audience import body_audience, class_audience, party_audience
from kenesh.stix.marking import Tlp

#: Time passes; and, where the case is played so, everybody reads everybody's pages.
Pause = Callable[[], None]
BODY = "circle"


def _circle(nodes: Nodes, *members: str) -> tuple[Node, Node, Node, str]:
    """SEC keeps a circle to which KZ belongs, and whoever else is named; TR is another party. All know one another."""
    kz, tr, sec = nodes.found("KZ", "TR", "SEC")
    nodes.introduce(depositary="SEC")
    body = sec.forms(BODY, council=True)
    for code in ("KZ", *members):
        sec.admits(code, BODY)
    for node in (kz, tr):
        node.syncs("SEC")
    nodes.readings = (("KZ", "SEC"), ("TR", "SEC"), ("TR", "KZ"))
    return kz, tr, sec, body.id


def _releases(node: Node, name: str, to: str) -> str:
    """States an indicator for name.example and releases it."""
    value = indicator(f"{name}.example", Tlp.GREEN, by=node.code)
    node.imports(value)
    node.releases(value["id"], to=to)
    return str(value["id"])


def _knows(node: Node, name: str) -> bool:
    return bool(node.looks_up(f"{name}.example"))


def late_join(nodes: Nodes, pause: Pause) -> None:
    kz, tr, sec, body = _circle(nodes)
    circle, inbox = Follower(tr, kz, body_audience(body)), Follower(tr, kz, party_audience(tr.ref))
    before = _releases(kz, "before", f"body:{BODY}")
    pause()
    assert circle.reads() == inbox.reads() == []
    sec.admits("TR", BODY)
    pause()
    kz.syncs("SEC")
    tr.syncs()
    assert not _knows(tr, "before"), "nothing of its past is given unless somebody chooses to"
    assert circle.reads(anew=True) == inbox.reads() == []
    after = _releases(kz, "after", f"body:{BODY}")
    pause()
    kz.releases(before, to="TR")
    tr.syncs("KZ")
    assert _knows(tr, "after")
    assert _knows(tr, "before"), "what KZ chooses to give of its past lies in the inbox"
    assert circle.reads() == [after]
    assert inbox.reads() == [before], "with a new stamp, not behind the cursor"


def known_to_the_keeper_first(nodes: Nodes, pause: Pause) -> None:
    kz, tr, sec, body = _circle(nodes)
    circle, inbox = Follower(tr, kz, body_audience(body)), Follower(tr, kz, party_audience(tr.ref))
    _releases(kz, "before", f"body:{BODY}")
    nodes.step()
    nodes.part("KZ", "SEC")
    sec.admits("TR", BODY)
    nodes.step()
    between = _releases(kz, "between", f"body:{BODY}")
    pause()
    tr.syncs("SEC", "KZ")
    assert not _knows(tr, "between"), "nothing comes before KZ knows"
    assert circle.reads() == inbox.reads() == []
    nodes.join("KZ", "SEC")
    kz.syncs("SEC")
    pause()
    after = _releases(kz, "after", f"body:{BODY}")
    tr.syncs("SEC", "KZ")
    assert _knows(tr, "between"), "nothing is lost"
    assert _knows(tr, "after")
    assert not _knows(tr, "before")
    assert inbox.reads() == [between]
    assert circle.reads() == [after]


def starts_in_the_future(nodes: Nodes, pause: Pause) -> None:
    kz, tr, sec, body = _circle(nodes)
    sec.admits("TR", BODY, begins=Instant(nodes.clock.now() + HOUR))
    kz.syncs("SEC")
    tr.syncs("SEC")
    pause()
    circle = Follower(tr, kz, body_audience(body))
    before = _releases(kz, "before", f"body:{BODY}")
    pause()
    assert circle.reads() == []
    nodes.clock.step(2 * HOUR)
    assert circle.reads() == [], "no grant of before turns visible, whether or not a job ran"
    after = _releases(kz, "after", f"body:{BODY}")
    pause()
    tr.syncs("KZ")
    assert _knows(tr, "after")
    assert not _knows(tr, "before")
    assert circle.reads() == [after]
    assert before not in circle.reads(anew=True, every_version=True)


def takes_effect_without_a_job(nodes: Nodes, pause: Pause) -> None:
    """KZ does nothing at the instant; what goes to the body afterwards is seen, be it read in whatever way."""
    kz, tr, sec, body = _circle(nodes)
    sec.admits("TR", BODY, begins=Instant(nodes.clock.now() + HOUR))
    kz.syncs("SEC")
    kz.imports(indicator("follows.example", by="KZ"))
    kz.releases(indicator("follows.example")["id"], to=f"body:{BODY}", follow=True)
    pause()
    nodes.clock.step(2 * HOUR)
    kz.imports(indicator("follows.example", by="KZ", version=1))
    inbox = Follower(tr, kz, party_audience(tr.ref))._path
    assert tr.gets(f"{inbox}{indicator('follows.example')['id']}/versions/", kz).status_code == 200
    after = _releases(kz, "after", f"body:{BODY}")
    collection = Follower(tr, kz, body_audience(body))._path
    assert tr.gets(f"{collection}{after}/versions/", kz).status_code == 200
    assert tr.gets(f"{collection}{after}/", kz).status_code == 200
    sec.ends("TR", BODY, until=Instant(nodes.clock.now() + HOUR))
    kz.syncs("SEC")
    nodes.clock.step(2 * HOUR)
    pause()
    assert tr.gets(f"{collection}{after}/versions/", kz).status_code == 404
    assert tr.gets(f"{collection}{after}/", kz).status_code == 404


def change_of_class(nodes: Nodes, pause: Pause) -> None:
    kz, tr, sec, _ = _circle(nodes)
    sec.admits("TR", BODY, Role.OBSERVER)
    kz.syncs("SEC")
    tr.syncs("SEC")
    members = Follower(tr, kz, class_audience(Role.MEMBER))
    observers = Follower(tr, kz, class_audience(Role.OBSERVER))
    _releases(kz, "member-before", "class:member")
    observed = _releases(kz, "observer-before", "class:observer")
    pause()
    assert members.reads() == []
    had = _knows(tr, "observer-before")
    nodes.step()
    sec.admits("TR", BODY, Role.MEMBER)
    kz.syncs("SEC")
    pause()
    after = _releases(kz, "member-after", "class:member")
    _releases(kz, "observer-after", "class:observer")
    pause()
    tr.syncs("SEC", "KZ")
    assert _knows(tr, "member-after")
    assert not _knows(tr, "member-before")
    assert not _knows(tr, "observer-after")
    assert _knows(tr, "observer-before") is had, "what was not fetched before stays closed"
    assert members.reads(anew=True) == [after]
    assert observed not in observers.reads(anew=True)


def leaves_and_comes_again(nodes: Nodes, pause: Pause) -> None:
    kz, tr, sec, body = _circle(nodes, "TR")
    circle = Follower(tr, kz, body_audience(body))
    _releases(kz, "first", f"body:{BODY}")
    pause()
    had = _knows(tr, "first")
    nodes.step()
    sec.ends("TR", BODY)
    kz.syncs("SEC")
    pause()
    _releases(kz, "between", f"body:{BODY}")
    pause()
    assert circle.reads(anew=True) == []
    nodes.step()
    sec.admits("TR", BODY)
    kz.syncs("SEC")
    pause()
    second = _releases(kz, "second", f"body:{BODY}")
    tr.syncs("SEC", "KZ")
    assert _knows(tr, "second")
    assert not _knows(tr, "between")
    assert _knows(tr, "first") is had, "what was not fetched before leaving stays closed"
    assert circle.reads(anew=True, every_version=True) == [second]


def an_end_is_taken_back(nodes: Nodes, pause: Pause) -> None:
    """The keeper states the ended membership itself anew, without its end: what went out in between stays closed."""
    kz, tr, sec, body = _circle(nodes, "TR")
    nodes.step()
    ended = sec.ends("TR", BODY)
    kz.syncs("SEC")
    pause()
    between = _releases(kz, "between", f"body:{BODY}")
    nodes.step()
    with sec.services.store.reading() as tx:
        value = msgspec.json.decode(tx.versions.raw([ended.num])[ended.num])
    del value["until"]
    sec.imports(value | {"modified": stix_timestamp(nodes.clock.now())})
    for to in (f"body:{BODY}", "TR"):
        sec.releases(ended.id, to=to, label=Tlp.AMBER_STRICT)
    kz.syncs("SEC")
    pause()
    second = _releases(kz, "second", f"body:{BODY}")
    tr.syncs("SEC", "KZ")
    found = Follower(tr, kz, body_audience(body)).reads(anew=True, every_version=True)
    assert second in found
    assert between not in found


def said_twice(nodes: Nodes, pause: Pause) -> None:
    """That TR is a member is said again: it changes nothing, and what its term opened stays open."""
    kz, tr, sec, body = _circle(nodes, "TR")
    first = _releases(kz, "first", f"body:{BODY}")
    nodes.step()
    assert sec.admits("TR", BODY) == sec.admits("TR", BODY)
    kz.syncs("SEC")
    pause()
    assert Follower(tr, kz, body_audience(body)).reads(anew=True) == [first]


def what_its_term_brought_ends_with_it(nodes: Nodes, pause: Pause) -> None:
    """What TR was present for lies in its inbox. After it left no new version comes there, and a recall still does."""
    kz, tr, sec, _ = _circle(nodes)
    x, y = (indicator(f"{name}.example", by="KZ") for name in ("x", "y"))
    nodes.step()
    nodes.part("KZ", "SEC")
    sec.admits("TR", BODY)
    tr.syncs("SEC")
    nodes.step()
    kz.imports(x, y)
    kz.releases(x["id"], to=f"body:{BODY}", follow=True)
    (of_y,) = kz.releases(y["id"], to=f"body:{BODY}").statements
    nodes.join("KZ", "SEC")
    kz.syncs("SEC")
    pause()
    tr.syncs("KZ")
    assert _knows(tr, "x")
    assert _knows(tr, "y")
    nodes.step()
    sec.ends("TR", BODY)
    kz.syncs("SEC")
    pause()
    nodes.step()
    kz.imports(indicator("x.example", by="KZ", version=1, pattern="[domain-name:value = 'later.example']"))
    kz.withdraws(of_y.id)
    pause()
    tr.syncs("KZ")
    assert not _knows(tr, "later"), "TR has left: what follows in the circle does not follow it"
    assert _knows(tr, "x")
    assert not _knows(tr, "y"), "the withdrawal reaches it where it was given"


def revoked_membership(nodes: Nodes, pause: Pause) -> None:
    """The keeper revokes the membership itself, instead of saying until when it holds."""
    kz, tr, sec, body = _circle(nodes)
    membership = sec.admits("TR", BODY)
    kz.syncs("SEC")
    tr.syncs("SEC")
    pause()
    nodes.step()
    with sec.services.store.reading() as tx:
        value = msgspec.json.decode(tx.versions.raw([membership.num])[membership.num])
    sec.imports(value | {"revoked": True, "modified": stix_timestamp(nodes.clock.now())})
    sec.releases(membership.id, to=f"body:{BODY}", label=Tlp.AMBER_STRICT)
    kz.syncs("SEC")
    pause()
    after = _releases(kz, "after", f"body:{BODY}")
    tr.syncs("SEC", "KZ")
    assert not _knows(tr, "after")
    assert after not in Follower(tr, kz, body_audience(body)).reads(anew=True)


def phantom_member(nodes: Nodes, pause: Pause) -> None:
    kz, sec = nodes.found("KZ", "SEC")
    nodes.introduce(depositary="SEC")
    (tr,) = nodes.found("TR")
    (other,) = nodes.found("TR", key="2")
    sec.meets(tr)
    tr.meets(sec, depositary=True)
    sec.forms(BODY)
    sec.admits("KZ", BODY)
    sec.admits("TR", BODY)
    kz.syncs("SEC")
    pause()
    assert kz.alarms() == []
    _releases(kz, "first", f"body:{BODY}")
    pause()
    other.meets(kz)
    kz.meets(other)
    _releases(kz, "second", f"body:{BODY}")
    pause()
    other.syncs("KZ")
    assert not _knows(other, "first")
    assert not _knows(other, "second"), "the membership names another node: it gives this one nothing"
    assert ("fingerprints-differ", "TR") in kz.alarms()
    nodes.step()
    kz.meets(tr)
    tr.meets(kz)
    pause()
    nodes["TR"].syncs("SEC", "KZ")
    nodes["TR"].syncs("KZ")
    assert _knows(tr, "first"), "what it was present for lies in its inbox"
    assert _knows(tr, "second")
    assert not _knows(other, "second")


def expelled_unheard(nodes: Nodes, pause: Pause) -> None:
    """KZ does not hear that TR was expelled: it honours the list for seven days, then serves what is TR's alone."""
    kz, tr, sec, body = _circle(nodes, "TR")
    circle = Follower(tr, kz, body_audience(body))
    nodes.part("KZ", "SEC")
    sec.ends("TR", BODY)
    before = _releases(kz, "before", f"body:{BODY}")
    pause()
    assert circle.reads() == [before], "it has not heard"
    nodes.step(8 * 24 * 3600)
    _releases(kz, "after", f"body:{BODY}")
    to_tr = _releases(kz, "to-tr", "TR")
    pause()
    assert circle.reads(anew=True) == []
    tr.syncs("KZ")
    assert not _knows(tr, "after")
    assert _knows(tr, "to-tr")
    assert Follower(tr, kz, party_audience(tr.ref)).reads(anew=True) == [to_tr]


def a_list_that_is_heard_is_honoured_on(nodes: Nodes, pause: Pause) -> None:
    """The keeper has nothing new to say for a month: its line is up, and that is word enough."""
    kz, tr, _, body = _circle(nodes, "TR")
    for _ in range(6):
        nodes.step(5 * 24 * 3600)
        kz.syncs("SEC")
    nodes.part("KZ", "SEC")
    nodes.step(6 * 24 * 3600)
    given = _releases(kz, "given", f"body:{BODY}")
    pause()
    assert Follower(tr, kz, body_audience(body)).reads() == [given]
    nodes.step(2 * 24 * 3600)
    later = _releases(kz, "later", f"body:{BODY}")
    assert Follower(tr, kz, body_audience(body)).reads(anew=True) == []
    nodes.join("KZ", "SEC")
    kz.syncs("SEC")
    assert Follower(tr, kz, body_audience(body)).reads(anew=True) == [given, later], "nothing is lost"


def member_with_a_new_node(nodes: Nodes, pause: Pause) -> None:
    """The keeper states that the party has another node now: the old one gets nothing more, the new one does."""
    kz, tr, sec, body = _circle(nodes, "TR")
    (new,) = nodes.found("TR", key="2")
    _releases(kz, "old", f"body:{BODY}")
    pause()
    nodes.step()
    sec.meets(new)
    new.meets(sec, depositary=True)
    sec.admits("TR", BODY)
    kz.syncs("SEC")
    pause()
    _releases(kz, "between", f"body:{BODY}")
    pause()
    tr.syncs("KZ")
    assert not _knows(tr, "between"), "the old node is no member's any more"
    assert ("fingerprints-differ", "TR") in kz.alarms()
    nodes.step()
    kz.meets(new)
    new.meets(kz)
    pause()
    _releases(kz, "after", f"body:{BODY}")
    new.syncs("SEC", "KZ")
    new.syncs("KZ")
    assert _knows(new, "between")
    assert _knows(new, "after")
    assert Follower(new, kz, body_audience(body)).reads(anew=True)
