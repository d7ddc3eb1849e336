"""import, imports, state, lookup, hunt: what is taken in, what is refused, and how much of it is told."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli import files
from tests.cli.officer import Officer

from kenesh.basis.problem import Exit
from kenesh.doors.cli.neighbours import KENESH

KEYS = {"import", "accepted", "unchanged", "proposed", "refused", "warnings"}


def test_good_objects_stay_and_a_bad_one_is_refused_by_name(kz: Officer, tmp_path: Path) -> None:
    file = files.written(tmp_path, files.indicator(1), files.broken(2), files.malware(3))
    said = kz.says("import", file)
    assert said.code == 0
    first, refused, import_id = said.out.splitlines()
    assert first == "2 objects taken in, 1 refused."
    assert refused.startswith(f"  refused: objects[1]: {files.stix_id('indicator', 2)}: ")
    assert import_id.startswith("import--")


def test_the_document_counts(kz: Officer, tmp_path: Path) -> None:
    file = files.written(tmp_path, files.indicator(1), files.broken(2), files.malware(3))
    said = kz.says("import", file, "--json")
    assert (said.code, said.err, set(said.document)) == (0, "", KEYS)
    assert {k: v for k, v in said.document.items() if k != "import"} == {
        "accepted": 2,
        "unchanged": 0,
        "proposed": 0,
        "refused": 1,
        "warnings": 0,
    }


def test_importing_again_changes_nothing_and_says_so(kz: Officer, tmp_path: Path) -> None:
    file = files.written(tmp_path, files.indicator(1), files.malware(3))
    kz.document("import", file)
    said = kz.says("import", file)
    assert (said.code, said.out.splitlines()[0]) == (0, "0 objects taken in, 2 known already.")
    assert kz.document("import", file) | {"import": ""} == {
        "import": "",
        "accepted": 0,
        "unchanged": 2,
        "proposed": 0,
        "refused": 0,
        "warnings": 0,
    }


def test_of_a_large_file_every_object_is_told_by_its_own_place(kz: Officer, tmp_path: Path) -> None:
    file = files.written(
        tmp_path, *(files.broken(n) if n in (6_999, 9_000) else files.malware(n) for n in range(1, 9_001))
    )
    said = kz.says("import", file)
    assert said.out.splitlines()[0] == "8998 objects taken in, 2 refused."
    assert [line.split(":")[1].strip() for line in said.out.splitlines()[1:3]] == ["objects[6998]", "objects[8999]"]


def test_whoever_stops_an_import_is_told_so_and_can_go_on(kz: Officer, tmp_path: Path) -> None:
    first, others = files.indicator(1, "first.example"), (files.malware(number) for number in range(2, 30_001))
    file = files.written(tmp_path, first, *others)
    with subprocess.Popen(
        [*KENESH, "--home", kz.home, "import", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as importing:
        while not kz.document("lookup", "first.example")[0]["hits"]:
            assert importing.poll() is None
        # It is told by the command alone, whatever was being read.
        importing.send_signal(signal.SIGINT)
        out, err = importing.communicate(timeout=60)
    assert (importing.returncode, out, err) == (130, b"", b"Stopped.\n")
    assert kz.says("imports").out.count("CUT OFF: import it again") == 1
    again = kz.document("import", file)
    assert again["accepted"] + again["unchanged"] == 30_000
    assert again["accepted"] and again["unchanged"]


def test_one_object_is_not_several(kz: Officer, tmp_path: Path) -> None:
    assert kz.says("import", files.written(tmp_path, files.malware(1))).out.splitlines()[0] == "1 object taken in."


def test_several_files_are_one_import_and_each_refusal_names_its_file(kz: Officer, tmp_path: Path) -> None:
    one = files.written(tmp_path, files.indicator(1), name="one.json")
    other = files.written(tmp_path, files.broken(2), name="other.json")
    said = kz.says("import", one, other)
    assert f"  refused: {other}: objects[0]: " in said.out
    assert len(kz.document("imports")) == 1


def test_an_import_is_read_from_a_pipe(kz: Officer) -> None:
    assert kz.document("import", "-", stdin=files.bundle(files.malware(1)))["accepted"] == 1


def test_an_import_is_read_from_a_named_pipe(kz: Officer, tmp_path: Path) -> None:
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    writer = threading.Thread(target=fifo.write_bytes, args=(files.bundle(files.malware(1)),))
    writer.start()
    assert kz.document("import", str(fifo))["accepted"] == 1
    writer.join()


def test_many_that_are_alike_are_told_together(kz: Officer, tmp_path: Path) -> None:
    file = files.written(tmp_path, *(files.broken(n) for n in range(3_000)), files.malware(3_000))
    said = kz.says("import", file)
    lines = said.out.splitlines()
    assert lines[0] == "1 object taken in, 3000 refused."
    assert lines[1].startswith("  refused 3000 times: ")
    assert files.stix_id("indicator", 0) not in lines[1], "the reason is said once, without a name"
    assert lines[2] == f"    first: objects[0]: {files.stix_id('indicator', 0)}"
    assert lines[3] == f"Each of them by name: kenesh --home {kz.home} imports {lines[4]}"
    assert len(lines) == 5


def test_the_list_of_one_import_names_each(kz: Officer, tmp_path: Path) -> None:
    file = files.written(tmp_path, *(files.broken(n) for n in range(120)), files.malware(120))
    import_id = kz.document("import", file)["import"]
    said = kz.says("imports", import_id)
    assert said.err == ""
    assert len(said.out.splitlines()) == 121
    for n in range(120):
        assert f"  refused: objects[{n}]: {files.stix_id('indicator', n)}: " in said.out


def test_a_list_that_was_cut_says_so(kz: Officer, tmp_path: Path) -> None:
    file = files.written(tmp_path, *(files.broken(n) for n in range(5)), files.malware(5))
    import_id = kz.document("import", file)["import"]
    said = kz.says("imports", import_id, "--most", "2")
    assert (len(said.out.splitlines()), said.err) == (3, "These are the first 2 of 5.\n")


def test_a_kind_of_refusal_that_is_rare_is_not_drowned(kz: Officer, tmp_path: Path) -> None:
    rare = files.malware(0) | {"id": "malware--no"}
    said = kz.says("import", files.written(tmp_path, *(files.broken(n) for n in range(1, 100)), rare))
    assert "  refused: objects[99]: malware--no: .id is no identifier of the form type--UUID.\n" in said.out


def test_warnings_are_told_after_refusals(kz: Officer, tmp_path: Path) -> None:
    lenient = files.malware(1) | {"aliases": []}
    said = kz.says("import", files.written(tmp_path, lenient, files.broken(2)))
    assert [line.split(":")[0] for line in said.out.splitlines()[1:3]] == ["  refused", "  warning"]
    assert said.out.startswith("1 object taken in, 1 refused, 1 warning.\n")


def test_what_a_file_says_is_never_printed_raw(kz: Officer, tmp_path: Path) -> None:
    nasty = "\x1b]0;owned\x07\u202e"
    file = files.written(tmp_path, files.indicator(1) | {"id": f"indicator--{nasty}"}, files.malware(2, name=nasty))
    import_id = kz.document("import", file)["import"]
    kz.document("state", "evil.example", "--tlp", "green", "--note", "called")
    for words in (("import", file), ("imports",), ("imports", import_id), ("show", files.stix_id("malware", 2))):
        said = kz.says(*words)
        assert not {"\x1b", "\x07", "\u202e"} & set(said.out + said.err), words


# Nothing was taken in.


def test_where_nothing_is_taken_in_the_input_is_damaged(kz: Officer, tmp_path: Path) -> None:
    said = kz.says("import", files.written(tmp_path, files.broken(1)))
    assert said.code == Exit.DAMAGED
    assert said.out.startswith("0 objects taken in, 1 refused.\n  refused: objects[0]: ")
    assert said.err == "Nothing was taken in. All of it was refused.\n"


def test_where_nothing_is_taken_in_the_document_is_still_one(kz: Officer, tmp_path: Path) -> None:
    said = kz.says("import", files.written(tmp_path, files.broken(1)), "--json")
    assert (said.code, set(said.document), said.document["refused"]) == (Exit.DAMAGED, KEYS, 1)


@pytest.mark.parametrize("octets", [b"[]", b'{"type":"bundle","id":"bundle--0"}', b'{"objects":[]}'])
def test_a_file_without_objects_is_told(octets: bytes, kz: Officer, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(octets)
    said = kz.says("import", str(tmp_path / "file"))
    assert (said.code, said.err) == (Exit.DAMAGED, "Nothing was taken in. There is no object in it.\n")


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.json", files.bundle(files.malware(1)))


NOT_WHAT_IT_SAYS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a PDF": (lambda p: p.write_bytes(b"%PDF-1.7\n%\xe2\xe3\n"), "The PDF cannot be read"),
    "gzip in gzip": (lambda p: p.write_bytes(gzip.compress(gzip.compress(b"{}"))), "It is gzip: unpack it first."),
    "a zip": (_zip, "It is a zip archive: unpack it first."),
    "UTF-16": (lambda p: p.write_bytes(files.bundle().decode().encode("utf-16")), "It is UTF-16: save it as UTF-8."),
    "binary": (lambda p: p.write_bytes(bytes(range(256)) * 8), "no text at all"),
    "a web page": (lambda p: p.write_text("<!doctype html><html>"), "It begins with '<'"),
    "text": (lambda p: p.write_text("Only words.\n"), "There is no address"),
    "other JSON": (lambda p: p.write_text('{"Event": {"info": "MISP"}}'), "It is JSON and no STIX"),
    "nothing": (lambda p: p.touch(), "It is empty."),
}


@pytest.mark.parametrize("name", NOT_WHAT_IT_SAYS)
def test_a_file_that_is_not_what_it_says_is_named_for_what_it_is(name: str, kz: Officer, tmp_path: Path) -> None:
    make, sentence = NOT_WHAT_IT_SAYS[name]
    make(tmp_path / "campaign.json")
    said = kz.says("import", str(tmp_path / "campaign.json"))
    assert said.code == Exit.DAMAGED
    assert sentence in said.out
    is_no_stix_at_all = name in ("a PDF", "text")
    assert is_no_stix_at_all or "Read as STIX are bundles, single objects, lists of objects" in said.out


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("{}", "{} is a folder. Name its files: {}/*.json."),
        ("/dev/null", "/dev/null is a device and no file. Name a file; - reads what is piped in."),
        ("{}/no.json", "{}/no.json cannot be read: No such file or directory. Look at the name; - reads what is"),
        ("a" * 5000, "cannot be read: File name too long."),
    ],
    ids=["a folder", "a device", "missing", "too long"],
)
def test_what_is_no_file_is_told_before_anything_is_done(path: str, sentence: str, kz: Officer, tmp_path: Path) -> None:
    good = files.written(tmp_path, files.malware(1))
    said = kz.says("import", good, path.replace("{}", str(tmp_path)))
    assert (said.code, said.out) == (Exit.USAGE, "")
    assert sentence.replace("{}", str(tmp_path)) in said.err
    assert kz.document("imports") == []


def test_the_list_of_imports(kz: Officer, tmp_path: Path) -> None:
    assert kz.says("imports").out == "Nothing was imported here yet.\n"
    file = files.written(tmp_path, files.malware(1))
    first = kz.document("import", file)["import"]
    (listed,) = kz.document("imports")
    assert set(listed) == KEYS | {"waiting", "at", "source", "finished"}
    assert (listed["import"], listed["source"], listed["finished"]) == (first, file, True)
    assert f"  {first}  1 taken in  " in kz.says("imports").out
    one = kz.document("imports", first)
    assert one == listed | {"remarks": []}


def test_each_conflict_of_a_file_is_told_where_it_stands(kz: Officer, tmp_path: Path) -> None:
    file = files.written(tmp_path, *(files.malware(1, name=name) for name in ("a", "b", "c")))
    lines = [line for line in kz.says("import", file).out.splitlines() if "refused:" in line]
    assert [line.split(":")[1].strip() for line in lines] == ["objects[1]", "objects[2]"]
    assert all("It is kept apart, and counts for nothing." in line for line in lines)


def test_what_is_alike_and_nameless_is_told_by_its_place(kz: Officer, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("evil.example\n" * 60 + "what\n" * 21)
    lines = kz.says("import", str(tmp_path / "list.txt")).out.splitlines()
    assert "    first: line 61" in lines


def _misp(folder: Path, seconds: int, **said: object) -> str:
    attribute = {"uuid": files.stix_id("x", 1)[3:], "type": "domain", "value": "evil.example", "timestamp": seconds}
    event = {"uuid": files.stix_id("x", 2)[3:], "info": "A case", "timestamp": seconds, "distribution": 3}
    path = folder / f"{seconds}.json"
    path.write_text(json.dumps({"Event": event | {"Attribute": [attribute | said]}}))
    return str(path)


def _found(kz: Officer) -> list[str]:
    return [hit["id"] for hit in kz.document("lookup", "evil.example")[0]["hits"]]


def test_an_attribute_of_misps_that_is_searched_for_no_more_is_found_no_more(kz: Officer, tmp_path: Path) -> None:
    on, off = _misp(tmp_path, 1_767_225_600, to_ids=True), _misp(tmp_path, 1_767_225_700, to_ids=False)
    again = _misp(tmp_path, 1_767_225_800, to_ids=True)
    indicator = f"indicator--{files.stix_id('x', 1)[3:]}"

    kz.document("import", off)
    assert kz.says("show", indicator).code == Exit.USAGE, "nothing is revoked that was never stated"
    kz.document("import", on)
    assert indicator in _found(kz)
    assert kz.document("import", off)["accepted"] == 1
    assert indicator not in _found(kz)
    assert "It is revoked: it counts no more." in kz.says("show", indicator).out
    assert kz.document("import", off)["accepted"] == 0

    said = kz.says("import", again).out
    assert "Conflict: the object was revoked, and a revocation is final." in said


def test_what_was_searched_for_again_is_not_ended_by_an_older_file(kz: Officer, tmp_path: Path) -> None:
    off, on = _misp(tmp_path, 1_767_225_600, to_ids=False), _misp(tmp_path, 1_767_225_700, to_ids=True)
    kz.document("import", on)
    kz.document("import", off)
    assert any(found.startswith("indicator--") for found in _found(kz))


def test_an_import_that_is_unknown_is_told(kz: Officer) -> None:
    said = kz.says("imports", "import--0")
    assert (said.code, said.err) == (Exit.USAGE, "There is no import import--0. `kenesh imports` lists them.\n")


# What was said on the telephone.


def test_a_value_that_was_said_becomes_an_indicator(kz: Officer) -> None:
    document = kz.document("state", "evil.example", "198.51.100.7", "--tlp", "amber", "--note", "AZ called at 01:10")
    assert [set(stated) for stated in document] == [{"id", "value", "tlp"}] * 2
    assert [(s["value"], s["tlp"]) for s in document] == [("evil.example", "TLP:AMBER"), ("198.51.100.7", "TLP:AMBER")]
    shown = kz.says("show", document[0]["id"]).out
    assert "  AZ called at 01:10\n" in shown
    assert "  [domain-name:value = 'evil[.]example']\n" in shown, "what it looks for, and no link"


@pytest.mark.parametrize("tlp", ["AMBER+STRICT", "amber+strict", "TLP:AMBER+STRICT"])
def test_a_label_may_be_typed_in_other_ways(tlp: str, kz: Officer) -> None:
    assert kz.document("state", "evil.example", "--tlp", tlp)[0]["tlp"] == "TLP:AMBER+STRICT"


def test_a_label_that_is_none_is_refused(kz: Officer) -> None:
    said = kz.says("state", "evil.example", "--tlp", "purple")
    assert (said.code, said.err) == (
        Exit.USAGE,
        "'purple' is no TLP label. Say clear, green, amber, amber+strict or red.\n",
    )


def test_a_value_that_is_none_is_refused_and_nothing_is_stated(kz: Officer) -> None:
    said = kz.says("state", "evil.example", "nonsense", "--tlp", "amber")
    assert (said.code, said.err) == (
        Exit.USAGE,
        "'nonsense' is no address, domain, URL, hash or e-mail address. Write it in full.\n",
    )
    assert kz.document("lookup", "evil.example")[0]["hits"] == []


# Look-up.


def test_a_known_value_is_told_with_from_whom_and_how_marked(kz: Officer) -> None:
    stated = kz.document("state", "evil.example", "--tlp", "amber")[0]["id"]
    (found,) = kz.document("lookup", "evil.example")
    assert set(found) == {"value", "hits"}
    # The four, and what a script needs to understand a hit by a parent domain.
    assert found["hits"] == [
        {
            "id": stated,
            "released_by": "KZ",
            "tlp": "TLP:AMBER",
            "name": "evil.example",
            "type": "indicator",
            "matched": "evil.example",
        }
    ]
    assert kz.says("lookup", "cdn.evil.example").out.startswith(
        "cdn[.]evil[.]example: KNOWN (matches evil[.]example), from KZ, TLP:AMBER\n"
    )


def test_an_unknown_value_is_no_failing(kz: Officer) -> None:
    said = kz.says("lookup", "good.example", "nonsense")
    assert (said.code, said.out) == (
        0,
        "good[.]example: not known here\nnonsense: is no address, domain, URL, hash or e-mail address\n",
    )
    assert kz.document("lookup", "good.example") == [{"value": "good.example", "hits": []}]


@pytest.mark.parametrize(
    "octets",
    [b"evil.example\n\n198.51.100.7", b"\xef\xbb\xbfevil.example\r\n198.51.100.7\r\n"],
    ids=["unix", "windows"],
)
def test_values_are_read_from_a_pipe_a_line_each(octets: bytes, kz: Officer) -> None:
    found = kz.document("lookup", "-", stdin=octets)
    assert [one["value"] for one in found] == ["evil.example", "198.51.100.7"]


def test_of_very_many_values_those_that_are_known_are_told(kz: Officer) -> None:
    kz.document("state", "evil.example", "--tlp", "amber")
    asked = [*(f"n{n}.example" for n in range(3_000)), "evil.example", "nonsense"]
    said = kz.says("lookup", "-", stdin="\n".join(asked).encode())
    lines = said.out.splitlines()
    assert lines[0] == "evil[.]example: KNOWN, from KZ, TLP:AMBER"
    assert lines[-1] == "Known here: 1 of 3002 values; of no kind that is looked up: 1."
    assert len(lines) == 4


def test_lines_that_are_no_utf_8_are_values_that_are_none(kz: Officer) -> None:
    said = kz.says("lookup", "-", "--json", stdin=b"\xff\xfe\nevil.example\n")
    assert (said.code, [one["hits"] for one in said.document]) == (0, [[], []])


def test_an_empty_pipe_is_an_empty_answer(kz: Officer) -> None:
    assert (kz.says("lookup", "-", stdin=b"").out, kz.document("lookup", "-", stdin=b"")) == ("", [])


# Hunting.


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "resolver.log"
    path.write_text(
        "2026-11-24T21:14:03Z client 192.0.2.10 query evil.example A\n"
        "2026-11-24T22:40:51Z client 192.0.2.11 query cdn.evil.example A\n"
        "2026-11-24T23:02:17Z client 192.0.2.12 query notevil.example A\n"
    )
    return str(path)


def test_a_hunt_finds_the_lines_and_saves_nothing_by_itself(kz: Officer, log: str) -> None:
    stated = kz.document("state", "evil.example", "--tlp", "amber")[0]["id"]
    document = kz.document("hunt", log)
    assert document == {
        "lines": 3,
        "malformed": 0,
        "hits": [
            {
                "value": "evil.example",
                "indicator": stated,
                "count": 2,
                "first_seen": "2026-11-24T21:14:03.000Z",
                "last_seen": "2026-11-24T22:40:51.000Z",
            }
        ],
        "sightings": [],
    }
    assert kz.says("hunt", log).out == (
        "3 lines searched.\n"
        "FOUND evil[.]example in 2 lines, 2026-11-24 21:14:03Z to 2026-11-24 22:40:51Z\n"
        f"  {stated}\n"
        "Nothing was saved: --save makes sightings of these.\n"
    )
    # It stands in the record, with how much was searched and found, and nothing of what the logs say.
    hunts = [one["details"] for one in kz.document("audit", "list") if one["kind"] == "hunt-made"]
    assert hunts == [{"lines": 3, "hits": 1}] * 2


def test_a_hunt_that_saves_says_how_to_answer(kz: Officer, log: str) -> None:
    kz.document("state", "evil.example", "--tlp", "amber")
    assert kz.says("hunt", log, "--save").out.endswith(
        f"\n1 sighting saved. To answer with them: kenesh --home {kz.home} release --new-sightings\n"
    )
    (sighting,) = kz.document("hunt", log, "--save")["sightings"]
    assert kz.document("show", sighting)["tlp"] == "TLP:AMBER"


def test_a_hunt_without_a_hit_says_so(kz: Officer, log: str) -> None:
    """What was made up for an exercise is not searched for in earnest, and what is real not in an exercise."""

    def says(*words: str) -> str:
        first, told = kz.says("hunt", log, *words).out.splitlines()
        assert first == "3 lines searched."
        return told

    assert says() == "There is no indicator here to search for."
    assert says("--exercise") == "There is no indicator of an exercise here to search for."
    kz.document("state", "other.example", "--tlp", "amber")
    assert says() == "No indicator in force stands in them."
    assert says("--exercise") == "There is no indicator of an exercise here to search for."
    kz.document("state", "more.example", "--tlp", "amber", "--exercise")
    assert says() == "No indicator in force stands in them."
    assert says("--exercise") == "No indicator of an exercise stands in them."
    made_up = kz.document("state", "evil.example", "--tlp", "amber", "--exercise")[0]["id"]
    assert says() == "No indicator in force stands in them."
    found = kz.says("hunt", log, "--exercise", "--save").out.splitlines()
    assert found[1].startswith("EXERCISE  FOUND evil[.]example in 2 lines, ")
    assert found[2] == f"  {made_up}"
    assert found[3].startswith(f"1 sighting saved. To answer with them: kenesh --home {kz.home} release sighting--")
    assert found[3].endswith(" --to body:NAME")


def test_a_malformed_line_is_counted_and_searched(kz: Officer, tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text('{"host": "good.example"}\n{"host": "evil.example"\n')
    kz.document("state", "evil.example", "--tlp", "amber")
    said = kz.says("hunt", str(tmp_path / "events.jsonl"))
    assert said.out.startswith("2 lines searched; 1 malformed, searched as text.\nFOUND evil[.]example in 1 line\n")


def test_a_log_that_is_not_there_is_told(kz: Officer, tmp_path: Path) -> None:
    said = kz.says("hunt", str(tmp_path / "nowhere"))
    assert (said.code, said.err) == (
        Exit.USAGE,
        f"There is no log at {tmp_path / 'nowhere'}. Name a file or a folder of files.\n",
    )


def test_a_compressed_file_that_is_cut_off_gives_what_came_whole(kz: Officer, tmp_path: Path) -> None:
    whole = files.bundle(*(files.indicator(n) for n in range(50)))
    (tmp_path / "campaign.json").write_bytes(gzip.compress(whole, compresslevel=0)[:-200])
    said = kz.says("import", str(tmp_path / "campaign.json"))
    assert "49 objects taken in" in said.out
    assert "Its compression breaks" in said.out


def test_a_compressed_file_is_opened(kz: Officer, tmp_path: Path) -> None:
    (tmp_path / "campaign.json").write_bytes(gzip.compress(files.bundle(files.indicator(1), files.malware(2))))
    assert kz.document("import", str(tmp_path / "campaign.json"))["accepted"] == 2


STIX_2_0 = b"""{"type": "bundle", "id": "bundle--5f0c5b4e-0c86-4c0e-9a37-3d1e2c0f7a01", "spec_version": "2.0",
  "objects": [
  {"type": "malware", "id": "malware--5f0c5b4e-0c86-4c0e-9a37-3d1e2c0f7a03", "name": "Karakurt", "labels": ["worm"],
   "created": "2019-03-01T10:00:00.000Z", "modified": "2019-03-01T10:00:00.000Z"}]}"""


def test_stix_2_0_is_taken_in_as_2_1_twice_without_a_conflict_and_what_came_is_kept(
    kz: Officer, tmp_path: Path
) -> None:
    (tmp_path / "old.json").write_bytes(STIX_2_0)
    (tmp_path / "spaced.json").write_bytes(STIX_2_0.replace(b", ", b" ,  "))
    assert kz.says("import", str(tmp_path / "old.json")).out.splitlines()[0] == "1 object taken in."
    for name in ("old.json", "spaced.json"):
        assert kz.says("import", str(tmp_path / name)).out.splitlines()[0] == "0 objects taken in, 1 known already."
    stix_id = "malware--5f0c5b4e-0c86-4c0e-9a37-3d1e2c0f7a03"
    original = tmp_path / "original.json"
    content = kz.document("show", stix_id, "--original", str(original))["content"]
    assert (content["spec_version"], content["malware_types"]) == ("2.1", ["worm"])
    assert original.read_bytes() in STIX_2_0
    assert kz.says("show", stix_id, "--original", str(original)).code == Exit.USAGE


def test_what_came_as_it_stands_has_no_other_original(kz: Officer, tmp_path: Path) -> None:
    kz.document("import", files.written(tmp_path, files.malware(1)))
    said = kz.says("show", files.stix_id("malware", 1), "--original", str(tmp_path / "none.json"))
    assert (said.code, "came as it stands" in said.err) == (Exit.USAGE, True)
