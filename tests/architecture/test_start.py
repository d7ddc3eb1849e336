"""A command starts without what only a served node needs: a duty officer types many of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

SERVED_ONLY = ("litestar", "uvicorn", "prometheus_client", "alembic", "pydantic", "jinja2")


@pytest.mark.parametrize("package", SERVED_ONLY)
def test_a_command_loads_no(package: str) -> None:
    asked = f"import sys, kenesh.node.main; print({package!r} in sys.modules)"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n", f"what imports {package}? python -X importtime -c 'import kenesh.node.main'"
