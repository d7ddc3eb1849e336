"""Every real STIX file is taken in, or refused with a sentence that names the object and the place.

The files are read from the shared folder and never copied. The tables say what became of each.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from kenesh.basis.problem import Problem
from kenesh.stix.files import Refusal
from kenesh.stix.objects import Version
from kenesh.stix.patterns import check_pattern, comparisons
from kenesh.stix.reading import ObjectReader
from kenesh.stix.streaming import split

DATA = Path(os.environ.get("KENESH_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the shared data is not at {DATA} (set KENESH_SHARED_DATA)")

#: How many objects of each file are taken and how many stretches are refused.
TAKEN_AND_REFUSED = {
    "stix21/amnesty/cytrox.stix2": (687, 0),
    "stix21/amnesty/pegasus.stix2": (3099, 0),
    "stix21/amnesty/wintego_helios.stix2": (352, 0),
    "stix21/attack/ics-attack-11.1.json": (1113, 0),
    "stix21/attack-flow/attack-flow-example.json": (20, 0),
    "stix21/attack-flow/attack-flow-extension-2.0.0.json": (2, 0),
    "stix21/attack-flow/attack-flow-schema-2.0.0.json": (0, 1),
    "stix21/attack-flow/badflow1.json": (5, 0),
    "stix21/attack-flow/badflow2.json": (6, 0),
    "stix21/attack-flow/flow1.json": (6, 0),
    "stix21/attack-flow/flow2.json": (6, 0),
    "stix21/attack-flow/matrix-flow.json": (10, 0),
    "stix21/conformance/sco-examples-bundle.json": (82, 0),
    "stix21/conformance/stix21-errata01-spec-examples.json": (103, 2),
    "stix21/incident/oasis-incident-extension-example_2.1.json": (0, 1),
    "stix21/incident/oasis-incident_ransom.json": (19, 0),
    "stix21/incident/oasis-task-example_2.4-BAD-UUID.json": (0, 1),
    "stix21/markings/oasis-using-tlp2.0-green-MALFORMED.json": (2, 1),
    "stix21/markings/tlp1-and-tlp2-marking-definitions.json": (9, 0),
    "stix21/mvt/candiru.stix2": (251, 0),
    "stix21/mvt/coruna.stix2": (433, 0),
    "stix21/mvt/darksword.stix2": (87, 0),
    "stix21/mvt/eaglemsgspy.stix2": (103, 0),
    "stix21/mvt/kingspawn.stix2": (335, 0),
    "stix21/mvt/operation_triangulation.stix2": (225, 0),
    "stix21/mvt/residentbat.stix2": (97, 0),
    "stix21/mvt/wyrmspy_dragonegg.stix2": (107, 0),
    "stix21/oasis-docs/apt1.json": (76, 0),
    "stix21/oasis-docs/defining-campaigns-threat-actors-intrusion-sets.json": (26, 0),
    "stix21/oasis-docs/identifying-a-threat-actor-profile.json": (3, 0),
    "stix21/oasis-docs/indicator-for-malicious-url.json": (3, 0),
    "stix21/oasis-docs/malware-indicator-for-file-hash.json": (3, 0),
    "stix21/oasis-docs/poisonivy.json": (155, 0),
    "stix21/oasis-docs/sighting-of-an-indicator.json": (4, 0),
    "stix21/oasis-docs/sighting-of-observed-data.json": (8, 0),
    "stix21/oasis-docs/threat-actor-leveraging-attack-patterns-and-malware.json": (7, 0),
    "stix21/oasis-docs/using-granular-markings.json": (4, 0),
    "stix21/oasis-docs/using-marking-definitions.json": (4, 0),
    "stix-validator-examples/v20/identity.json": (1, 0),
    "stix-validator-examples/v20/identity_custom.json": (1, 0),
    "stix-validator-examples/v20/identity_warning.json": (1, 0),
    "stix-validator-examples/v20/invalid_braces.json": (0, 1),
    "stix-validator-examples/v20/invalid_comma.json": (0, 1),
    "stix-validator-examples/v20/invalid_identity.json": (0, 1),
    "stix-validator-examples/v20/invalid_timestamp.json": (0, 1),
    "stix-validator-examples/v21/identity.json": (1, 0),
    "stix-validator-examples/v21/identity_custom.json": (1, 0),
    "stix-validator-examples/v21/identity_unicode.json": (1, 0),
    "stix-validator-examples/v21/identity_warning.json": (1, 0),
    "stix-validator-examples/v21/invalid_braces.json": (0, 1),
    "stix-validator-examples/v21/invalid_comma.json": (0, 1),
    "stix-validator-examples/v21/invalid_identity.json": (0, 1),
    "stix-validator-examples/v21/invalid_timestamp.json": (0, 1),
    "stix-validator-examples/v21/tlp-amber.json": (1, 0),
    "stix-validator-examples/v21/tool.json": (1, 0),
}

#: A folder with one object a file; all are taken.
ONE_EACH = "stix21/python-stix2-data"

IDENTITY = "identity--8c6af861-7b20-41ef-9b59-6344fd872a8f"
NO_EDITION = ".spec_version is missing, and STIX 2.0, where it may, has no such type."
COMMA = "The JSON breaks here: a comma stands before a closing bracket."

#: What is refused: where, what is named, and the reason's beginning.
REFUSALS = {
    "stix21/attack-flow/attack-flow-schema-2.0.0.json": [
        ("file", "", "It is JSON and no STIX: an object without an id.")
    ],
    "stix21/conformance/stix21-errata01-spec-examples.json": [
        ("[0]", "file-1389b98d-a3d3-5190-a996-716fd444059a", ".id is no identifier of the form type--UUID."),
        ("[31]", "indicator--26ffb872-1dd9-446e-b6f5-d58527e5b5d2", ".pattern_type is missing."),
    ],
    "stix21/incident/oasis-incident-extension-example_2.1.json": [
        ("file", "", "It is JSON and no STIX: an object without a type.")
    ],
    "stix21/incident/oasis-task-example_2.4-BAD-UUID.json": [
        ("object", "task--4e1e2a5a-6b3c-4d5e-8f6a-9e7b8a9a5b6c", NO_EDITION)
    ],
    "stix21/markings/oasis-using-tlp2.0-green-MALFORMED.json": [
        (
            "objects[2]",
            "relationship--1621d4d4-b67d-11e3-9670-f01faf20d111",
            ".created: '2022-101-27T13:49:54.326Z' is no timestamp.",
        )
    ],
    "stix-validator-examples/v20/invalid_braces.json": [("file", IDENTITY, "It begins with '<'")],
    "stix-validator-examples/v20/invalid_comma.json": [("line 8, column 1", IDENTITY, COMMA)],
    "stix-validator-examples/v20/invalid_identity.json": [("object", IDENTITY, ".modified is missing.")],
    "stix-validator-examples/v20/invalid_timestamp.json": [("object", IDENTITY, ".modified is earlier than .created.")],
    "stix-validator-examples/v21/invalid_braces.json": [("file", IDENTITY, "It begins with '<'")],
    "stix-validator-examples/v21/invalid_comma.json": [("line 9, column 1", IDENTITY, COMMA)],
    "stix-validator-examples/v21/invalid_identity.json": [("object", IDENTITY, ".modified is missing.")],
    "stix-validator-examples/v21/invalid_timestamp.json": [("object", IDENTITY, ".modified is earlier than .created.")],
}

#: How often each lenience is needed.
LENIENCES = {
    "stix21/attack/ics-attack-11.1.json": {"LEN-01": 33, "LEN-02": 205, "LEN-03": 6, "LEN-11": 63},
    "stix21/attack-flow/matrix-flow.json": {"LEN-01": 2},
    "stix21/conformance/sco-examples-bundle.json": {"LEN-16": 3},
    "stix21/conformance/stix21-errata01-spec-examples.json": {"LEN-16": 2},
    "stix21/incident/oasis-incident_ransom.json": {"LEN-05": 3},
}

READER = ObjectReader()


def taken_and_refused(name: str) -> tuple[list[Version], list[tuple[str, str, str]]]:
    """The versions of a file, and of each refusal the place, the object and the reason."""
    taken, refused = [], []
    for part in split(DATA / name):
        if isinstance(part, Refusal):
            refused.append((part.path, part.id, part.reason))
            continue
        try:
            taken.append(READER.read(part.octets))
        except Problem as problem:
            named, _, reason = problem.detail.partition(": ")
            assert problem.params["object"] in (named, "")
            refused.append((part.path, named, reason))
    return taken, refused


def all_files() -> list[str]:
    folders = ("stix21", "stix-validator-examples")
    paths = [path for folder in folders for path in (DATA / folder).rglob("*") if path.is_file()]
    return sorted(path.relative_to(DATA).as_posix() for path in paths)


def test_the_tables_speak_of_every_file() -> None:
    assert [name for name in all_files() if not name.startswith(ONE_EACH)] == sorted(TAKEN_AND_REFUSED)


@pytest.mark.parametrize("name", sorted(TAKEN_AND_REFUSED))
def test_a_file_is_taken_or_refused_with_what_and_where(name: str) -> None:
    taken, refused = taken_and_refused(name)
    assert (len(taken), len(refused)) == TAKEN_AND_REFUSED[name]
    assert_refusals(name, refused)
    assert Counter(said[:6] for version in taken for said in version.leniences) == LENIENCES.get(name, {})


def assert_refusals(name: str, refused: list[tuple[str, str, str]]) -> None:
    expected = REFUSALS.get(name, [])
    assert len(refused) == len(expected)
    for (path, named, reason), (in_path, with_name, with_reason) in zip(refused, expected, strict=True):
        assert (path, named[: len(with_name) or None]) == (in_path, with_name)
        assert reason.startswith(with_reason)


def test_files_of_one_object_each_are_taken() -> None:
    names = [name for name in all_files() if name.startswith(ONE_EACH)]
    assert len(names) == 31
    for name in names:
        taken, refused = taken_and_refused(name)
        assert (len(taken), refused) == (1, [])


def test_what_is_taken_keeps_its_octets() -> None:
    octets = (DATA / "stix21/attack/ics-attack-11.1.json").read_bytes()
    taken, _ = taken_and_refused("stix21/attack/ics-attack-11.1.json")
    assert all(version.raw in octets for version in taken[:200])


#: Of STIX 2.0, how many objects of each file are taken; the index of a folder is no STIX.
STIX_2_0 = {
    "2024-02-08-Pikabot.json": 10,
    "agent-tesla.json": 321,
    "api-hammering-technique.json": 36,
    "bluesky-ransomware.json": 210,
    "conti-ransomware.json": 416,
    "dearcry-ransomware.json": 94,
    "hellokitty-ransomware.json": 56,
    "hermeticwiper.json": 141,
    "lokibot.json": 142,
    "muddled-libra.json": 377,
    "radioserpens.json": 177,
}


def test_every_object_of_a_stix_2_0_file_is_taken_and_its_octets_are_kept() -> None:
    names = {path.name: path.relative_to(DATA).as_posix() for path in (DATA / "stix20").rglob("*.json")}
    index = names.pop("playbooks-index-not-stix.json")
    assert set(names) == set(STIX_2_0)
    for name, path in names.items():
        taken, refused = taken_and_refused(path)
        assert (len(taken), refused) == (STIX_2_0[name], [])
        whole = (DATA / path).read_bytes()
        assert all(version.original in whole and version.value["spec_version"] == "2.1" for version in taken)
    ((where, named, reason),) = taken_and_refused(index)[1]
    assert (where, named[:8]) == ("file", "report--")
    assert reason.startswith("It is JSON and no STIX: a list of things without a type.")


def test_every_pattern_of_a_real_indicator_can_be_taken_apart() -> None:
    for name in sorted(TAKEN_AND_REFUSED):
        for version in taken_and_refused(name)[0]:
            if version.type == "indicator" and version.value["pattern_type"] == "stix":
                assert comparisons(version.value["pattern"])


def test_the_patterns_of_the_standard_are_grammatical() -> None:
    patterns = (DATA / "patterns/spec_examples_v21.txt").read_text("utf-8").splitlines()
    for pattern in filter(None, map(str.strip, patterns)):
        check_pattern(pattern)
        assert comparisons(pattern)
