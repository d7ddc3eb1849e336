"""Whatever the author does, and whenever its pages are fetched: who reads holds what is granted to it, and no more.

KZ's acts are drawn from a seed. AZ and UZ stand alike, but AZ reads after each act and UZ at the end only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from tests.federation.lines import Loop
from tests.federation.nodes import Node, Nodes, OpenStore
from tests.federation.objects import address, indicator

from kenesh.basis.problem import RefusedProblem, UnknownProblem
from kenesh.holdings.feed import opening
from kenesh.release.reader import peer_reader
from kenesh.stix.marking import Tlp
from kenesh.stix.register import Channel

ACTS = 25
NAMES = ("a", "b", "c")
BOTH = ("AZ", "UZ")


class Author:
    """KZ, who does this and that."""

    def __init__(self, kz: Node, random: Random) -> None:
        self._kz = kz
        self._random = random
        self._versions = dict.fromkeys(NAMES, 0)
        self._members = {"AZ", "UZ"}
        self.done: list[str] = []

    def acts(self) -> None:
        act = self._random.choice([self._states] * 3 + [self._releases] * 5 + [self._withdraws] * 2
                                  + [self._takes_release_back, self._moves_members])  # fmt: skip
        with suppress(RefusedProblem, UnknownProblem):
            self.done.append(act())

    def _states(self) -> str:
        """A new version, sometimes marked otherwise, by name or without one."""
        name = self._random.choice(NAMES)
        self._versions[name] += 1
        tlp = self._random.choice([Tlp.CLEAR, Tlp.GREEN, Tlp.GREEN, Tlp.AMBER])
        author = None if name == "c" else "KZ"
        self._kz.imports(indicator(f"{name}.example", tlp, by=author, version=self._versions[name]))
        return f"states {name} v{self._versions[name]} {tlp.label}"

    def _releases(self) -> str:
        what = self._random.choice(
            [*(indicator(f"{name}.example")["id"] for name in NAMES), address("192.0.2.1")["id"]]
        )
        to = self._random.choice(["AZ,UZ", "body:circle", "public", "AZ,UZ,body:circle"])
        follow = self._random.random() < 0.4
        self._kz.releases(what, to=to, follow=follow)
        return f"releases {what} to {to} follow={follow}"

    def _withdraws(self) -> str:
        what = indicator(f"{self._random.choice(NAMES)}.example")["id"]
        self._kz.withdraws(what)
        return f"withdraws {what}"

    def _takes_release_back(self) -> str:
        """One release from everybody whom it reached; of two to AZ and UZ both, so that they stay alike."""
        with self._kz.services.store.reading() as tx:
            made = [s for s in tx.statements.recent(1000) if s.type == "kenesh-release" and s.label is not None]
            kinds = {
                s.audience_ref: [o for o in made if (o.audience_ref, o.at) == (s.audience_ref, s.at)] for s in made
            }
        if not kinds:
            return "nothing"
        chosen = self._random.choice(sorted(kinds))
        twins = [s.id for s in made if s.at == kinds[chosen][0].at and s.objects == kinds[chosen][0].objects]
        for stix_id in twins:
            with suppress(UnknownProblem):
                self._kz.withdraws(stix_id)
        return f"takes back {len(twins)} releases"

    def _moves_members(self) -> str:
        """Both leave the circle, or come again."""
        for code in BOTH:
            if self._members:
                self._kz.ends(code, "circle")
            else:
                self._kz.admits(code, "circle")
        self._members = set() if self._members else set(BOTH)
        return f"members are {sorted(self._members)}"


Seen = set[tuple[str, str | None, Tlp]]
IDS = {*(indicator(f"{name}.example")["id"] for name in NAMES), address("192.0.2.1")["id"]}


def held(node: Node, giver: Node) -> Seen:
    """What the node holds of that giver's: each version, under which marking."""
    found = set()
    with node.services.store.reading() as tx:
        for stix_id in IDS:
            for version in tx.versions.all_of(stix_id):
                holds = [h for h in tx.holds.in_force([version.num]).get(version.num, []) if h.party_ref == giver.ref]
                found |= {(version.id, version.modified, version.marking_under(h.label)) for h in holds}
    return found


def granted(giver: Node, reader: Node) -> Seen:
    """What the giver's grants in force show to that party now."""
    found = set()
    with giver.services.store.reading() as tx:
        for collection in tx.grants.collections():
            after = opening(tx, collection.audience, peer_reader(reader.ref), giver.clock.now())
            if after is None or collection.channel is Channel.CONTROL:
                continue
            objects = [known.num for known in tx.versions.known(IDS).values()]
            grants = [g for g in tx.grants.in_collection(collection.num, objects) if g.stamp > after]
            versions = {h.num: h for h in tx.versions.held([g.version for g in grants])}
            found |= {(versions[g.version].id, versions[g.version].modified, g.tlp) for g in grants}
    return found


@pytest.fixture
def council(tmp_path: Path, sqlite_stores: OpenStore, loop: Loop) -> Iterator[Nodes]:
    nodes = Nodes(tmp_path, sqlite_stores, loop)
    yield nodes
    nodes.close()


def _begins(nodes: Nodes) -> tuple[Node, Node, Node]:
    kz, az, uz = nodes.found("KZ", *BOTH)
    nodes.introduce()
    kz.forms("circle")
    for code in BOTH:
        kz.admits(code, "circle")
    kz.imports(*(indicator(f"{n}.example", by=None if n == "c" else "KZ") for n in NAMES))
    kz.imports(address("192.0.2.1", Tlp.GREEN))
    for node in (az, uz):
        node.syncs("KZ")
    return kz, az, uz


def _is_so(reader: Node, giver: Node, story: str, *, more: bool = False) -> None:
    """The reader holds what the giver's grants show; `more`: it may have more of what it fetched before it left."""
    has, shown = held(reader, giver), granted(giver, reader)
    wrong = shown - has if more else shown ^ has
    assert not wrong, f"{reader.code} holds otherwise than {giver.code} grants: {sorted(wrong)}\n{story}"
    assert reader.quarantine(giver.code) == {}, story
    assert reader.alarms() == [], story


def who_reads(nodes: Nodes, seed: int, acts: int) -> None:
    """AZ reads KZ after each act, UZ at the end."""
    kz, az, uz = _begins(nodes)
    author = Author(kz, Random(seed))
    for _ in range(acts):
        nodes.step()
        author.acts()
        az.syncs("KZ")
    for node in (uz, az):
        node.syncs("KZ", "KZ")
    story = "\n".join(author.done)
    assert granted(kz, az) == granted(kz, uz), "the two stand alike"
    _is_so(uz, kz, story)
    _is_so(az, kz, story, more=True)


def who_gets_it_passed_on(nodes: Nodes, seed: int, acts: int) -> None:
    """AZ reads now and then, and passes on what it may. UZ reads AZ alone, now and then."""
    kz, az, uz = _begins(nodes)
    random = Random(seed)
    author = Author(kz, random)
    for _ in range(acts):
        nodes.step()
        author.acts()
        for chance, act in ((0.5, lambda: az.syncs("KZ")), (0.2, lambda: uz.syncs("AZ"))):
            if random.random() < chance:
                act()
        with suppress(RefusedProblem, UnknownProblem):
            passed_on = random.choice(sorted(IDS))
            if random.random() < 0.15:
                az.withdraws(passed_on)
            elif random.random() < 0.5:
                az.releases(passed_on, to=random.choice(["UZ", "UZ", "public"]))
                author.done.append(f"    AZ passes {passed_on} on")
    for _ in range(2):
        nodes.step()
        az.syncs("KZ")
        uz.syncs("AZ")
    story = "\n".join(author.done)
    _is_so(az, kz, story, more=True)
    _is_so(uz, az, story)
    given = {(i, m) for i, m, _ in granted(az, uz)}
    assert given <= {(i, m) for i, m, _ in held(az, kz)}, f"AZ passes on only what it holds\n{story}"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("story", [who_reads, who_gets_it_passed_on])
def test_who_reads_holds_what_is_granted(council: Nodes, story: Callable[[Nodes, int, int], None], seed: int) -> None:
    story(council, seed, ACTS)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1100))
@pytest.mark.parametrize("story", [who_reads, who_gets_it_passed_on])
def test_who_reads_holds_what_is_granted_at_length(
    council: Nodes, story: Callable[[Nodes, int, int], None], seed: int
) -> None:
    story(council, seed, 3 * ACTS)
