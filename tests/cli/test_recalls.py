"""withdraw --ask, recall status, apply, refuse: what is asked, who has confirmed, and the clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli import files
from tests.cli.officer import Council, Officer, Said, say
from tests.cli.served import answering

from kenesh.basis.instants import MINUTE, Instant
from kenesh.basis.problem import Exit
from kenesh.node.clock import SystemClock

AMBER = files.stix_id("indicator", 1)
Pair = tuple[Officer, Officer]


@pytest.fixture
def given(council: Council, tmp_path: Path) -> Iterator[Pair]:
    """KZ's indicator, fetched by AZ. Both answer."""
    kz, az = council.officer("KZ"), council.officer("AZ")
    with answering(kz), answering(az):
        kz.meets(az)
        az.meets(kz)
        kz.document("import", files.written(tmp_path, files.indicator(1, "evil.example", "amber")))
        kz.document("release", AMBER, "--to", "AZ")
        assert az.document("sync", "KZ")["peers"][0]["received"]
        yield kz, az


def say_at(officer: Officer, *words: str) -> Said:
    """What a command says, however it ends."""
    return say("--home", str(officer.home), *words)


def refused(officer: Officer, *words: str) -> Said:
    """What is said of what cannot be done."""
    said = say_at(officer, *words)
    assert said.code == Exit.USAGE, said
    return said


def _exchanged(kz: Officer, az: Officer) -> None:
    az.document("sync", "KZ")
    kz.document("sync", "AZ")


def test_who_has_not_answered_is_named_with_the_clock_and_then_who_has(given: Pair) -> None:
    kz, az = given
    said = kz.says("withdraw", AMBER, "--reason", "cleaned", "--ask", "delete", "--by", "2h").out
    assert f"recall status {AMBER}" in said
    before = kz.says("recall", "status", AMBER).out
    assert "AZ: no answer yet" in before
    assert "evil[.]example: delete by " in before
    _exchanged(kz, az)
    (found,) = kz.document("recall", "status", AMBER)["recalls"]
    assert (found["asks"], found["overdue"], found["open"]) == ("delete", False, [])
    (answer,) = found["recipients"]
    assert (answer["party"], answer["outcome"], answer["objects"], answer["kept"]) == ("AZ", "applied", 1, 0)
    after = kz.says("recall", "status", AMBER).out
    assert "AZ: applied, 1 object, " in after
    assert "No receipt covers: backups made before" in after
    assert "holds no" in refused(az, "show", AMBER).err


def test_where_a_person_decides_the_recall_waits_for_him(given: Pair) -> None:
    kz, az = given
    settings = az.home / "kenesh.toml"
    settings.write_text(settings.read_text().replace("recall_by_hand = false", "recall_by_hand = true"))
    kz.document("withdraw", AMBER, "--reason", "cleaned", "--ask", "delete")
    _exchanged(kz, az)
    assert "AZ: received, 1 object, a person there decides" in kz.says("recall", "status").out
    (waiting,) = az.document("recall", "status")["waiting"]
    assert f"Waits for a person here: {waiting}" in az.says("recall", "status").out
    assert f"FAULT  recall: {waiting} waits for a person: kenesh recall apply" in say_at(az, "doctor").out
    assert "refused, 1 object, evidence" in az.says("recall", "refuse", waiting, "--reason", "evidence").out
    _exchanged(kz, az)
    assert "AZ: refused, 1 object, evidence" in kz.says("recall", "status").out
    assert "No recall" in refused(az, "recall", "apply", waiting).err


def test_who_has_not_confirmed_in_time_is_a_fault_that_doctor_names(
    given: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    kz, az = given
    kz.document("withdraw", AMBER, "--reason", "cleaned", "--ask", "delete", "--by", "1m")
    assert "not confirmed" not in say_at(kz, "doctor").out
    later = SystemClock().now() + 2 * MINUTE
    monkeypatch.setattr(SystemClock, "now", lambda self: Instant(later))
    assert "AZ has not confirmed by " in say_at(kz, "doctor").out
    assert "AZ: no answer yet  OVERDUE" in kz.says("recall", "status").out
    monkeypatch.undo()
    _exchanged(kz, az)
    monkeypatch.setattr(SystemClock, "now", lambda self: Instant(later))
    assert "not confirmed" not in say_at(kz, "doctor").out


def test_nothing_recalled_is_said_so(council: Council) -> None:
    kz = council.officer("KZ")
    assert kz.says("recall", "status").out == "Nothing was recalled, and nobody asks this node for anything.\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--ask", "burn"), "'burn' cannot be asked of anybody. Ask for delete, mark or remark:amber."),
        (("--ask", "delete", "--by", "soon"), "'soon' is no span of time. Write it as 30m, 24h or 7d."),
        (("--ask", "delete", "--by", "0h"), "'0h' is no span of time."),
    ],
)
def test_what_cannot_be_asked_is_refused_before_anything_is_withdrawn(
    given: Pair, words: tuple[str, ...], told: str
) -> None:
    kz, _ = given
    assert told in refused(kz, "withdraw", AMBER, "--reason", "x", *words).err
    assert "released to AZ" in kz.says("show", AMBER).out
