"""The story, step by step. Each step is read back from the *other* node: what it says of itself proves nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from demo import data
from demo.nodes import Council, StepFailed

BODY = "cybersecurity-council"
PATIENCE_S = 20


def check(claim: bool, says: str) -> None:
    """A claim of the story."""
    if not claim:
        raise StepFailed(says)


def wait_until(claim: Callable[[], bool], says: str) -> None:
    """A claim that becomes true when the other node has read what it was nudged for."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if claim():
            return
        time.sleep(0.2)
    raise StepFailed(f"{says} (waited {PATIENCE_S} s)")


def hits(council: Council, party: str, value: str) -> list[dict[str, Any]]:
    """What a party's node knows of a value."""
    found: list[dict[str, Any]] = council.run(party, "lookup", value).document[0]["hits"]
    return found


def knows(council: Council, party: str, value: str, released_by: str) -> Callable[[], bool]:
    return lambda: any(hit["released_by"] == released_by for hit in hits(council, party, value))


def tell(council: Council) -> Iterator[str]:
    """Plays the story; gives each step's name before it is played."""
    yield "Six nodes are founded, each with its own keys, store and home"
    council.found()
    yield "They are served, each by a process of its own"
    council.serve()
    yield "Every two admit each other: a card, and a fingerprint that was read out"
    council.introduce()
    yield from _circle(council)
    yield from _share(council)
    yield from _refuse(council)
    yield from _answer(council)
    yield from _recall(council)
    yield from _look_back(council)


def _circle(council: Council) -> Iterator[str]:
    yield "The secretariat forms the Cybersecurity Council; KZ, AZ, TR and UZ are members, KG is not"
    council.run("SEC", "body", "add", BODY, "--title", "Cybersecurity Council")
    for party in ("KZ", "AZ", "TR", "UZ"):
        council.run("SEC", "member", "admit", party, "--body", BODY, "--role", "member")

    def members(party: str) -> list[str]:
        bodies = council.run(party, "status").document["bodies"]
        return next((sorted(b["members"]) for b in bodies if b["name"] == BODY), [])

    for party in ("KZ", "AZ", "TR", "UZ"):
        wait_until(lambda p=party: members(p) == ["AZ", "KZ", "SEC", "TR", "UZ"], f"{party} knows the members")  # type: ignore[misc]
    check(members("KG") == [], "KG must not know that the circle exists")


def _share(council: Council) -> Iterator[str]:
    yield "KZ imports its analysts' bundle; the broken object is refused by name, the good ones stay"
    file = council.home("KZ") / "campaign.json"
    file.write_text(data.bundle())
    first = council.run("KZ", "import", str(file)).document
    check((first["accepted"], first["refused"]) == (5, 1), f"5 taken in and 1 refused, not {first}")
    again = council.run("KZ", "import", str(file)).document
    check((again["accepted"], again["unchanged"]) == (0, 5), f"a second import changes nothing, not {again}")

    yield "KZ states an address that was said on the telephone, and releases it to AZ and TR"
    spoken = council.run("KZ", "state", data.SPOKEN, "--tlp", "amber", "--note", "CERT-AZ called").document[0]["id"]
    council.run("KZ", "release", spoken, "--to", "AZ,TR", "--reason", "you asked")
    for party in ("AZ", "TR"):
        wait_until(knows(council, party, data.SPOKEN, "KZ"), f"{party} knows the address from KZ")
    check(hits(council, "AZ", data.SPOKEN)[0]["tlp"] == "TLP:AMBER", "AZ sees it as TLP:AMBER")
    check(not hits(council, "UZ", data.SPOKEN), "UZ must not know it")

    yield "KZ releases an indicator to the council; its members see it, KG does not"
    council.run("KZ", "release", data.AMBER_INDICATOR, "--to", f"body:{BODY}")
    for party in ("AZ", "TR", "UZ"):
        wait_until(knows(council, party, data.DOMAIN, "KZ"), f"{party} knows the domain from KZ")
    check(not hits(council, "KG", data.DOMAIN), "KG must not know it")
    check(council.run("KZ", "explain", data.AMBER_INDICATOR, "--to", "UZ").document["allowed"], "UZ may see it")
    check(not council.run("KZ", "explain", data.AMBER_INDICATOR, "--to", "KG").document["allowed"], "KG may not")


def _refuse(council: Council) -> Iterator[str]:
    yield "TLP:AMBER is not released to the public, TLP:RED to nobody's node, and AZ may not pass AMBER on"
    for party, stix_id, to in (
        ("KZ", data.AMBER_INDICATOR, "public"),
        ("KZ", data.RED_INDICATOR, "AZ"),
        ("AZ", data.AMBER_INDICATOR, "KG"),
    ):
        refused = council.run(party, "release", stix_id, "--to", to, fails=True)
        check(refused.code == 3, f"exit 3, not {refused.code}")
        check(refused.document["refused"][0]["object"] == stix_id, "the refusal names the object")
    check(not hits(council, "KG", data.DOMAIN), "KG must still not know it")

    yield "AZ passes KZ's TLP:GREEN indicator on to KG, with KZ's own proof"
    council.run("KZ", "release", data.GREEN_INDICATOR, "--to", "AZ")
    wait_until(knows(council, "AZ", data.ADDRESS, "KZ"), "AZ knows the GREEN indicator")
    council.run("AZ", "release", data.GREEN_INDICATOR, "--to", "KG")
    wait_until(knows(council, "KG", data.ADDRESS, "AZ"), "KG knows it from AZ")


def _answer(council: Council) -> Iterator[str]:
    yield "AZ hunts its resolver's log: the planted hits, and none of what only looks like one"
    log = council.home("AZ") / "resolver.log"
    log.write_text(data.log())
    hunt = council.run("AZ", "hunt", str(log), "--save").document
    counts = {hit["value"]: hit["count"] for hit in hunt["hits"]}
    check(counts == {data.DOMAIN: 2, data.SPOKEN: 1}, f"two lines of the domain, one of the address, not {counts}")

    yield "AZ answers KZ with its sightings; KZ sees them beside its indicator, TR hears nothing"
    council.run("AZ", "release", "--new-sightings", "--to", "KZ")

    def seen(party: str) -> list[str]:
        shown = council.run(party, "show", data.AMBER_INDICATOR).document
        return [sighting["by"] for sighting in shown["sightings"]]

    wait_until(lambda: seen("KZ") == ["AZ"], "KZ sees AZ's sighting")
    check(seen("TR") == [], "TR must not see it")

    def fetched() -> set[str]:
        shown = council.run("KZ", "show", data.AMBER_INDICATOR).document
        return {r["party"] for r in shown["recipients"] if r["fetched_at"]}

    wait_until(lambda: {"AZ", "TR", "UZ"} <= fetched(), "KZ sees who has fetched it")


def _recall(council: Council) -> Iterator[str]:
    yield "KZ withdraws the indicator; it is gone from every member's look-up"
    withdrawn = council.run("KZ", "withdraw", data.AMBER_INDICATOR, "--reason", "the server was cleaned").document
    check({"AZ", "TR", "UZ"} <= set(withdrawn["recipients"]), f"members are told, not {withdrawn['recipients']}")
    for party in ("AZ", "TR", "UZ"):
        wait_until(lambda p=party: not hits(council, p, data.DOMAIN), f"{party} does not know it any more")  # type: ignore[misc]

    yield "KZ withdraws what AZ had passed on; KG loses it too"
    council.run("KZ", "withdraw", data.GREEN_INDICATOR, "--reason", "a mistake")
    wait_until(lambda: not hits(council, "KG", data.ADDRESS), "KG does not know it any more")


def _look_back(council: Council) -> Iterator[str]:
    yield "Every node's record of acts holds, and every doctor finds it well"
    for party in council.ports:
        check(council.run(party, "audit", "verify").document["holds"], f"the record of {party} holds")
        doctor = council.run(party, "doctor").document
        check(doctor["healthy"], f"the node of {party} is well: {doctor}")
