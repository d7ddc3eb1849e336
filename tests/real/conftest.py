"""Officers at homes of their own, as in the tests of the command line."""

from tests.cli.conftest import council, templates

__all__ = ["council", "templates"]
