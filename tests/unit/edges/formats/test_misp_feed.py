"""A feed's folder: what the manifest vouches for is read, and everything else is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.edges.formats.misp_events import EVENT, TIME, attribute, event, uuid

from kenesh.edges.formats.recognising import pieces
from kenesh.stix.files import Piece, Refusal


def folder(path: Path, manifest: Any, **files: Any) -> Path:
    (path / "manifest.json").write_text(json.dumps(manifest))
    for name, value in files.items():
        (path / name.replace("_", ".")).write_text(json.dumps(value))
    return path


ENTRY = {EVENT: {"info": "A case", "timestamp": str(TIME + 60), "Orgc": {"name": "CERT X"}, "Tag": []}}
FILE = {f"{EVENT}_json": event(attribute(1))}


def split(path: Path) -> tuple[list[Piece], list[Refusal]]:
    parts = list(pieces(path))
    return [p for p in parts if isinstance(p, Piece)], [p for p in parts if isinstance(p, Refusal)]


def test_a_whole_feed_is_read_event_by_event(tmp_path: Path) -> None:
    taken, refused = split(folder(tmp_path, ENTRY, **FILE))
    assert refused == []
    assert taken[0].path == f"{EVENT}.json: Event.Orgc"
    assert any(b'"report"' in piece.octets for piece in taken)


@pytest.mark.parametrize(
    ("manifest", "files", "says"),
    [
        (ENTRY, {}, "cannot be read"),
        ({EVENT: {"timestamp": str(TIME)}}, FILE, "not as old as the manifest says"),
        (ENTRY, {f"{EVENT}_json": event(attribute(1), uuid=uuid(9))}, "not the one that its name says"),
        (ENTRY, {f"{EVENT}_json": {"Event": 7}}, "no event as MISP writes it"),
        ({"../../etc/passwd": {}}, {}, "no UUID of an event"),
        ([], {}, "no manifest"),
    ],
)
def test_what_does_not_hold_against_the_manifest_is_refused(
    tmp_path: Path, manifest: Any, files: Any, says: str
) -> None:
    taken, refused = split(folder(tmp_path, manifest, **files))
    assert taken == []
    assert [says in refusal.reason for refusal in refused] == [True]


def test_an_event_that_the_manifest_does_not_name_is_not_of_the_feed(tmp_path: Path) -> None:
    taken, refused = split(folder(tmp_path, ENTRY, **FILE, other_json=event(attribute(2))))
    assert [refusal.path for refusal in refused] == ["other.json"]
    assert all(uuid(2).encode() not in piece.octets for piece in taken)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(json.dumps(event(attribute(1))))
    feed = tmp_path / "feed"
    feed.mkdir()
    folder(feed, ENTRY)
    (feed / f"{EVENT}.json").symlink_to(secret)
    taken, refused = split(feed)
    assert (taken, len(refused)) == ([], 1)
