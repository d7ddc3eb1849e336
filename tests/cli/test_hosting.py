"""host add, host list, and `serve` of a home in which others are hosted: each node is its own, and told as hosted."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import httpx2
import psutil
import pytest
from msgspec.structs import replace
from tests.cli.officer import NOBODY_THERE, Council, Officer
from tests.cli.served import Serving, answering, eventually, free_port, serving

from kenesh.basis.problem import Exit
from kenesh.federation.hosts import hosting_told
from kenesh.node.settings import read_settings, write_settings
from kenesh.parties.party import party_id

HOSTED = hosting_told("TM", "KZ")


def hosts(kz: Officer, party: str = "TM") -> Officer:
    """The officer of a party that KZ hosts from now on."""
    made = kz.document("host", "add", party, "--name", f"{party}-CERT")
    return Officer(party, Path(made["home"]))


def test_a_hosted_party_has_keys_a_store_and_accounts_of_its_own(kz: Officer) -> None:
    before = kz.document("fingerprint")["kid"]
    said = kz.says("host", "add", "TM", "--name", "TM-CERT")
    assert said.code == 0
    tm = Officer("TM", kz.home / "hosted" / "tm")
    assert {path.stat().st_mode & 0o077 for path in (tm.home.parent, tm.home, *tm.home.iterdir())} == {0}
    (recovery,) = re.findall(r"^  ((?:[0-9a-f]{8} ?){8})$", said.out, re.MULTILINE)
    assert len(bytes.fromhex(recovery)) == 32
    assert said.out.endswith(f"What is done there: kenesh --home {tm.home} COMMAND\n")
    (listed,) = kz.document("host", "list")
    fingerprint = tm.document("fingerprint")
    assert (listed["party"], listed["kid"], listed["home"]) == ("TM", fingerprint["kid"], str(tm.home))
    assert kz.document("fingerprint")["kid"] == before != fingerprint["kid"]
    assert tm.at(NOBODY_THERE).document("card")["hosted_by_ref"] == party_id("KZ")
    tm.document("account", "add", "a person of TM", "--role", "duty-officer")
    for officer, named in ((tm, {"administrator", "a person of TM"}), (kz, {"administrator"})):
        assert {one["name"] for one in officer.document("account", "list")["accounts"]} == named
    assert kz.document("status")["hosted"] == ["TM"]
    assert tm.document("status")["hosted_by"] == "KZ"
    assert HOSTED in tm.says("status").out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("KZ", "--name", "X"), "KZ is this node's own party."),
        (("../tm", "--name", "X"), "is no party code"),
        (("TM", "--name", "X", "--url", "tm.example"), "is no address of a server"),
    ],
)
def test_who_cannot_be_hosted_is_refused_and_nothing_is_made(kz: Officer, words: tuple[str, ...], says: str) -> None:
    said = kz.says("host", "add", *words)
    assert (said.code, says in said.err) == (Exit.USAGE, True), said
    assert not (kz.home / "hosted").exists()


def test_nobody_is_hosted_twice_or_by_whom_another_hosts(kz: Officer) -> None:
    tm = hosts(kz)
    again = kz.says("host", "add", "TM", "--name", "TM-CERT")
    assert again.code != 0
    assert "There is a node in" in again.err
    assert "is hosted by KZ itself, and hosts nobody" in tm.says("host", "add", "UZ", "--name", "UZ-CERT").err


@pytest.mark.parametrize("said", ["", "AZ"])
def test_a_home_that_lies_in_another_partys_says_so_on_its_card_or_does_nothing(kz: Officer, said: str) -> None:
    tm = hosts(kz)
    write_settings(tm.home, replace(read_settings(tm.home), hosted_by=said))
    for command in (("card",), ("status",), ("serve", "--port", "0")):
        refused = tm.says(*command)
        assert refused.code != 0
        assert f"The home of TM lies in KZ's, and its hosted_by says '{said}'." in refused.err


def test_a_host_that_is_none_is_refused_in_the_settings(kz: Officer) -> None:
    settings = read_settings(kz.home)
    for said in ("kz", "KZ", "K Z"):
        write_settings(kz.home, replace(settings, hosted_by=said))
        assert "is no other party's code" in kz.says("status").err


def test_a_backup_says_whom_it_leaves_out(kz: Officer, tmp_path: Path) -> None:
    recipient = kz.document("backup-key", str(tmp_path / "key"))["recipient"]
    tm = hosts(kz)
    said = kz.says("backup", str(tmp_path / "kz.kenesh"), "--to", recipient)
    assert f"Not in it: TM, which is hosted here and backed up on its own: kenesh --home {tm.home} backup" in said.out
    assert tm.document("backup", str(tmp_path / "tm.kenesh"), "--to", recipient)["party"] == "TM"


def test_whoever_admits_it_is_told_before_and_wherever_it_is_named(council: Council) -> None:
    kz, az = council.officer("KZ"), council.officer("AZ").at(NOBODY_THERE)
    tm = hosts(kz).at("http://127.0.0.1:2")
    card = tm.says("card").out.encode()
    asked = az.says("peer", "add", "-", stdin=card)
    assert asked.code != 0
    # AZ has not admitted KZ: every node knows what its code is.
    assert HOSTED in asked.err
    said = az.document("peer", "add", "-", "--fingerprint", tm.fingerprint(), stdin=card)
    assert said["hosted_by"] == "KZ"
    assert HOSTED in az.says("peer", "list").out
    assert az.document("peer", "list")[0]["hosted_by"] == "KZ"
    assert "TM-CERT (hosted by KZ)" in az.says("status").out
    az.document("body", "add", "circle", "--title", "Circle")
    assert HOSTED in az.says("member", "admit", "TM", "--body", "circle").out
    (stated,) = az.document("state", "evil.example", "--tlp", "green")
    assert HOSTED in az.says("explain", stated["id"], "--to", "TM").out
    refused = az.says("release", stated["id"], "--to", "TM", "--not-for", "KZ")
    assert refused.code == Exit.REFUSED
    assert "; TM is hosted by KZ." in refused.err
    released = az.says("release", stated["id"], "--to", "TM")
    assert released.out.endswith(f"{HOSTED}\n")
    assert "released to TM (hosted by KZ) at" in az.says("show", stated["id"]).out


def guest(served: Serving) -> psutil.Process:
    """The one process that serves a home which is hosted there."""
    (process,) = psutil.Process(served.process.pid).children()
    return process


def is_up(officer: Officer) -> bool:
    url = read_settings(officer.home).url
    try:
        return bool(url) and httpx2.get(f"{url}/healthz").text == "ok\n"
    except httpx2.TransportError:
        return False


def test_a_hosted_node_is_served_with_its_host_and_is_a_party_to_the_others(council: Council) -> None:
    """One test for what needs all three, since each start takes its time."""
    kz, az = council.officer("KZ"), council.officer("AZ")
    with answering(az), serving(kz, port=free_port()) as served:
        # It is made while its host is served, and served at once, at a port beside the host's.
        tm = hosts(kz)
        eventually(lambda: is_up(tm), "the hosted node answers", 20)
        assert read_settings(tm.home).url != served.url
        for one in (kz, az, tm):
            for other in (kz, az, tm):
                if one is not other:
                    one.meets(other)

        (given,) = az.document("state", "given.example", "--tlp", "green")
        az.document("release", given["id"], "--to", "TM")
        eventually(lambda: tm.document("lookup", "given.example")[0]["hits"], "TM has read it", 20)
        assert "came from AZ at" in tm.says("show", given["id"]).out
        assert not kz.document("lookup", "given.example")[0]["hits"], "its host's store is another"

        (stated,) = tm.document("state", "stated.example", "--tlp", "green")
        tm.document("release", stated["id"], "--to", "AZ")
        az.document("sync", "TM")
        assert ", signed by KZ for TM\n" in az.says("show", stated["id"]).out
        assert az.document("show", stated["id"])["hosts"] == {"TM": "KZ"}

        # That it fails is the host's to mend, and stops nothing else.
        first = guest(served)
        os.kill(first.pid, signal.SIGKILL)
        eventually(lambda: "TM, which is hosted here, has stopped (exit code -9)" in served.told(), "it is told")
        assert httpx2.get(f"{served.url}/healthz").text == "ok\n"
        eventually(lambda: is_up(tm), "it was started again", 20)
        second = guest(served)
        assert second.pid != first.pid

        assert served.stop() == 0
        assert not second.is_running()
        assert served.told().endswith("\nTM has stopped.\n")


def test_a_hosted_node_ends_with_its_host_that_is_killed(kz: Officer) -> None:
    tm = hosts(kz)
    with serving(kz, port=free_port()) as served:
        eventually(lambda: is_up(tm), "the hosted node answers", 20)
        process = guest(served)
        served.stop(signal.SIGKILL)
        eventually(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, "it has ended", 10)
