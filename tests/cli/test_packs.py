"""Packs: what a party may read, carried on a stick; sealed, numbered, and safe in whatever order they come."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli import files
from tests.cli.officer import NOBODY_THERE, Council, Officer

from kenesh.basis.problem import Exit
from kenesh.node.home import Home
from kenesh.node.settings import read_settings
from kenesh.parties.sealing import seal, unseal


@pytest.fixture
def apart(council: Council) -> tuple[Officer, Officer]:
    """KZ and AZ have admitted each other, and no line leads anywhere."""
    kz, az = council.met("KZ", "AZ")
    return kz.at(NOBODY_THERE), az.at(NOBODY_THERE)


def given(kz: Officer, folder: Path, *numbers: int, to: str = "AZ") -> list[str]:
    kz.document("import", files.written(folder, *(files.malware(n) for n in numbers), name=f"{numbers[0]}.json"))
    ids = [files.stix_id("malware", n) for n in numbers]
    kz.document("release", *ids, "--to", to)
    return ids


def held(az: Officer) -> int:
    return sum(az.document("status")["objects"].values())


def has(az: Officer, object_id: str) -> bool:
    return az.says("show", object_id).code == Exit.DONE


def packed(kz: Officer, path: Path, *words: str, party: str = "AZ") -> Path:
    assert kz.document("pack", str(path), "--for", party, *words)["packs"]
    return path


def test_what_is_released_is_carried_and_stands_as_if_it_had_been_read(
    apart: tuple[Officer, Officer], tmp_path: Path
) -> None:
    kz, az = apart
    first, second = given(kz, tmp_path, 1, 2)
    found = az.document("unpack", str(packed(kz, tmp_path / "1.pack")))
    assert (found["number"], found["missing"], found["quarantined"], found["waiting"]) == (1, [], 0, 0)
    assert has(az, first) and has(az, second)
    assert az.document("show", first)["came_from"][0]["party"] == "KZ"


def test_nothing_is_packed_twice_and_a_withdrawal_is_carried_too(
    apart: tuple[Officer, Officer], tmp_path: Path
) -> None:
    kz, az = apart
    (object_id,) = given(kz, tmp_path, 1)
    az.document("unpack", str(packed(kz, tmp_path / "1.pack")))
    assert kz.document("pack", str(tmp_path / "none.pack"), "--for", "AZ") == {"packs": []}
    kz.document("withdraw", object_id, "--reason", "a mistake")
    az.document("unpack", str(packed(kz, tmp_path / "2.pack")))
    assert not has(az, object_id)


def test_a_pack_that_comes_twice_changes_nothing(apart: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, az = apart
    given(kz, tmp_path, 1)
    pack = str(packed(kz, tmp_path / "1.pack"))
    assert (az.document("unpack", pack)["known"], az.document("unpack", pack)["known"]) == (False, True)


def test_packs_may_come_in_any_order_and_a_gap_shows(apart: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, az = apart
    ids, names = [], []
    for number in (1, 2, 3):
        ids += given(kz, tmp_path, number)
        names.append(str(packed(kz, tmp_path / f"{number}.pack")))
    missing = [az.document("unpack", names[place])["missing"] for place in (2, 0, 1)]
    assert missing == [[1, 2], [2], []]
    assert all(has(az, object_id) for object_id in ids)


def test_a_pack_that_got_lost_is_made_up_for_by_one_of_everything(
    apart: tuple[Officer, Officer], tmp_path: Path
) -> None:
    kz, az = apart
    ids = given(kz, tmp_path, 1)
    packed(kz, tmp_path / "lost.pack").unlink()
    ids += given(kz, tmp_path, 2)
    az.document("unpack", str(packed(kz, tmp_path / "2.pack", "--everything")))
    assert all(has(az, object_id) for object_id in ids)


def test_what_is_for_a_circle_waits_for_the_pack_that_tells_of_the_membership(
    apart: tuple[Officer, Officer], tmp_path: Path
) -> None:
    kz, az = apart
    kz.document("body", "add", "cyber", "--title", "Cyber")
    kz.document("member", "admit", "AZ", "--body", "cyber")
    early = packed(kz, tmp_path / "1.pack")
    (object_id,) = given(kz, tmp_path, 1, to="body:cyber")
    late = packed(kz, tmp_path / "2.pack")
    said = az.says("unpack", str(late))
    assert (said.code, has(az, object_id)) == (Exit.FAULT_FOUND, False)
    az.document("unpack", str(early))
    assert az.document("unpack", str(late))["waiting"] == 0
    assert has(az, object_id)


def test_nobody_else_opens_it_and_nothing_in_it_can_be_read(
    apart: tuple[Officer, Officer], council: Council, tmp_path: Path
) -> None:
    kz, _ = apart
    tr = council.officer("TR")
    (object_id,) = given(kz, tmp_path, 1)
    pack = packed(kz, tmp_path / "1.pack")
    assert object_id.encode() not in pack.read_bytes()
    said = tr.says("unpack", str(pack))
    assert (said.code != Exit.DONE, "sealed for another node" in said.err) == (True, True)


@pytest.mark.parametrize("place", [0, 30, 200, 400, -1])
def test_a_pack_of_which_an_octet_was_changed_is_refused(
    place: int, apart: tuple[Officer, Officer], tmp_path: Path
) -> None:
    kz, az = apart
    (object_id,) = given(kz, tmp_path, 1)
    octets = bytearray(packed(kz, tmp_path / "1.pack").read_bytes())
    octets[place] ^= 1
    (tmp_path / "changed.pack").write_bytes(octets)
    assert az.says("unpack", str(tmp_path / "changed.pack")).code != Exit.DONE
    assert not has(az, object_id)


def resealed(az: Officer, pack: Path, change: bytes, into: bytes) -> Path:
    """The pack as somebody would seal it anew who had opened it and changed it: whoever knows AZ's key can seal."""
    key = Home(az.home).signing_key(read_settings(az.home).kid)
    opened = unseal(pack.read_bytes(), key)
    assert change in opened
    pack.write_bytes(seal(opened.replace(change, into, 1), key.public))
    return pack


@pytest.mark.parametrize(
    ("change", "into"),
    [
        (b'"name":"Loader"', b'"name":"loader"'),
        (b'"number":1,', b'"number":9,'),
        (b'"channel":"content"', b'"channel":"control"'),
        (b"kenesh-pack-1", b"kenesh-pack-2"),
    ],
)
def test_what_was_changed_and_sealed_anew_is_refused(
    change: bytes, into: bytes, apart: tuple[Officer, Officer], tmp_path: Path
) -> None:
    kz, az = apart
    (object_id,) = given(kz, tmp_path, 1)
    pack = packed(kz, tmp_path / "1.pack")
    if change.startswith(b'"name"'):
        change, into = b'"name": "Loader"', b'"name": "loader"'
    assert az.says("unpack", str(resealed(az, pack, change, into))).code != Exit.DONE
    assert not has(az, object_id)


def test_a_second_pack_of_one_number_is_told_as_what_it_is(apart: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, az = apart
    given(kz, tmp_path, 1)
    before = {path: path.read_bytes() for path in kz.home.glob("store.db*")}
    az.document("unpack", str(packed(kz, tmp_path / "1.pack")))
    for path, octets in before.items():
        path.write_bytes(octets)
    given(kz, tmp_path, 2)
    said = az.says("unpack", str(packed(kz, tmp_path / "other.pack")))
    assert "two different packs with the number 1" in said.err


def test_a_party_that_is_not_admitted_gets_and_gives_no_pack(
    apart: tuple[Officer, Officer], council: Council, tmp_path: Path
) -> None:
    kz, az = apart
    assert kz.says("pack", str(tmp_path / "x.pack"), "--for", "UZ").code == Exit.USAGE
    stranger = council.officer("UZ").at(NOBODY_THERE)
    stranger.meets(az)
    given(stranger, tmp_path, 5)
    assert "not admitted here" in az.says("unpack", str(packed(stranger, tmp_path / "uz.pack"))).err


def test_a_file_that_is_there_is_kept(apart: tuple[Officer, Officer], tmp_path: Path) -> None:
    kz, az = apart
    (object_id,) = given(kz, tmp_path, 1)
    (tmp_path / "notes.txt").write_text("mine")
    assert kz.says("pack", str(tmp_path / "notes.txt"), "--for", "AZ").code == Exit.USAGE
    assert (tmp_path / "notes.txt").read_text() == "mine"
    az.document("unpack", str(packed(kz, tmp_path / "1.pack")))
    assert has(az, object_id)


@pytest.mark.parametrize("octets", [b"", b"no pack", b"age-encryption.org/v1\n", b"{}"])
def test_what_is_no_pack_is_refused(octets: bytes, apart: tuple[Officer, Officer], tmp_path: Path) -> None:
    _, az = apart
    (tmp_path / "x").write_bytes(octets)
    said = az.says("unpack", str(tmp_path / "x"))
    assert (said.code in (Exit.DAMAGED, Exit.REFUSED), "again" in said.err or "pack" in said.err) == (True, True)
