"""Resolve the requirement files anew, pinned by hash and naming no registry's host."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
UV = Path(sys.executable).parent / "uv"
COMPILE = [str(UV), "pip", "compile", "--quiet", "--universal", "--python-version=3.11", "--generate-hashes"]
COMPILE += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "--upgrade"]


def resolve(target: str, *sources: str) -> None:
    subprocess.run([*COMPILE, *sources, "-o", str(HERE / target)], check=True, cwd=HERE.parent)


resolve("core.txt", "pyproject.toml")
resolve("build.txt", "requirements/build.in", "-c", "requirements/core.txt")
resolve("dev.txt", "pyproject.toml", "--group", "dev", "-c", "requirements/core.txt")
resolve("uv.txt", "requirements/uv.in", "-c", "requirements/dev.txt")
