"""drill: what the secretariat says, what a player is asked, and the scenario that ships, tried out over real nodes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.cli.officer import Council, Officer
from tests.cli.served import KENESH, answering, environment

from kenesh.basis.problem import Exit

ROLES = ("--role", "first-hit=KZ", "--role", "second-hit=KZ", "--role", "third-hit=KZ", "--role", "helper=KZ")


def read(sec: Officer, kz: Officer) -> None:
    kz.document("sync", "SEC")
    sec.document("sync", "KZ")


def test_a_drill_as_it_is_run_played_and_looked_back_on(council: Council) -> None:
    sec, kz = council.officer("SEC"), council.officer("KZ")
    with answering(sec), answering(kz):
        sec.meets(kz)
        kz.meets(sec)
        begun = sec.says("drill", "start", "wiper-energy", *ROLES, "--name", "storm")
        assert begun.code == Exit.DONE, begun
        assert begun.out.startswith("EXERCISE  storm  began ")
        assert "STILL TO COME" in begun.out and "  sample  to KZ: A sample is found" in begun.out
        read(sec, kz)
        shown = kz.says("case", "show", "storm").out
        assert shown.startswith("EXERCISE  storm  OPEN since ")
        own = shown.partition("ASKED OF US\n")[2].splitlines()
        assert own[0].startswith("  SEC asks: Two control stations")
        assert own[1].startswith("    At 02:10 the shift of a grid operator calls")
        # A player reads what it was told, and nothing ahead.
        ahead = kz.says("drill", "show", "storm").out
        assert "first-call  KZ  [asked]" in ahead
        assert "STILL TO COME" not in ahead and "sample" not in ahead
        (asked,) = kz.document("case", "show", "storm")["asked"]
        kz.document("case", "update", asked["id"], "done", "--text", "we called back")
        assert sec.document("drill", "inject", "storm") == {"events": []}
        assert sec.document("drill", "inject", "storm", "sample") == {"events": ["sample"]}
        read(sec, kz)
        read(sec, kz)
        assert kz.says("lookup", "wiper-exercise.example").out.startswith("EXERCISE  wiper-exercise[.]example: KNOWN")
        ended = sec.says("drill", "end", "storm")
        assert ended.code == Exit.DONE, ended
        assert "KZ  2 asked: 1 in time, 0 late, 1 open" in ended.out
        assert "NOT PLAYED\n  second-hit" in ended.out
        read(sec, kz)
        report = kz.document("drill", "report", "storm")
        assert report == sec.document("drill", "report", "storm")
        assert [one["name"] for one in kz.document("drill", "list")] == ["storm"]
        assert "WHAT A GOOD ANSWER HAD" in kz.says("drill", "report", "storm").out


def test_what_cannot_be_played_is_said(council: Council, tmp_path: Path) -> None:
    sec = council.officer("SEC")
    for words, code, says in (
        (
            ("start", "flood", "--role", "a=KZ"),
            Exit.USAGE,
            "There is no scenario 'flood'. There are wiper-energy",
        ),
        (("start", "wiper-energy", "--role", "first-hit"), Exit.USAGE, "'first-hit' says not who plays what"),
        (("start", "wiper-energy", "--role", "first-hit=KZ"), Exit.USAGE, "Nobody plays second-hit"),
        (("start", str(tmp_path / "none.toml"), "--role", "a=KZ"), Exit.UNREACHABLE, "cannot be read"),
        (("run", "wiper-energy"), Exit.USAGE, "Say --check"),
        (("show", "storm"), Exit.USAGE, "storm"),
    ):
        said = sec.says("drill", *words)
        assert (said.code, says in said.err) == (code, True), said
    assert sec.says("drill", "list").out == "No drill was ever run here: kenesh drill scenarios\n"
    (told,) = sec.document("drill", "scenarios")
    assert (told["name"], told["events"]) == ("wiper-energy", 6)


def test_the_scenario_that_ships_holds_over_five_real_nodes(tmp_path: Path) -> None:
    """`kenesh drill run wiper-energy --check`, as it is typed: it starts the nodes, and stops them."""
    homes = tmp_path / "homes"
    command = [KENESH, "drill", "run", "wiper-energy", "--check", "--keep", homes, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, env=environment(), check=False)
    assert done.returncode == Exit.DONE, done.stderr
    report = json.loads(done.stdout)
    assert {one["party"] for one in report["parties"]} == {"KZ", "AZ", "TR", "UZ"}
    assert sum(one["asked"] for one in report["parties"]) == 12
    # Who was away answered the event that was told meanwhile, when it was back.
    assert [turn["state"] for turn in report["turns"] if turn["event"] == "second-hit"] == ["done"]
    assert "The node of AZ fails" in done.stderr
    assert not list(homes.glob("*/serve.pid"))
