"""What lies under deploy/ says commands that exist, names no registry, and is taken by the tools that read it."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import typer
import yaml
from tests.architecture.sources import ROOT

from kenesh.doors.cli.app import app

DEPLOY: Final = ROOT / "deploy"
UNITS: Final = sorted(DEPLOY.glob("*.service"))
PROGRAM: Final = "/opt/kenesh/bin/kenesh"


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found


def said() -> Iterator[tuple[str, list[str]]]:
    """Every command of ours, and where it stands."""
    for unit in UNITS:
        for line in re.findall(r"^ExecStart=(.*)$", unit.read_text("utf-8"), re.MULTILINE):
            words = shlex.split(line)
            if words[:2] == ["/bin/sh", "-c"]:
                words = shlex.split(words[2].removeprefix("exec ").replace("$(date -u +%%Y%%m%%dT%%H%%M%%SZ)", "now"))
            assert words[0] == PROGRAM, line
            yield unit.name, words[1:]
    for name, service in compose()["services"].items():
        if service["image"] == "kenesh":
            yield f"compose.yaml: {name}", service["command"]
    (words,) = re.findall(r"^CMD (\[.*\])$", (DEPLOY / "Containerfile").read_text("utf-8"), re.MULTILINE)
    yield "Containerfile", [word for word in yaml.safe_load(words) if word != "--help"]


@pytest.mark.parametrize(("where", "words"), list(said()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_command_is_one_that_the_node_takes(where: str, words: list[str]) -> None:
    command: Any = typer.main.get_command(app)
    # Parsed as it would be, up to running it; a word that does not exist raises.
    with command.commands[words[0]].make_context(words[0], list(words[1:])) as context:
        assert not context.args


def test_a_word_that_does_not_exist_would_be_seen() -> None:
    command: Any = typer.main.get_command(app)
    with pytest.raises(typer.TyperException):
        command.commands["serve"].make_context("serve", ["--behind-a-proxy"])


def test_what_the_image_is_built_from_is_there() -> None:
    text = (DEPLOY / "Containerfile").read_text("utf-8")
    for words in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE):
        for name in words.split()[:-1]:
            assert (ROOT / name).exists(), name
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["readme"] in text
    assert "--require-hashes" in text and "USER kenesh" in text


def test_the_database_is_reached_by_the_node_alone() -> None:
    found = compose()
    inside = [name for name, service in found["services"].items() if "inside" in service["networks"]]
    assert sorted(inside) == ["database", "init", "node"]
    assert found["networks"]["inside"] == {"internal": True}
    assert [name for name, service in found["services"].items() if "ports" in service] == ["proxy"]
    for source in ("Caddyfile", "Containerfile"):
        assert (DEPLOY / source).is_file()


def test_an_image_is_named_without_a_registry() -> None:
    images = [service["image"] for service in compose()["services"].values()]
    images += re.findall(r"^FROM (\S+)", (DEPLOY / "Containerfile").read_text("utf-8"), re.MULTILINE)
    assert len(images) >= 6
    assert [image for image in images if "/" in image] == []


def test_the_proxy_shows_nobody_outside_what_watches_over_the_node() -> None:
    text = (DEPLOY / "Caddyfile").read_text("utf-8")
    assert "@inside path /metrics /readyz /healthz\n\trespond @inside 404" in text
    assert "flush_interval -1" in text, "event streams are not held back"


def test_the_units_are_what_systemd_takes_and_leave_it_little(tmp_path: Path) -> None:
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        pytest.skip("systemd-analyze is not on this machine")
    for file in [*UNITS, *DEPLOY.glob("*.timer")]:
        (tmp_path / file.name).write_text(file.read_text("utf-8").replace(PROGRAM, "/bin/true"))
    done = subprocess.run([analyse, "verify", *tmp_path.iterdir()], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    security = [analyse, "security", "--offline=yes", "--threshold=20", tmp_path / "kenesh.service"]
    done = subprocess.run(security, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:]
