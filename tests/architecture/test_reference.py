"""The generated pages of the reference are what the code says today."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from docs import generate
from jsonschema_rs import validator_for

from kenesh.basis.problem import CODES
from kenesh.node.types import TYPES
from kenesh.release.conditions import Condition, Fact, all_of, is_in, is_not_in
from kenesh.release.rules import RULES, Effect


def page(name: str) -> str:
    return (generate.REFERENCE / name).read_text("utf-8")


def test_every_generated_page_is_up_to_date() -> None:
    assert [path.name for path in generate.outdated()] == [], "run `make docs`"


def test_check_says_so_without_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "REFERENCE", tmp_path / "docs" / "reference")
    assert generate.main(["--check"]) == 1
    assert "docs/reference/rules.md" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    (generate.REFERENCE / "objects" / "kenesh-gone.json").write_text("{}")
    (generate.REFERENCE / "problems.md").write_text("")
    assert generate.main(["--check"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert [line.split(" ")[0] for line in told] == [
        "docs/reference/problems.md",
        "docs/reference/objects/kenesh-gone.json",
    ]
    assert generate.main([]) == 0
    assert not (generate.REFERENCE / "objects" / "kenesh-gone.json").exists()
    assert generate.main(["--loudly"]) == 2


def test_every_problem_is_documented() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", page("problems.md"), re.MULTILINE)
    assert listed == [problem.code for problem in CODES]
    for problem in CODES:
        assert problem.__doc__ and " ".join(problem.__doc__.split()) in page("problems.md")


def test_every_rule_is_documented_with_its_source_effect_and_reason() -> None:
    lines = page("rules.md").splitlines()
    for rule in RULES:
        rows = [line for line in lines if line.startswith(f"| {rule.id} |")]
        assert len(rows) == bin(rule.stage.value).count("1"), rule.id
        for row in rows:
            assert rule.source in row and rule.reason in row
            assert ("**allowed**" in row) == (rule.effect is Effect.ALLOW)


def test_the_rules_page_keeps_the_order_in_which_rules_are_asked() -> None:
    release, _, read = page("rules.md").partition("## May this reader see it?")
    for text, stage in ((release, 1), (read, 2)):
        ids = re.findall(r"^\| ([A-Z]{3}-\d\d) \|", text, re.MULTILINE)
        assert ids == [rule.id for rule in RULES if rule.stage.value & stage]


def test_the_words_of_a_rule_tell_no_code() -> None:
    for line in page("rules.md").splitlines():
        if re.match(r"\| [A-Z]{3}-\d\d \|", line):
            assert not re.search(r"[_=<>{}\[\]]|NO_LABEL|\bIN\b", line), line


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (is_in(Fact.FORWARDED, 1), "the releaser is not its author"),
        (is_in(Fact.FORWARDED, 0), "the releaser is its author"),
        (is_not_in(Fact.FORWARDED, 0), "the releaser is not its author"),
        (is_not_in(Fact.NAMED, 1), "the recipient is no person who is named for it"),
        (is_in(Fact.LABEL, 0, 1), "the release's label is TLP:CLEAR or TLP:GREEN"),
        (is_not_in(Fact.LABEL, -1, 4), "the release has a label that is not TLP:RED"),
        (is_not_in(Fact.MARKING, 4), "the marking under which it counts is not TLP:RED"),
        (is_in(Fact.READER, 0), "nobody in particular asks"),
        (
            all_of(is_in(Fact.MARKING, 0), is_in(Fact.AUDIENCE, 5)),
            "it counts as TLP:CLEAR, and the audience is the public",
        ),
    ],
)
def test_a_condition_is_said_in_words(condition: Condition, words: str) -> None:
    assert generate.in_words(condition) == words


def test_every_type_has_a_schema_that_is_one() -> None:
    names = {path.stem for path in (generate.REFERENCE / "objects").glob("*.json")}
    assert names == {definition.name for definition in TYPES}
    for definition in TYPES:
        schema = json.loads(page(f"objects/{definition.name}.json"))
        assert schema == json.loads(json.dumps(definition.schema()))
        validator_for(schema)
        assert f"(objects/{definition.name}.json)" in page("objects.md")
