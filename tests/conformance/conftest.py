"""The servers that the conformance tests judge, and what became of each test, written down for the matrix."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from tests.conformance.posted import Posted, posted_to
from tests.conformance.server import Server, kenesh_node
from tests.conformance.subject import Subject, Who, subject_of_environment

#: By the name of a test, what its runs came to.
_OUTCOMES: Final = pytest.StashKey[dict[str, list[tuple[str, str]]]]()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A node of our own, with what was released on it."""
    with kenesh_node(tmp_path_factory.mktemp("conformance")) as served:
        yield served


@pytest.fixture(scope="session")
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """The server that CONFORMANCE_URL names; a node of our own where it names none."""
    found = subject_of_environment()
    if found is None:
        ours: Server = request.getfixturevalue("server")
        who, other = (Who(account.name, account.token) for account in (ours.judge, ours.other))
        found = Subject(ours.url, who, other, ours.trusted)
    yield found
    found.close()


@pytest.fixture(scope="session")
def posted(subject: Subject) -> Posted:
    """What was posted there, and can be read back."""
    return posted_to(subject)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    lines = [line for mark in item.iter_markers("clause") for line in mark.args if line.startswith("T")]
    if any(line[1:].isdigit() for line in lines) and (report.when == "call" or not report.passed):
        name = f"{Path(item.path).parent.name}/{Path(item.path).stem}::{getattr(item, 'originalname', item.name)}"
        why = str(report.longrepr[2]).removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""
        item.config.stash.setdefault(_OUTCOMES, {}).setdefault(name, []).append((report.outcome, why))
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Writes the outcomes to the file that CONFORMANCE_RESULTS names."""
    file = os.environ.get("CONFORMANCE_RESULTS")
    if file:
        outcomes = session.config.stash.get(_OUTCOMES, {})
        Path(file).write_text(json.dumps({name: _together(found) for name, found in outcomes.items()}))


def _together(found: list[tuple[str, str]]) -> Any:
    """One word for all runs of a test, and why it was skipped."""
    outcomes = {outcome for outcome, _ in found}
    if "failed" in outcomes:
        return "fail"
    return "pass" if "passed" in outcomes else f"skip: {found[0][1]}"
