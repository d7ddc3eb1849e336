"""The built wheel, in an environment of its own: what a team installs that has no copy of the repository."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.cli import files
from tests.cli.officer import Officer
from tests.cli.served import environment, serving

REPOSITORY = Path(__file__).parents[2]
UV = Path(sys.executable).parent / "uv"


def run(command: Sequence[str | Path], folder: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, env=environment(), check=False, **more
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with what is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    if not UV.exists():
        pytest.skip("uv is not installed here, to build a wheel with")
    build = [UV, "build", "--wheel", "--offline", "--no-build-isolation", "--python", sys.executable]
    built = run([*build, "--out-dir", folder, REPOSITORY], folder)
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def programs(wheel: Path) -> Path:
    """The programs of an environment that holds the wheel and what it needs, and nothing else."""
    folder = wheel.parent / "env"
    assert run([UV, "venv", "--offline", "--python", sys.executable, folder], wheel.parent).returncode == 0
    python = folder / "bin" / "python"
    needed = ["--require-hashes", "-r", REPOSITORY / "requirements" / "core.txt"]
    install = [UV, "pip", "install", "--quiet", "--python", python]
    if run([*install, "--offline", *needed], wheel.parent).returncode and run([*install, *needed], folder).returncode:
        pytest.skip("what the wheel needs is neither in uv's cache nor to be had from a registry")
    assert run([*install, "--offline", "--no-deps", wheel], folder).returncode == 0
    return folder / "bin"


def test_the_wheel_holds_the_program_and_its_data_and_no_tests(wheel: Path) -> None:
    source = REPOSITORY / "src"
    wanted = {
        str(path.relative_to(source))
        for path in (source / "kenesh").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as packed:
        found = {name for name in packed.namelist() if ".dist-info/" not in name}
        metadata = packed.read(next(name for name in packed.namelist() if name.endswith("METADATA"))).decode()
    assert found == wanted
    assert {Path(name).suffix for name in found} >= {".py", ".html", ".css", ".svg", ".po"}
    assert "Requires-Python: >=3.11" in metadata


def test_what_is_installed_is_what_the_wheel_says_that_it_needs(programs: Path) -> None:
    checked = run([UV, "pip", "check", "--python", programs / "python"], programs)
    assert checked.returncode == 0, checked.stderr


def test_the_installed_program_does_init_serve_and_import(programs: Path, tmp_path: Path) -> None:
    kenesh, home = programs / "kenesh", tmp_path / "kz"
    init = run([kenesh, "--home", home, "init", "--party", "KZ", "--name", "KZ-CERT", "--json"], tmp_path)
    assert (init.returncode, init.stderr, json.loads(init.stdout)["party"]) == (0, "", "KZ")

    with serving(Officer("KZ", home), program=kenesh) as served:
        print(f"started in {served.started_in_s:.2f} s, {served.rss_mib():.0f} MiB")
        file = files.written(tmp_path, files.indicator(1), files.broken(2))
        imported = run([kenesh, "--home", home, "import", file, "--json"], tmp_path)
        assert (imported.returncode, json.loads(imported.stdout)["accepted"]) == (0, 1)
        found = run([kenesh, "--home", home, "lookup", "evil.example", "--json"], tmp_path)
        assert json.loads(found.stdout)[0]["hits"][0]["id"] == files.stix_id("indicator", 1)
        assert httpx2.get(f"{served.url}/taxii2/").status_code == 200
        entrance = httpx2.get(f"{served.url}/desk/login", headers={"Accept-Language": "az"})
        assert (entrance.status_code, 'lang="az"' in entrance.text) == (200, True), "templates and languages are there"
        assert served.stop() == 0


def test_the_package_can_be_run_as_a_module(programs: Path, tmp_path: Path) -> None:
    said = run([programs / "python", "-m", "kenesh", "--help"], tmp_path)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("Usage: kenesh ")
