"""What every command has in common: --home and --json anywhere, one document, usage told in a sentence."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from docs.cli_page import cli_page
from tests.cli.officer import FAULT, Council, Officer, say
from tests.cli.served import KENESH, environment

from kenesh.basis.problem import Exit
from kenesh.doors.services import Services
from kenesh.node.main import Here

ID = "indicator--0b9d5a6e-6b0c-4d6e-9a53-000000000001"
EVERY_COMMAND = [
    ("init", "--party", "KZ", "--name", "KZ-CERT"),
    ("serve", "--port", "8701"),
    ("card",),
    ("fingerprint",),
    ("peer", "add", "kz.card.json", "--fingerprint", "F"),
    ("peer", "list"),
    ("body", "add", "cybersecurity-council", "--title", "Cybersecurity Council"),
    ("member", "admit", "AZ", "--body", "cybersecurity-council", "--role", "member"),
    ("member", "end", "AZ", "--body", "cybersecurity-council"),
    ("import", "campaign.json"),
    ("imports",),
    ("state", "evil.example", "--tlp", "amber", "--note", "said on the telephone"),
    ("release", ID, "--to", "AZ,TR"),
    ("release", "--new-sightings", "--to", "KZ"),
    ("explain", ID, "--to", "HU"),
    ("sync",),
    ("lookup", "evil.example"),
    ("hunt", "/var/log/zeek", "--save"),
    ("show", ID),
    ("withdraw", ID, "--reason", "cleaned"),
    ("status",),
    ("doctor",),
    ("audit", "verify"),
    ("login",),
    ("account", "list"),
    ("account", "add", "Aigul", "--role", "analyst"),
    ("tokens",),
    ("token", "client", "--party", "AZ"),
]
#: Those that look at a file of theirs before they look for a node.
LOOKS_AT_ITS_FILE = [("peer", "add"), ("import", "campaign.json")]
AT_ONCE = [words for words in EVERY_COMMAND if words[:2] not in LOOKS_AT_ITS_FILE]


@pytest.fixture(autouse=True)
def _no_home_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KENESH_HOME", raising=False)


@pytest.mark.parametrize("words", AT_ONCE, ids=" ".join)
def test_without_a_home_every_command_asks_which_node_in_a_sentence(words: Sequence[str]) -> None:
    said = say(*words)
    assert (said.code, said.err) == (Exit.USAGE, "Which node? Say --home FOLDER, or set KENESH_HOME.\n")


@pytest.mark.parametrize("words", [w for w in AT_ONCE if w[0] not in ("init", "doctor")], ids=" ".join)
def test_at_a_wrong_home_every_command_says_so_and_what_to_do(words: Sequence[str], tmp_path: Path) -> None:
    said = say("--home", str(tmp_path / "nowhere"), *words)
    assert said.code == Exit.USAGE
    assert said.err == (
        f"There is no node in {tmp_path / 'nowhere'}. Say --home (or KENESH_HOME), or make one: kenesh init.\n"
    )
    assert said.out == ""


@pytest.mark.parametrize("home_is", ["a file", "a file's child", "/dev/null"])
def test_a_home_that_is_no_folder_holds_no_node(home_is: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    home = {"a file": file, "a file's child": file / "home", "/dev/null": Path("/dev/null")}[home_is]
    said = say("--home", str(home), "status")
    assert (said.code, said.err.startswith(f"There is no node in {home}.")) == (Exit.USAGE, True)


@pytest.mark.parametrize(
    "words",
    [
        ("--home", "HOME", "--json", "fingerprint"),
        ("--json", "--home", "HOME", "fingerprint"),
        ("--home=HOME", "fingerprint", "--json"),
        ("fingerprint", "--home", "HOME", "--json"),
        ("fingerprint", "--json", "--home=HOME"),
        ("--json", "fingerprint", "--json", "--home", "HOME"),
    ],
    ids=" ".join,
)
def test_home_and_json_count_before_and_after_the_command(words: Sequence[str], kz: Officer) -> None:
    said = say(*(word.replace("HOME", str(kz.home)) for word in words))
    assert (said.code, said.document["party"], said.err) == (0, "KZ", "")


def test_kenesh_home_names_the_home(kz: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENESH_HOME", str(kz.home))
    assert say("fingerprint", "--json").document["party"] == "KZ"


def test_home_counts_before_kenesh_home(council: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    kz, az = council.officer("KZ"), council.officer("AZ")
    monkeypatch.setenv("KENESH_HOME", str(kz.home))
    assert az.document("fingerprint")["party"] == "AZ"


def test_an_empty_kenesh_home_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENESH_HOME", "")
    assert say("status").err.startswith("Which node?")


@pytest.mark.parametrize("words", [("status", "--home"), ("--home=", "status")], ids=" ".join)
def test_home_without_a_folder_is_not_formed_as_it_must_be(
    words: Sequence[str], kz: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KENESH_HOME", str(kz.home))
    said = say(*words)
    assert (said.code, said.err) == (Exit.USAGE, "--home stands there without a folder. Say --home FOLDER.\n")


def test_after_a_lone_double_dash_json_is_a_word_like_any_other(kz: Officer) -> None:
    said = kz.says("lookup", "--", "--json")
    assert (said.code, said.out) == (0, "--json: is no address, domain, URL, hash or e-mail address\n")


# What is not formed as it must be.

MALFORMED = [
    (("frobnicate",), "No such command 'frobnicate'. `kenesh --help` says how."),
    (("status", "--loud"), "No such option: --loud. `kenesh status --help` says how."),
    (("status", "now"), "Got unexpected extra argument(s) (now). `kenesh status --help` says how."),
    (("init", "--party", "KZ"), "Missing option '--name'. `kenesh init --help` says how."),
    (("import",), "Missing argument 'FILE...'. `kenesh import --help` says how."),
    (("member", "admit", "AZ"), "Missing option '--body'. `kenesh member admit --help` says how."),
    (("withdraw", ID), "Missing option '--reason'. `kenesh withdraw --help` says how."),
    (("state", "evil.example"), "Missing option '--tlp'. `kenesh state --help` says how."),
    (("lookup",), "Missing argument 'VALUE...'. `kenesh lookup --help` says how."),
]


@pytest.mark.parametrize(("words", "sentence"), MALFORMED, ids=[" ".join(words) for words, _ in MALFORMED])
def test_a_malformed_command_is_told_in_one_line(words: Sequence[str], sentence: str, kz: Officer) -> None:
    said = kz.says(*words)
    assert (said.code, said.out, said.err) == (Exit.USAGE, "", f"{sentence}\n")


@pytest.mark.parametrize(("words", "sentence"), MALFORMED, ids=[" ".join(words) for words, _ in MALFORMED])
def test_a_malformed_command_with_json_is_one_document_too(words: Sequence[str], sentence: str, kz: Officer) -> None:
    said = kz.says("--json", *words)
    assert said.code == Exit.USAGE
    assert said.document == {
        "code": "usage",
        "title": "The request is not formed as it must be",
        "detail": sentence,
    }


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("serve", "--port", "80000"), "'--port'"),
        (("imports", "--most", "none"), "'--most'"),
        (("release", ID, "--to", "AZ", "--references", "maybe"), "'--references'"),
        (("hunt", "x", "--format", "pdf"), "'--format'"),
        (("member", "admit", "AZ", "--body", "b", "--role", "boss"), "'--role'"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_value_that_an_option_does_not_take_is_named(words: Sequence[str], names: str, kz: Officer) -> None:
    said = kz.says(*words)
    assert said.code == Exit.USAGE
    assert said.err.startswith(f"Invalid value for {names}: ")
    assert said.err.endswith("--help` says how.\n")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("words", [(), ("peer",), ("body",), ("member",), ("audit",)], ids=" ".join)
def test_a_command_without_words_is_answered_with_its_help(words: Sequence[str]) -> None:
    said = say(*words)
    assert (said.code, said.out) == (Exit.USAGE, "")
    assert said.err.startswith("Usage: kenesh ")
    assert say(*words, "--json").document["detail"].endswith(" alone does nothing.")


@pytest.mark.parametrize("option", ["--help", "-h"])
@pytest.mark.parametrize("words", [(), *EVERY_COMMAND], ids=" ".join)
def test_every_command_has_help(words: Sequence[str], option: str) -> None:
    named = words[:2] if words and words[0] in ("peer", "body", "member", "audit", "account") else words[:1]
    said = say(*named, option)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Usage: kenesh ")


def test_the_list_of_commands_cuts_no_line_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert "..." not in say("--help").out.partition("Commands:")[2]


def test_version_says_which_release_this_is() -> None:
    from kenesh import __version__

    assert say("--version").out == f"kenesh {__version__}\n"


@pytest.mark.parametrize("option", [(), ("--json",)])
def test_a_word_that_is_no_utf_8_is_refused_and_shown(option: Sequence[str], kz: Officer) -> None:
    said = kz.says("lookup", os.fsdecode(b"\xff\xfe.example"), *option)
    assert said.code == Exit.USAGE
    assert said.err == (
        "'\\u{dcff}\\u{dcfe}.example' is not UTF-8. Type it anew; a file of that name has to be renamed.\n"
    )
    assert not option or said.document["code"] == "usage"


def test_what_a_person_typed_is_never_printed_raw(kz: Officer) -> None:
    nasty = "\x1b[31m\u202e"
    for words in (
        ("show", nasty),
        ("imports", nasty),
        ("sync", nasty),
        ("lookup", nasty),
        ("state", nasty, "--tlp", "red"),
        ("state", "evil.example", "--tlp", nasty),
        ("release", nasty, "--to", "AZ"),
        ("release", ID, "--to", nasty),
        ("explain", ID, "--to", nasty),
        ("withdraw", nasty, "--reason", "x"),
        ("member", "admit", nasty, "--body", nasty),
        ("import", nasty),
        ("hunt", nasty),
        ("peer", "add", nasty),
        (nasty,),
        ("status", f"--{nasty}"),
        ("imports", "--most", nasty),
        ("serve", "--host", nasty),
        ("serve", "--url", nasty),
        ("token", nasty, "--party", "AZ"),
        ("account", "add", nasty, "--role", "analyst"),
        ("account", "show", nasty),
        ("login", "--person", nasty),
    ):
        said = kz.says(*words)
        assert not {"\x1b", "\u202e"} & set(said.out + said.err), words


# What nobody foresaw.


def test_a_fault_shows_its_number_and_nothing_else(monkeypatch: pytest.MonkeyPatch, kz: Officer) -> None:
    def fails(_services: Services) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("kenesh.doors.overview.status", fails)
    said = kz.says("status")
    assert (said.code, said.out) == (Exit.FAULT_FOUND, "")
    assert said.err == (
        "Something went wrong that nobody foresaw (RuntimeError). Nothing half-done was kept.\n"
        f"Please report it with this number: {FAULT}.\n"
    )


def test_with_debug_a_fault_is_shown_whole(monkeypatch: pytest.MonkeyPatch, kz: Officer) -> None:
    def fails(_here: Here, _home: Path, **_how: bool) -> None:
        raise RuntimeError("the inside")

    monkeypatch.setattr(Here, "open", fails)
    with pytest.raises(RuntimeError, match="the inside"):
        kz.says("status", "--debug")


@pytest.mark.parametrize("buffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_reader_that_goes_away_is_no_failing(buffered: str, kz: Officer) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    env = environment() | {"PYTHONUNBUFFERED": buffered}
    done = subprocess.run(
        [KENESH, "--home", kz.home, "status"], stdout=writer, stderr=subprocess.PIPE, env=env, timeout=60
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_program_answers_as_a_process_does(kz: Officer) -> None:
    done = subprocess.run(
        [KENESH, "fingerprint", "--json"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment() | {"KENESH_HOME": str(kz.home)},
        timeout=60,
    )
    assert (done.returncode, done.stderr, json.loads(done.stdout)["party"]) == (0, b"", "KZ")


# What the documents say.

REPOSITORY = Path(__file__).parents[2]


def _shown_in(document: str) -> list[str]:
    lines = (REPOSITORY / document).read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.startswith("    kenesh ")]


@pytest.mark.parametrize("line", _shown_in("README.md"))
def test_every_command_of_the_readme_is_one(line: str, tmp_path: Path) -> None:
    words = shlex.split(line.partition(" > ")[0], comments=True)[1:]
    home = words.index("--home") if "--home" in words else -2
    words[max(home, 0) : home + 2] = ["--home", str(tmp_path / "home")]
    if words[2:4] == ["drill", "run"]:
        # It needs no home, so it would be played to its end, as test_drills.py does: a folder that is there stops it.
        words += ["--keep", str(tmp_path)]
    said = say(*words)
    assert said.code in (Exit.DONE, Exit.USAGE)
    assert "--help` says how" not in said.err, said.err


def test_every_argument_and_option_says_what_it_is_for() -> None:
    for line in cli_page().splitlines():
        assert not line.endswith("|  |"), line
