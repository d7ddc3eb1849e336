"""release, withdraw, explain, show, sync: what goes to whom, and what is told when it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli import files
from tests.cli.officer import Council, Officer

from kenesh.basis.problem import Exit

AMBER, GREEN, RED = (files.stix_id("indicator", n) for n in (1, 2, 3))
LOADER, INDICATES = files.stix_id("malware", 4), files.stix_id("relationship", 5)

Pair = tuple[Officer, Officer]


def campaign(folder: Path) -> str:
    return files.written(
        folder,
        files.indicator(1, "evil.example", "amber"),
        files.indicator(2, "bad.example", "green"),
        files.indicator(3, "ministry.example", "red"),
        files.malware(4),
        files.relationship(5, GREEN, LOADER),
    )


@pytest.fixture
def ready(pair: Pair, tmp_path: Path) -> Pair:
    """KZ holds the campaign; AZ's node does not answer."""
    pair[0].document("import", campaign(tmp_path))
    return pair


# Release.


def test_a_release_gives_its_id_and_a_count(ready: Pair) -> None:
    document = ready[0].document("release", AMBER, "--to", "AZ")
    assert set(document) == {"releases", "objects"}
    assert (len(document["releases"]), document["objects"]) == (1, 1)


def test_each_audience_gets_a_release_of_its_own(council: Council, tmp_path: Path) -> None:
    kz, _, _ = council.met("KZ", "AZ", "TR")
    kz.document("import", campaign(tmp_path))
    said = kz.says("release", AMBER, GREEN, "--to", "AZ,TR")
    lines = said.out.splitlines()
    assert lines[::2] == ["2 objects released to AZ.", "2 objects released to TR."]
    assert all(line.startswith("  kenesh-release--") for line in lines[1::2])
    assert lines[1] != lines[3]


def test_a_second_release_of_the_same_is_told_to_be_none(ready: Pair) -> None:
    kz, _ = ready
    kz.document("release", AMBER, "--to", "AZ")
    assert kz.document("release", AMBER, "--to", "AZ") == {"releases": [], "objects": 0}
    said = kz.says("release", AMBER, "--to", "AZ")
    assert (said.code, said.out) == (0, "Nothing was released to AZ: all that may go there is there.\n")


def test_what_was_there_already_is_counted_apart(ready: Pair) -> None:
    kz, _ = ready
    kz.document("release", AMBER, "--to", "AZ")
    lines = kz.says("release", AMBER, GREEN, "--to", "AZ").out.splitlines()
    assert (lines[0], lines[2]) == ("1 object released to AZ.", "Already there: 1 object.")


def test_a_release_to_a_body_says_whom_it_reaches(ready: Pair) -> None:
    kz, _ = ready
    kz.document("body", "add", "circle", "--title", "A circle")
    assert kz.says("release", GREEN, "--to", "body:circle").out.startswith(
        "1 object released to body:circle (no party yet).\n"
    )
    kz.document("member", "admit", "AZ", "--body", "circle")
    assert kz.says("release", AMBER, "--to", "body:circle").out.startswith("1 object released to body:circle (AZ).\n")


def test_a_body_may_be_named_by_its_id(ready: Pair) -> None:
    kz, _ = ready
    body = kz.document("body", "add", "circle", "--title", "A circle")["body"]
    said = kz.says("release", GREEN, "--to", f"body:{body}")
    assert said.out.startswith(f"1 object released to body:{body} (no party yet).\n  kenesh-release--")


def test_an_import_is_a_selection(pair: Pair, tmp_path: Path) -> None:
    kz, _ = pair
    import_id = kz.document("import", files.written(tmp_path, files.malware(4), files.indicator(2, tlp="green")))
    assert kz.document("release", import_id["import"], "--to", "AZ")["objects"] == 2


def test_a_text_is_a_selection(ready: Pair) -> None:
    assert ready[0].document("release", "--query", "bad.example", "--to", "AZ")["objects"] == 1


def test_a_label_makes_what_is_unmarked_ready_to_go(pair: Pair, tmp_path: Path) -> None:
    kz, _ = pair
    kz.document("import", files.written(tmp_path, files.indicator(1, tlp=None)))
    refused = kz.says("release", AMBER, "--to", "AZ", "--json")
    assert (refused.code, refused.document["refused"][0]["rule"]) == (Exit.REFUSED, "LBL-01")
    assert kz.document("release", AMBER, "--to", "AZ", "--tlp", "green", "--reason", "as agreed")["objects"] == 1


def test_a_refusal_names_object_rule_party_and_reason(ready: Pair) -> None:
    kz, _ = ready
    said = kz.says("release", AMBER, GREEN, "--to", "public", "--json")
    assert said.code == Exit.REFUSED
    assert set(said.document) == {"refused"}
    by_object = {item["object"]: item for item in said.document["refused"]}
    assert by_object[AMBER]["party"] == "public"
    assert by_object[AMBER]["rule"] == "TLP-06"
    assert by_object[AMBER]["reason"].startswith("TLP:AMBER is not for everybody (TLP-06")
    assert [set(item) for item in said.document["refused"]] == [{"object", "rule", "party", "reason"}] * 2


def test_a_refusal_in_sentences_names_the_object_and_the_marking(ready: Pair) -> None:
    said = ready[0].says("release", RED, "--to", "AZ")
    assert (said.code, said.out) == (Exit.REFUSED, "")
    assert said.err.startswith(f"Nothing was released: {RED} may not go to AZ: TLP:RED is for named persons only")
    assert said.err.count("\n") == 1


def test_nothing_goes_unless_everything_may(ready: Pair) -> None:
    kz, _ = ready
    assert kz.says("release", GREEN, RED, "--to", "AZ").code == Exit.REFUSED
    assert kz.document("show", GREEN)["recipients"] == []


def test_skip_refused_releases_the_rest_and_lists_what_stays(ready: Pair) -> None:
    kz, _ = ready
    document = kz.document("release", GREEN, RED, "--to", "AZ", "--skip-refused")
    assert set(document) == {"releases", "objects", "refused"}
    assert (document["objects"], [item["object"] for item in document["refused"]]) == (1, [RED])


def test_skip_refused_in_sentences(ready: Pair) -> None:
    lines = ready[0].says("release", GREEN, RED, "--to", "AZ", "--skip-refused").out.splitlines()
    assert lines[0] == "1 object released to AZ."
    assert lines[2] == "Left out:"
    assert lines[3].startswith("  1 object not for AZ: TLP:RED is for named persons only")
    assert lines[4] == f"    {RED}"


def test_three_thousand_refusals_stay_readable(pair: Pair, tmp_path: Path) -> None:
    kz, _ = pair
    many = [files.malware(n, tlp="red") for n in range(1_500)] + [files.malware(n, None) for n in range(1_500, 3_000)]
    import_id = kz.document("import", files.written(tmp_path, *many))["import"]
    said = kz.says("release", import_id, "--to", "AZ")
    lines = said.err.splitlines()
    assert said.code == Exit.REFUSED
    assert "(and 2999 more)" in lines[0]
    assert [line for line in lines if line.startswith("  1500 objects not for AZ: ")] == [lines[1], lines[6]]
    assert lines.count("    and 1497 more") == 2
    assert len(lines) == 11
    assert len(kz.says("release", import_id, "--to", "AZ", "--json").document["refused"]) == 3_000


def test_references_stay_bare_and_the_missing_ids_are_told_beside(ready: Pair) -> None:
    said = ready[0].says("release", INDICATES, "--to", "AZ", "--json")
    assert (said.code, said.document["objects"]) == (0, 1)
    assert said.err == (
        f"AZ cannot resolve 2 references (--references add gives what is held):\n  {GREEN}\n  {LOADER}\n"
    )


def test_references_may_go_along(ready: Pair) -> None:
    said = ready[0].says("release", INDICATES, "--to", "AZ", "--references", "add", "--json")
    assert (said.code, said.document["objects"], said.err) == (0, 3, "")


def test_missing_references_may_stop_it(ready: Pair) -> None:
    said = ready[0].says("release", INDICATES, "--to", "AZ", "--references", "stop", "--json")
    assert said.code == Exit.REFUSED
    assert {item["object"] for item in said.document["refused"]} == {GREEN, LOADER}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("release", AMBER), "No audience is named. Say --to AZ,TR or body:NAME, class:member, group:NAME, public."),
        (("release", "--to", "AZ"), "Nothing is selected. Name object ids or an import's id, or say --query TEXT."),
        (("release", "nonsense", "--to", "AZ"), "'nonsense' is neither an object's id nor an import's."),
        (("release", files.stix_id("malware", 9), "--to", "AZ"), f"This node holds no {files.stix_id('malware', 9)}."),
        (("release", "import--9", "--to", "AZ"), "There is no import import--9. `kenesh imports` lists them."),
        (("release", "--query", "zzz", "--to", "AZ"), "No name, pattern or id here holds 'zzz'."),
        (("release", AMBER, "--to", "HU"), "No node of HU is admitted here. Admit it first: kenesh peer add"),
        (("release", AMBER, "--to", "KZ"), "A release to oneself gives nothing to anybody. Name another party."),
        (("release", AMBER, "--to", "az"), "'az' is no party code."),
        (("release", AMBER, "--to", "body:nope"), "KZ is in no body 'nope'. `kenesh status` lists the bodies"),
        (("release", AMBER, "--to", "class:boss"), "'boss' is no class. A class is one of member, observer, partner"),
        (("release", AMBER, "--to", "class:member"), "This node knows no council, so classes have no members here."),
        (("release", AMBER, "--to", "AZ", "--tlp", "mauve"), "'mauve' is no TLP label."),
        (("release", AMBER, "--new-sightings"), "--new-sightings is a selection by itself."),
        (("explain", "nonsense", "--to", "AZ"), "This node holds no nonsense."),
        (("explain", AMBER, "--to", "KZ"), "KZ is this node's own party. `kenesh show` says what it has"),
        (("explain", AMBER, "--to", "az"), "'az' is no party code."),
        (("show", "nonsense"), "This node holds no nonsense. `kenesh lookup` finds objects."),
        (("withdraw", "nonsense", "--reason", "x"), "This node holds no nonsense."),
        (("withdraw", AMBER, "--reason", "x"), f"{AMBER} is released to nobody. There is nothing to withdraw."),
        (("sync", "HU"), "No node of HU is admitted here. `kenesh peer list` lists them."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_told_in_a_sentence(words: tuple[str, ...], sentence: str, ready: Pair) -> None:
    said = ready[0].says(*words, "--json")
    assert said.code == Exit.USAGE
    assert said.err.startswith(sentence)
    assert said.err.count("\n") == 1
    assert set(said.document) == {"code", "title", "detail"}
    assert said.document["detail"] == said.err.rstrip("\n")


# Explain and show.


def test_explain_says_by_which_rule_it_is_seen(ready: Pair) -> None:
    kz, _ = ready
    kz.document("release", AMBER, "--to", "AZ")
    document = kz.document("explain", AMBER, "--to", "AZ")
    assert set(document) == {"allowed", "rule", "reasons", "terms", "changes"}
    assert document["changes"] == []
    assert (document["allowed"], document["rule"], len(document["reasons"])) == (True, "TLP-10", 1)
    assert kz.says("explain", AMBER, "--to", "AZ").out.startswith("AZ can see it.\n  Released to AZ as TLP:AMBER: ")


def test_explain_says_which_marking_stands_in_the_way(ready: Pair) -> None:
    document = ready[0].document("explain", RED, "--to", "AZ")
    assert (document["allowed"], document["rule"]) == (False, "TLP-01")
    assert document["reasons"][-1].startswith("It carries TLP:RED, and that stands in the way: ")
    assert ["it is released to persons by name"] in document["changes"]
    told = ready[0].says("explain", RED, "--to", "AZ").out
    assert "What would have to change:\n  its author marks it TLP:AMBER+STRICT\n" in told
    assert ready[0].document("explain", RED, "--to", "public", "--at", "2026-11-20T08:00:00Z")["allowed"] is False
    assert "2026-13" in ready[0].says("explain", RED, "--to", "AZ", "--at", "2026-13-01T00:00:00Z").err


def test_explain_for_a_party_that_is_not_admitted_says_so(ready: Pair) -> None:
    document = ready[0].document("explain", AMBER, "--to", "HU")
    assert document["allowed"] is False
    assert document["reasons"][-1] == "No node of HU is admitted here: it reads nothing."


def test_show_tells_versions_marking_releases_and_recipients(ready: Pair) -> None:
    kz, _ = ready
    release = kz.document("release", AMBER, "--to", "AZ")["releases"][0]
    document = kz.document("show", AMBER)
    # The six, and what `show` also says in sentences.
    wanted = {"object", "versions", "tlp", "releases", "recipients", "sightings"}
    assert set(document) == wanted | {"came_from", "ended", "conflicts", "caveats", "content"}
    assert (document["object"], document["tlp"], document["releases"]) == (AMBER, "TLP:AMBER", [release])
    (recipient,) = document["recipients"]
    assert set(recipient) == {"party", "release", "granted_at", "fetched_at", "receipt"}
    assert {k: v for k, v in recipient.items() if k != "granted_at"} == {
        "party": "AZ",
        "release": release,
        "fetched_at": None,
        "receipt": None,
    }
    shown = kz.says("show", AMBER).out
    assert "taken in here at " in shown
    assert "NOT FETCHED YET" in shown
    assert release in shown


def test_show_of_what_went_nowhere_says_so(ready: Pair) -> None:
    assert "\nreleased to nobody\nno sighting came back\n" in ready[0].says("show", AMBER).out


def test_an_absent_object_and_a_withheld_one_look_alike(ready: Pair) -> None:
    said = ready[0].says("show", files.stix_id("indicator", 9))
    assert (said.code, said.err) == (
        Exit.USAGE,
        f"This node holds no {files.stix_id('indicator', 9)}. `kenesh lookup` finds objects.\n",
    )


# Withdraw.


def test_an_object_is_withdrawn_from_all_who_have_it(council: Council, tmp_path: Path) -> None:
    kz, _, _ = council.met("KZ", "AZ", "TR")
    kz.document("import", campaign(tmp_path))
    kz.document("release", AMBER, "--to", "AZ,TR")
    document = kz.document("withdraw", AMBER, "--reason", "cleaned")
    # The three; one act makes a withdrawal for each audience, and all are named.
    assert set(document) == {"withdrawal", "objects", "recipients", "groups", "withdrawals"}
    assert (document["objects"], document["recipients"]) == (1, ["AZ", "TR"])
    assert document["withdrawal"] == document["withdrawals"][0]
    assert len(document["withdrawals"]) == 2
    assert "no longer with AZ: withdrawn at " in kz.says("show", AMBER).out


def test_a_release_is_withdrawn_alone(council: Council, tmp_path: Path) -> None:
    kz, _, _ = council.met("KZ", "AZ", "TR")
    kz.document("import", campaign(tmp_path))
    first, _ = kz.document("release", AMBER, "--to", "AZ,TR")["releases"]
    assert kz.document("withdraw", first, "--reason", "cleaned")["recipients"] == ["AZ"]
    assert [r["party"] for r in kz.document("show", AMBER)["recipients"]] == ["TR"]


def test_withdrawing_in_sentences(ready: Pair) -> None:
    kz, _ = ready
    kz.document("release", AMBER, "--to", "AZ")
    lines = kz.says("withdraw", AMBER, "--reason", "cleaned").out.splitlines()
    assert lines[0] == "1 object withdrawn from AZ."
    assert lines[-1].startswith("kenesh-withdrawal--")


# Sync.


def test_sync_with_nobody_says_how_to_admit_one(kz: Officer) -> None:
    said = kz.says("sync")
    assert (said.code, said.out) == (0, "No node is admitted here yet: kenesh peer add\n")
    assert kz.document("sync") == {"peers": []}


def test_a_peer_that_does_not_answer_is_not_reachable(pair: Pair) -> None:
    said = pair[0].says("sync")
    assert said.code == Exit.UNREACHABLE
    assert said.out == (
        "AZ: NOT READ. AZ at http://127.0.0.1:1 does not answer."
        " Is their node running, and the address on their card right?\n"
    )


def test_a_peer_that_does_not_answer_stands_in_the_document(pair: Pair) -> None:
    said = pair[0].says("sync", "AZ", "--json")
    assert (said.code, said.err) == (Exit.UNREACHABLE, "")
    (peer,) = said.document["peers"]
    assert set(peer) == {"party", "received", "quarantined", "seconds", "problem"}
    assert (peer["party"], peer["received"], peer["quarantined"]) == ("AZ", 0, 0)


def test_a_peer_that_has_not_admitted_this_node_says_so(talking: Pair, council: Council) -> None:
    kz, _ = talking
    tr = council.officer("TR").at("http://127.0.0.1:1")
    tr.meets(kz)
    said = tr.says("sync")
    assert said.out.startswith("KZ: ")
    assert "Each side admits the other: `kenesh peer add` on both nodes." in said.out
    assert said.code in (Exit.FAULT_FOUND, Exit.UNREACHABLE)


# Between two nodes.


def test_the_story_between_two_nodes(talking: Pair, tmp_path: Path) -> None:
    kz, az = talking
    kz.document("import", campaign(tmp_path))
    kz.document("release", AMBER, "--to", "AZ", "--reason", "you asked")

    synced = az.document("sync")
    assert set(synced) == {"peers"}
    assert [set(peer) for peer in synced["peers"]] == [{"party", "received", "quarantined", "seconds"}]
    assert (synced["peers"][0]["party"], synced["peers"][0]["quarantined"]) == ("KZ", 0)

    (hit,) = az.document("lookup", "evil.example")[0]["hits"]
    assert (hit["id"], hit["released_by"], hit["tlp"], hit["name"]) == (
        AMBER,
        "KZ",
        "TLP:AMBER",
        "Seen: evil.example",
    )

    log = tmp_path / "resolver.log"
    log.write_text("2026-11-24T21:14:03Z client 192.0.2.10 query evil.example A\n")
    (sighting,) = az.document("hunt", str(log), "--save")["sightings"]
    answered = az.document("release", "--new-sightings", "--to", "KZ")
    assert (len(answered["releases"]), answered["objects"]) == (1, 1)
    assert az.says("release", "--new-sightings").out == "There is no new sighting to release there.\n"

    kz.document("sync", "AZ")
    document = kz.document("show", AMBER)
    assert [(s["by"], s["id"], s["count"]) for s in document["sightings"]] == [("AZ", sighting, 1)]
    assert document["recipients"][0]["fetched_at"] is not None
    shown = kz.says("show", AMBER).out
    assert "\nseen by AZ: 1 time, 2026-11-24T21:14:03.000Z to 2026-11-24T21:14:03.000Z\n" in shown

    kz.document("withdraw", AMBER, "--reason", "cleaned")
    az.document("sync")
    assert az.document("lookup", "evil.example")[0]["hits"] == []
    said = az.says("show", AMBER)
    assert (said.code, said.err.startswith("This node holds no ")) == (Exit.USAGE, True)


def test_one_peer_of_two_that_does_not_answer_is_a_fault_found(talking: Pair, council: Council) -> None:
    kz, _ = talking
    kz.meets(council.officer("TR").at("http://127.0.0.1:1"))
    said = kz.says("sync")
    assert said.code == Exit.FAULT_FOUND
    assert [line[:3] for line in said.out.splitlines()] == ["AZ:", "TR:"]


def test_what_came_by_two_releases_came_from_their_party_once(talking: Pair, tmp_path: Path) -> None:
    kz, az = talking
    kz.document("import", campaign(tmp_path))
    kz.document("body", "add", "circle", "--title", "A circle")
    kz.document("member", "admit", "AZ", "--body", "circle")
    az.document("sync")
    kz.document("release", AMBER, "--to", "AZ,body:circle")
    az.document("sync")
    assert az.says("show", AMBER).out.count("came from KZ") == 1
