"""Every real file, of whatever format, is imported at a fresh home: taken in, proposed, or refused with a reason.

What is to become of the files of our formats, object by object, stand in the tables of the tests beside this one.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.cli.officer import Council

from kenesh.basis.problem import Exit

DATA = Path(os.environ.get("KENESH_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the shared data is not at {DATA} (set KENESH_SHARED_DATA)")

#: The folders whose files are of our formats, and the test whose table speaks of each file.
OURS = {
    "csaf": "test_csaf_files",
    "ioc-lists": "test_text_files",
    "misp": "test_misp_files",
    "press": "test_text_files",
    "stix-validator-examples": "test_stix_files",
    "stix20": "test_stix_files",
    "stix21": "test_stix_files",
}
#: The folders whose files are of other formats, and what is said of them.
OTHERS = {
    "cacao": ".spec_version is not 2.1 or 2.0",
    "galaxies": "It is JSON and no STIX",
    "logs": "It is a log of Zeek's",
    "programme": "",
    "taxii21": "It is JSON and no STIX",
    "taxonomies": "",
    "vuln": "It is JSON and no STIX",
    "warninglists": "It is JSON and no STIX",
}
#: Patterns as text hold values in quotation marks; they are a list of texts to the eye, and proposed as such.
TEXTS = {"patterns"}
#: Of our formats the tables tell more; here only what is quickly imported is imported.
_LARGE = 400_000


def files(folder: str) -> list[Path]:
    return sorted(path for path in (DATA / folder).rglob("*") if path.is_file())


def test_every_folder_is_spoken_of() -> None:
    folders = {path.name for path in DATA.iterdir() if path.is_dir()}
    assert folders == {*OURS, *OTHERS, *TEXTS}
    assert all((Path(__file__).parent / f"{name}.py").is_file() for name in OURS.values())


@pytest.mark.parametrize("folder", sorted(OTHERS))
def test_a_file_of_another_format_is_refused_with_what_it_is(folder: str, council: Council) -> None:
    # Lists of what is in the folder are tables of paths and texts; they hold values, and these are only proposed.
    paths = [path for path in files(folder) if path.suffix != ".tsv"]
    kz = council.officer("KZ")
    said = kz.says("import", *map(str, paths), "--json")
    assert said.code == Exit.DAMAGED
    counts = said.document
    assert (counts["accepted"], counts["proposed"], counts["unchanged"]) == (0, 0, 0)
    remarks = kz.document("imports", counts["import"])["remarks"]
    assert len(remarks) == counts["refused"] == len(paths)
    assert all(OTHERS[folder] in remark["reason"] and remark["reason"].endswith((".", "`.")) for remark in remarks)


@pytest.mark.parametrize("folder", sorted([*OURS, *TEXTS]))
def test_a_file_of_ours_is_taken_in_or_refused_and_all_of_it_is_counted(folder: str, council: Council) -> None:
    kz = council.officer("KZ")
    paths = [path for path in files(folder) if path.stat().st_size < _LARGE]
    said = kz.says("import", *map(str, paths), "--json")
    assert said.code == (Exit.DAMAGED if folder == "press" else 0)
    counts = said.document
    told = kz.document("imports", counts["import"])
    assert {key: told[key] for key in counts} == counts
    assert told["finished"]
    assert len(told["remarks"]) == counts["refused"] + counts["warnings"]
    assert all(remark["path"] and remark["reason"].strip() for remark in told["remarks"])
    assert any(counts[what] for what in ("accepted", "proposed")) != (folder == "press")
    assert counts["proposed"] == told["waiting"]
    assert len(kz.document("proposals", counts["import"], "--most", "9999")) == told["waiting"]
