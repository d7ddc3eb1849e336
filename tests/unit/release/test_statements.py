"""Releases and withdrawals: whatever is changed in one after it was signed, it is refused."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.parties.signers import AZ, KG, signed_as, with_header
from tests.unit.release.made import AUTHOR, BEFORE, CIRCLE, ENTRIES, UUID_1, entry, release, withdrawal

from kenesh.basis.canonical import canonical_bytes
from kenesh.basis.problem import DamagedProblem, Problem, UntrustedProblem
from kenesh.parties.keys import PublicKey, Signer
from kenesh.parties.party import party_id
from kenesh.release.audience import PUBLIC
from kenesh.release.manifest import MAX_ENTRIES, text_of
from kenesh.release.statements import (
    RELEASE,
    WITHDRAWAL,
    Place,
    ReleaseStatement,
    WithdrawalStatement,
    Withdrawn,
    read_release,
    read_withdrawal,
)
from kenesh.stix.marking import Tlp
from kenesh.stix.reading import ObjectReader
from kenesh.stix.register import Channel

READER = ObjectReader([RELEASE, WITHDRAWAL])
Change = Callable[[dict[str, Any]], object]


def read(value: dict[str, Any], **changes: Any) -> ReleaseStatement:
    said: dict[str, Any] = {"party_ref": AUTHOR, "audience_ref": CIRCLE, "key": AZ.public}
    return read_release(value, **(said | changes))


def read_back(value: dict[str, Any], **changes: Any) -> WithdrawalStatement:
    said: dict[str, Any] = {"party_ref": AUTHOR, "audience_ref": CIRCLE, "key": AZ.public}
    return read_withdrawal(value, **(said | changes))


def refused(value: dict[str, Any], **changes: Any) -> str:
    reader = read if value["type"] == RELEASE.name else read_back
    with pytest.raises(UntrustedProblem) as problem:
        reader(value, **changes)
    return problem.value.detail


def signed_anew(value: dict[str, Any], signer: Signer = AZ) -> dict[str, Any]:
    unsigned = {name: item for name, item in value.items() if name != "signatures"}
    return unsigned | {"signatures": [signer.sign(unsigned)]}


def without(value: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key != name}


def test_a_release_is_read_as_it_was_made() -> None:
    said = read(release())
    assert said == ReleaseStatement(
        id=f"kenesh-release--{UUID_1}",
        party_ref=AUTHOR,
        place=Place(CIRCLE, 2, BEFORE),
        label=Tlp.AMBER,
        follow=False,
        reason="for your defence",
        entries=ENTRIES,
        root_signature=release()["root_signature"],
        kid=AZ.kid,
    )


def test_a_release_passes_its_schema_and_survives_the_wire() -> None:
    value = READER.read(msgspec.json.encode(release())).value
    assert value == release()
    assert read(dict(value)) == read(release())


@pytest.mark.parametrize("label", Tlp)
def test_each_label_survives_the_wire(label: Tlp) -> None:
    assert read(release(label=label)).label is label


def test_the_first_release_to_an_audience_follows_none() -> None:
    value = release(place=Place(CIRCLE, 1, None), reason="")
    assert "previous" not in value and "reason" not in value
    assert read(value).place == Place(CIRCLE, 1, None)
    assert read(value).reason == ""


def test_statements_travel_in_the_control_twin() -> None:
    assert RELEASE.channel is WITHDRAWAL.channel is Channel.CONTROL


# Each change is one kind of octets: what an adversary on the way, or a forgetful store, might alter.
CHANGES: dict[str, Change] = {
    "the reason": lambda v: v.update(reason="for everybody"),
    "the reason is gone": lambda v: v.pop("reason"),
    "another property": lambda v: v.update(x_note="hello"),
    "the id": lambda v: v.update(id="kenesh-release--00000000-0000-4000-8000-000000000000"),
    "the time it was created": lambda v: v.update(created="2026-11-25T08:00:00.001Z"),
    "the time it was modified": lambda v: v.update(modified="2026-11-25T08:00:00.001Z"),
    "the same instant in other digits": lambda v: v.update(modified="2026-11-25T08:00:00Z"),
    "the spec version": lambda v: v.update(spec_version="2.0"),
    "a marking": lambda v: v.update(object_marking_refs=[Tlp.CLEAR.marking_ref]),
    "revoked": lambda v: v.update(revoked=True),
    "the extension": lambda v: v.update(extensions={}),
    "the number": lambda v: v.update(number=3),
    "the previous one": lambda v: v.update(previous=text_of(bytes(32))),
    "the previous one is gone": lambda v: v.pop("previous"),
    "a wider label": lambda v: v.update(label="TLP:CLEAR"),
    "a stricter label": lambda v: v.update(label="TLP:RED"),
    "whether it follows": lambda v: v.update(follow=True),
    "an entry's id": lambda v: v["entries"][0].update(id=v["entries"][1]["id"]),
    "an entry's modified": lambda v: v["entries"][0].update(modified="2026-11-25T07:00:00.001Z"),
    "an entry's modified is gone": lambda v: v["entries"][0].pop("modified"),
    "a modified where there was none": lambda v: v["entries"][2].update(modified="2026-11-25T07:00:00.000Z"),
    "an entry's hash": lambda v: v["entries"][0].update(sha256=text_of(bytes(32))),
    "an entry's salt": lambda v: v["entries"][0].update(salt=text_of(bytes(16))),
    "two hashes changed places": lambda v: swap(v["entries"], "sha256"),
    "two salts changed places": lambda v: swap(v["entries"], "salt"),
    "the order of entries": lambda v: v["entries"].reverse(),
    "two entries changed places": lambda v: v["entries"].insert(0, v["entries"].pop()),
    "an entry is gone": lambda v: v["entries"].pop(),
    "an entry stands twice": lambda v: v["entries"].append(v["entries"][0]),
    "an entry more": lambda v: v["entries"].append(entry(9).wire()),
    "the root": lambda v: v.update(root=text_of(bytes(32))),
    "the root's signature": lambda v: v.update(root_signature=AZ.sign({"root": text_of(bytes(32)), "count": 5})),
    "the count": lambda v: v.update(count=4),
}


def swap(entries: list[dict[str, Any]], name: str) -> None:
    entries[0][name], entries[1][name] = entries[1][name], entries[0][name]


@pytest.mark.parametrize("what", CHANGES)
def test_a_release_that_was_changed_is_refused(what: str) -> None:
    value = deepcopy(release())
    CHANGES[what](value)
    assert value != release()
    assert refused(value) in ("The signature does not hold.", "The signature is no detached JWS.")


#: Those of them that touch what the root is made of, or the root.
IN_THE_MANIFEST = [what for what in CHANGES if any(word in what for word in ("entr", "hash", "salt", "root", "count"))]


@pytest.mark.parametrize("what", IN_THE_MANIFEST)
def test_a_manifest_that_was_changed_is_refused_though_the_releaser_signs_it_anew(what: str) -> None:
    """The root is signed apart: whoever holds the key must make the root anew too, which gives another release."""
    value = deepcopy(release())
    CHANGES[what](value)
    assert "root" in refused(signed_anew(value)) or "signature" in refused(signed_anew(value))


def test_every_property_of_a_release_is_signed() -> None:
    for name in set(release()) - {"signatures", "type"}:
        changed = release() | {name: None}
        assert refused(changed), name
        if name not in ("created_by_ref", "audience_ref"):
            assert refused(without(release(), name)), name


def test_a_release_for_another_audience_is_refused() -> None:
    """Neither where it says another audience, nor where it was read in another collection than it says."""
    assert "another audience" in refused(release() | {"audience_ref": PUBLIC.ref})
    assert "another audience" in refused(release(), audience_ref=PUBLIC.ref)
    moved = release() | {"audience_ref": PUBLIC.ref}
    assert refused(moved, audience_ref=PUBLIC.ref) == "The signature does not hold."


def test_a_release_of_another_party_is_refused() -> None:
    """Neither where it says another author, nor where it came from another peer than it says."""
    assert "another party" in refused(release() | {"created_by_ref": party_id("KG")})
    assert "another party" in refused(release(), party_ref=party_id("KG"), key=KG.public)
    taken_over = release() | {"created_by_ref": party_id("KG")}
    assert refused(taken_over, party_ref=party_id("KG"), key=KG.public)
    assert refused(signed_anew(taken_over, KG), party_ref=party_id("KG"), key=KG.public)


def test_a_release_under_another_key_is_refused() -> None:
    assert refused(release(KG))
    assert refused(release(), key=KG.public)
    assert refused(signed_anew(release(KG)))


def test_signatures_swapped_between_releases_are_refused() -> None:
    one, other = release(), release(reason="another", place=Place(CIRCLE, 3, BEFORE), entries=ENTRIES[:3])
    assert read(one) and read(other)
    assert refused(one | {"signatures": other["signatures"]})
    assert refused(one | {"root_signature": other["root_signature"]})
    assert refused(signed_anew(one | {"root_signature": other["root_signature"]}))
    assert refused(one | {"signatures": [one["root_signature"]]})
    assert refused(signed_anew(one | {"root_signature": one["signatures"][0]}))
    assert refused(one | {"signatures": withdrawal()["signatures"]})


def test_the_entries_of_another_release_are_refused() -> None:
    other = release(entries=ENTRIES[:3])
    mixed = release() | {name: other[name] for name in ("entries", "root", "count", "root_signature")}
    assert refused(mixed) == "The signature does not hold."


@pytest.mark.parametrize("place", ["signatures", "root_signature"])
@pytest.mark.parametrize(
    "header",
    [
        {"alg": "Ed25519", "kid": KG.kid},
        {"alg": "Ed25519"},
        {"alg": "none", "kid": AZ.kid},
        {"alg": "HS256", "kid": AZ.kid},
        {"alg": "EdDSA", "kid": AZ.kid},
        {"alg": "Ed25519", "kid": AZ.kid, "typ": "kenesh+jwt"},
        {"alg": "Ed25519", "kid": AZ.kid, "crit": ["x"], "x": 1},
    ],
)
def test_a_signature_under_another_header_is_refused(place: str, header: dict[str, Any]) -> None:
    value = release()
    if place == "signatures":
        assert refused(value | {"signatures": [with_header(value["signatures"][0], header)]})
    else:
        assert refused(signed_anew(value | {place: with_header(value[place], header)}))


@pytest.mark.parametrize("algorithm", ["HS256", "EdDSA"])
@pytest.mark.parametrize("place", ["signatures", "root_signature"])
def test_a_sound_signature_under_another_algorithm_is_refused(place: str, algorithm: str) -> None:
    value = release()
    root = {"root": value["root"], "count": value["count"]}
    octets = canonical_bytes(without(value, "signatures") if place == "signatures" else root)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        signature = signed_as(octets, {"kid": AZ.kid}, algorithm=algorithm)
    if place == "signatures":
        assert refused(value | {"signatures": [signature]})
    else:
        assert refused(signed_anew(value | {place: signature}))


def test_a_sound_signature_that_names_another_key_is_refused() -> None:
    value = release()
    signature = signed_as(canonical_bytes(without(value, "signatures")), {"kid": KG.kid})
    assert refused(value | {"signatures": [signature]}) == "The signature names another key."


@pytest.mark.parametrize("previous", ["!" * 43, "A" * 42 + "B", "é" * 43])
def test_a_hash_that_is_none_is_refused_though_it_is_signed(previous: str) -> None:
    assert "base64url" in refused(signed_anew(release() | {"previous": previous}))


@pytest.mark.parametrize("name", ["sha256", "salt"])
def test_an_entry_that_is_no_base64url_is_refused_as_what_does_not_hold(name: str) -> None:
    """One problem, whatever a peer signed: what reads its page puts this one aside, and goes on."""
    value = deepcopy(release())
    value["entries"][0][name] = "!" * len(value["entries"][0][name])
    assert "base64url" in refused(signed_anew(value))


def test_a_number_and_what_it_follows_fit_together() -> None:
    assert "follows" in refused(release(place=Place(CIRCLE, 1, BEFORE)))
    assert "follows" in refused(release(place=Place(CIRCLE, 2, None)))
    assert "follows" in refused(withdrawal(place=Place(CIRCLE, 7, None)))


def test_a_release_of_ten_thousand_entries_is_signed_and_read() -> None:
    entries = [entry(number) for number in range(MAX_ENTRIES)]
    value = release(entries=entries)
    assert len(read(value).entries) == MAX_ENTRIES
    value["entries"][9_999]["salt"] = text_of(bytes(16))
    assert refused(value)


def test_a_withdrawal_is_read_as_it_was_made() -> None:
    assert read_back(withdrawal()) == WithdrawalStatement(
        id=f"kenesh-withdrawal--{UUID_1}",
        party_ref=AUTHOR,
        place=Place(CIRCLE, 3, BEFORE),
        reason="it was wrong",
        withdraws=(Withdrawn(ENTRIES[0].id, ENTRIES[0].modified),),
    )
    assert READER.read(msgspec.json.encode(withdrawal())).value == withdrawal()


WITHDRAWN = Withdrawn(
    ENTRIES[0].id,
    "2026-11-25T07:00:00.000Z",
    "kenesh-release--00000000-0000-4000-8000-000000000000",
    Tlp.RED,
    "a..b",
)


@given(
    st.builds(
        Withdrawn,
        id=st.just(WITHDRAWN.id),
        up_to=st.sampled_from([None, WITHDRAWN.up_to]),
        release_ref=st.sampled_from([None, WITHDRAWN.release_ref]),
        label=st.none() | st.sampled_from(Tlp),
        author_signature=st.sampled_from([None, "a..b"]),
    )
)
def test_whatever_a_withdrawal_says_survives_the_wire(item: Withdrawn) -> None:
    assert read_back(withdrawal(withdraws=[item])).withdraws == (item,)


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "x"},
        {"number": 4},
        {"previous": text_of(bytes(32))},
        {"audience_ref": PUBLIC.ref},
        {"created_by_ref": party_id("KG")},
        {"modified": "2026-11-25T09:00:00.000Z"},
        {"withdraws": []},
        {"withdraws": [{"id": ENTRIES[1].id}]},
        {"withdraws": [{"id": ENTRIES[0].id}]},
        {"withdraws": [Withdrawn(ENTRIES[0].id, ENTRIES[0].modified, label=Tlp.RED).wire()]},
        {"withdraws": [Withdrawn(ENTRIES[0].id, ENTRIES[0].modified).wire()] * 2},
        {"signatures": [AZ.sign({})]},
        {"x": 1},
    ],
)
def test_a_withdrawal_that_was_changed_is_refused(changes: dict[str, Any]) -> None:
    assert refused(withdrawal() | changes)


def test_a_withdrawal_of_another_party_audience_or_key_is_refused() -> None:
    assert refused(withdrawal(), audience_ref=PUBLIC.ref)
    assert refused(withdrawal(), party_ref=party_id("KG"))
    assert refused(withdrawal(), key=KG.public)
    assert refused(withdrawal(KG))


@pytest.mark.parametrize("up_to", ["", "yesterday", "2026-02-30T00:00:00Z", "2026-11-25"])
def test_a_withdrawal_up_to_no_time_that_exists_is_refused_though_it_is_signed(up_to: str) -> None:
    """Nothing that a peer signs may stop the reading of its page."""
    value = withdrawal()
    value["withdraws"][0]["up_to"] = up_to
    assert refused(signed_anew(value))


def author_holds(item: Withdrawn, signature: str | None, key: PublicKey = AZ.public) -> bool:
    assert signature is not None
    try:
        key.verify(signature, item.author_statement())
    except Problem:
        return False
    return True


def test_the_author_signs_his_word_apart_and_it_names_no_audience() -> None:
    item = Withdrawn(ENTRIES[0].id, ENTRIES[0].modified)
    assert item.author_statement() == {"withdraws": ENTRIES[0].id, "up_to": ENTRIES[0].modified}
    assert Withdrawn(ENTRIES[0].id).author_statement() == {"withdraws": ENTRIES[0].id}


@pytest.mark.parametrize(
    "changes",
    [
        {"id": ENTRIES[1].id},
        {"up_to": None},
        {"up_to": "2026-11-25T07:00:00.001Z"},
        {"label": None},
        {"label": Tlp.AMBER},
        {"release_ref": None},
        {"release_ref": "kenesh-release--11111111-0000-4000-8000-000000000000"},
    ],
)
def test_the_authors_word_is_on_that_object_version_label_and_release_alone(changes: dict[str, Any]) -> None:
    said = {"id": WITHDRAWN.id, "up_to": WITHDRAWN.up_to, "release_ref": WITHDRAWN.release_ref, "label": Tlp.RED}
    signature = AZ.sign(Withdrawn(**said).author_statement())
    assert author_holds(Withdrawn(**said), signature)
    assert not author_holds(Withdrawn(**(said | changes)), signature)


def test_taking_back_one_release_is_no_word_on_the_others() -> None:
    """A receiver of that release could else show the author's signature to end everybody's."""
    of_one = Withdrawn(ENTRIES[0].id, ENTRIES[0].modified, "kenesh-release--00000000-0000-4000-8000-000000000000")
    signature = AZ.sign(of_one.author_statement())
    assert not author_holds(Withdrawn(of_one.id, of_one.up_to), signature)


@pytest.mark.parametrize("definition", [RELEASE, WITHDRAWAL], ids=lambda d: d.name)
def test_the_schema_asks_for_everything_that_is_read(definition: Any) -> None:
    value = release() if definition is RELEASE else withdrawal()
    for name in definition.required:
        with pytest.raises(DamagedProblem):
            READER.read(msgspec.json.encode(without(value, name)))


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 0},
        {"number": "2"},
        {"previous": "short"},
        {"label": "TLP:PINK"},
        {"label": "amber"},
        {"follow": 1},
        {"entries": []},
        {"entries": [entry(1).wire()] * (MAX_ENTRIES + 1)},
        {"entries": [entry(1).wire() | {"sha256": "A" * 44}]},
        {"entries": [entry(1).wire() | {"salt": ""}]},
        {"entries": [entry(1).wire() | {"more": 1}]},
        {"count": 0},
        {"count": MAX_ENTRIES + 1},
        {"root": ""},
        {"signatures": []},
        {"signatures": ["a..b"] * 5},
        {"signatures": ["a" * 2001]},
        {"root_signature": None},
    ],
)
def test_the_schema_refuses_what_is_not_of_its_form(changes: dict[str, Any]) -> None:
    with pytest.raises(DamagedProblem):
        READER.read(msgspec.json.encode(release() | changes))


def test_two_releases_of_the_same_have_ids_of_their_own() -> None:
    assert release()["id"] != withdrawal()["id"]
    assert UUID(release()["id"].partition("--")[2]) == UUID_1
