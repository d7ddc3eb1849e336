"""search: texts are found in whatever script they are typed, and what is withheld is as if it were not there."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.cli.officer import Council

from kenesh.basis.problem import Exit

NAMES = ("Қазақстан мен Италия", "Iğdır gates", "ISPARTA roses", "Şəki silk", "Kazan fair")


def report(number: int, name: str, **more: object) -> dict[str, object]:
    return {
        "type": "report",
        "spec_version": "2.1",
        "id": f"report--00000000-0000-4000-8000-{number:012}",
        "created": "2026-06-01T00:00:00Z",
        "modified": "2026-06-01T00:00:00Z",
        "name": name,
        "published": "2026-06-01T00:00:00Z",
        "object_refs": ["report--00000000-0000-4000-8000-000000000000"],
        **more,
    }


def test_a_text_is_found_in_every_script_and_stays_as_it_was_written(council: Council, tmp_path: Path) -> None:
    kz = council.officer("KZ")
    file = tmp_path / "reports.json"
    objects = [report(n, name) for n, name in enumerate(NAMES, 1)]
    objects.append(report(9, "A tenth", description="The road to Ўзбекистон opens"))
    bundle = {"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000001", "objects": objects}
    file.write_bytes(msgspec.json.encode(bundle))
    kz.document("import", str(file))
    for words, found in (
        (["Qazaqstan"], [NAMES[0]]),
        (["kazakhstan", "итал"], [NAMES[0]]),
        (["igdir"], [NAMES[1]]),
        (["ısparta"], [NAMES[2]]),
        (["Sheki"], [NAMES[3]]),
        (["Oʻzbekiston"], ["A tenth"]),
        (["nothing", "here"], []),
    ):
        assert [hit["name"] for hit in kz.document("search", *words)["found"]] == found, words
    assert "    The road to Ўзбекистон opens" in kz.says("search", "ozbekiston").out
    assert kz.document("search", "kaz", "--limit", "1")["more"] is True
    assert kz.document("search", "kaz", "--type", "malware")["found"] == []
    note = {
        "type": "note",
        "spec_version": "2.1",
        "id": "note--00000000-0000-4000-8000-000000000001",
        "created": "2026-06-01T00:00:00Z",
        "modified": "2026-06-01T00:00:00Z",
        "content": "Word from Naxçıvan",
        "object_refs": ["report--00000000-0000-4000-8000-000000000000"],
    }
    file.write_bytes(msgspec.json.encode(bundle | {"objects": [note]}))
    kz.document("import", str(file))
    assert kz.says("search", "Nakhchivan").out.count(note["id"]) == 1, "its id is no name"
    later = [report(10, "Sheki again")]
    file.write_bytes(msgspec.json.encode(bundle | {"objects": later}))
    kz.document("import", str(file))
    assert [hit["name"] for hit in kz.document("search", "Шәки")["found"]] == ["Sheki again", NAMES[3]]


@pytest.mark.parametrize("words", [["..."], ["x", "--type", "ipv4-addr"]])
def test_what_cannot_be_searched_is_told(council: Council, words: list[str]) -> None:
    assert council.officer("KZ").says("search", *words).code == Exit.USAGE
