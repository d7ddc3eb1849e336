"""Write the reference pages that are made from the code: `python -m docs.generate`.

With --check nothing is written, and the exit code is 1 where a page is not what the code says. A new page is one more
function in `PAGES`: it returns the texts of its files, by their path under docs/reference.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from docs.benchmarks_page import benchmarks_page
from docs.cli_page import cli_page, settings_page
from docs.export_page import export_page
from docs.formats_page import formats_page
from docs.levels_page import levels_page
from docs.regimes_page import regimes_page
from docs.roles_page import roles_page
from docs.taxii_page import taxii_page

from kenesh.basis.problem import CODES, Problem
from kenesh.node.types import TYPES
from kenesh.release.audience import AudienceKind
from kenesh.release.conditions import NO_LABEL, All, Always, Below, Condition, Fact, Is, IsNot
from kenesh.release.reader import ReaderKind
from kenesh.release.rules import Effect, Rule, Stage, rules_at
from kenesh.stix.marking import Tlp
from kenesh.stix.register import TypeDefinition

REFERENCE: Final = Path(__file__).parent / "reference"
Files = Mapping[str, str]


def rules() -> Files:
    """rules.md: who may get what, and why, for people who read law and no code."""
    return {"rules.md": "\n".join(_rules())}


def roles() -> Files:
    """roles.md: who may do what."""
    return {"roles.md": roles_page()}


def problems() -> Files:
    """problems.md: every refusal that a person or a peer may see."""
    return {"problems.md": "\n".join(_problems())}


def objects() -> Files:
    """objects.md, and the JSON Schema of each type of the council's own."""
    schemas = {f"objects/{t.name}.json": json.dumps(t.schema(), indent=2, ensure_ascii=False) + "\n" for t in TYPES}
    return {"objects.md": "\n".join(_objects()), **schemas}


def cli() -> Files:
    """cli.md: every command, and settings.md: every key of kenesh.toml."""
    return {"cli.md": cli_page(), "settings.md": settings_page()}


def taxii() -> Files:
    """taxii.md: TAXII 2.1 line by line, and which server does it."""
    return {"taxii.md": taxii_page()}


def formats() -> Files:
    """formats.md: what each format becomes when it is imported."""
    return {"formats.md": formats_page()}


def export() -> Files:
    """export.md: every format in which objects leave."""
    return {"export.md": export_page()}


def regimes() -> Files:
    """regimes.md: laws as clocks, and how one is written."""
    return {"regimes.md": regimes_page()}


def levels() -> Files:
    """levels.md: what each alert level needs and asks, and who raises it."""
    return {"levels.md": levels_page()}


def benchmarks() -> Files:
    """benchmarks.md, beside the reference: what was measured the last time."""
    return {"../benchmarks.md": benchmarks_page()}


#: Every generated page.
PAGES: Final[tuple[Callable[[], Files], ...]] = (
    rules,
    roles,
    problems,
    objects,
    cli,
    taxii,
    formats,
    export,
    regimes,
    levels,
    benchmarks,
)
#: Folders that hold nothing but generated files: what no page makes any more is taken away.
_OWN_FOLDERS: Final = ("objects",)


def wanted() -> dict[Path, str]:
    """What should stand in each generated file."""
    return {(REFERENCE / name).resolve(): text for page in PAGES for name, text in page().items()}


def leftovers() -> list[Path]:
    """Files in generated folders that no page makes."""
    there = {path for folder in _OWN_FOLDERS for path in (REFERENCE / folder).glob("*") if path.is_file()}
    return sorted(there - set(wanted()))


def outdated() -> list[Path]:
    """The files that are not what the code says."""
    differing = [path for path, text in wanted().items() if not path.is_file() or path.read_text("utf-8") != text]
    return sorted(differing) + leftovers()


def write() -> None:
    """Brings every generated file up to date."""
    for path in leftovers():
        path.unlink()
    for path, text in wanted().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def main(arguments: Sequence[str]) -> int:
    """The exit code: 1 where --check finds a page that is not up to date."""
    if list(arguments) == ["--check"]:
        for path in outdated():
            print(f"{path.relative_to(REFERENCE.parent.parent)} is not what the code says: run `make docs`.")
        return int(bool(outdated()))
    if arguments:
        print("usage: python -m docs.generate [--check]")
        return 2
    write()
    return 0


def _made_from(module: str) -> str:
    return f"<!-- Made from {module} by `make docs`. Change it there. -->"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _listed(words: Sequence[str], last: str = "or") -> str:
    """a, b or c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


_AUDIENCE_WORDS: Final = {
    AudienceKind.PERSON: "a person by name",
    AudienceKind.PARTY: "a party",
    AudienceKind.BODY: "a body",
    AudienceKind.CLASS: "a class of the council",
    AudienceKind.GROUP: "the releaser's own constituents",
    AudienceKind.PUBLIC: "the public",
    AudienceKind.PEERS: "all admitted peers",
}
_READER_WORDS: Final = {
    ReaderKind.NOBODY: "nobody in particular",
    ReaderKind.PERSON: "a person of the node",
    ReaderKind.CONSTITUENT: "a constituent",
    ReaderKind.ACCOUNT: "a client account",
    ReaderKind.PEER: "a peer's node",
}
#: What is said where a yes-or-no fact is a plain yes, and where it is not.
_YES_OR_NO: Final = {
    Fact.MARKED: ("its own marking covers the whole object", "no marking of its own covers the whole object"),
    Fact.FORWARDED: ("the releaser is not its author", "the releaser is its author"),
    Fact.ADDRESSED: ("the reader belongs to the audience", "the reader does not belong to the audience now"),
    Fact.SINCE_TERM: (
        "it was granted after the reader's term in the audience began",
        "it was not granted after the reader's term in the audience began",
    ),
    Fact.IN_FORCE: ("a release in force gives it", "no release in force gives it"),
    Fact.NAMED: ("the recipient is a person who is named for it", "the recipient is no person who is named for it"),
    Fact.VALID: ("the time until which it was given is not over", "the time until which it was given is over"),
    Fact.BARRED: (
        "it was given on condition that it is not for this recipient",
        "it was given on no condition against this recipient",
    ),
    Fact.BARRING: ("the release says of somebody that it is not for them", "the release bars nobody"),
    Fact.CARRIED: (
        "the release says every caveat under which another gave it, at least as strictly",
        "the release leaves out, or widens, a caveat under which another gave it",
    ),
    Fact.EXERCISE: ("it is marked as of an exercise", "it is not marked as of an exercise"),
    Fact.PLAYED: ("the audience is a circle that plays an exercise", "the audience plays no exercise"),
    Fact.NAMES_HIDDEN: (
        "it names its author, who gave it on condition that he is not named",
        "it names nobody who gave it on condition that he is not named",
    ),
}
_FACT_WORDS: Final = {
    Fact.GIVEN: "the label under which another gave it",
    Fact.LABEL: "the release's label",
    Fact.OWN_MARKING: "the strictest marking of the object's own",
    Fact.MARKING: "the marking under which it counts",
    Fact.CEILING: "the strictest marking that this node gives to the recipient",
    Fact.PAP: "the release's PAP",
    Fact.OWN_PAP: "the strictest PAP of the object's own",
}
#: What was said of these, and what it is called where nothing was.
_SAID: Final = {Fact.LABEL: "label", Fact.PAP: "PAP"}


def in_words(condition: Condition) -> str:
    """The condition as a clause of a sentence that begins with "when"."""
    match condition:
        case Always():
            return "nothing above decides"
        case All(parts):
            return ", and ".join(in_words(part) for part in parts)
        case Below(smaller, larger):
            return f"{_FACT_WORDS[smaller]} is wider than {_FACT_WORDS[larger]}"
        case Is(fact, values):
            return _is_in_words(fact, values)
        case IsNot(fact, values):
            return _is_not_in_words(fact, values)


def _is_in_words(fact: Fact, values: Sequence[int]) -> str:
    if fact is Fact.MARKING and tuple(values) == tuple(Tlp):
        return "it counts as any of the five labels"
    if fact in _YES_OR_NO:
        yes, no = _YES_OR_NO[fact]
        (value,) = values
        return {1: yes, 0: no}[value]
    if fact is Fact.AUDIENCE:
        return f"the audience is {_listed([_AUDIENCE_WORDS[AudienceKind(v)] for v in values])}"
    if fact is Fact.READER:
        return f"{_listed([_READER_WORDS[ReaderKind(v)] for v in values])} asks"
    if fact in _SAID and tuple(values) == (NO_LABEL,):
        return f"the release has no {_SAID[fact]}"
    if fact is Fact.MARKING:
        return f"it counts as {_labels(values)}"
    return f"{_FACT_WORDS[fact]} is {_labels(values)}"


def _is_not_in_words(fact: Fact, values: Sequence[int]) -> str:
    if fact in _YES_OR_NO:
        # What is not a plain yes counts as a no, and what is not a plain no as a yes.
        return _is_in_words(fact, (1 - values[0],))
    if fact is Fact.AUDIENCE:
        return f"the audience is not {_listed([_AUDIENCE_WORDS[AudienceKind(v)] for v in values])}"
    if fact is Fact.READER:
        return f"who asks is not {_listed([_READER_WORDS[ReaderKind(v)] for v in values])}"
    if fact in _SAID and tuple(values) == (NO_LABEL,):
        return f"the release has a {_SAID[fact]}"
    if fact is Fact.LABEL and NO_LABEL in values:
        return f"the release has a label that is not {_labels([v for v in values if v != NO_LABEL])}"
    return f"{_FACT_WORDS[fact]} is not {_labels(values)}"


def _labels(values: Sequence[int]) -> str:
    return _listed([Tlp(value).label for value in values])


_RULES_TEXT: Final = """\
# The rules of release

{made_from}

Everything that leaves a node, and everything that a person sees on one, is decided by the two tables below. Read each
from the top: **the first rule whose condition holds decides, and no rule after it is asked.** What no rule allows is
withheld. The node reads these very tables: once in its own language, and once as a condition in its database; a test
holds the two readings together for every combination of facts.

What the words mean:

- **It** is one version of one object. It *counts as* the strictest of its own TLP markings, over all versions that this
  node knows. Where no marking of its own covers the whole object, it counts as the release's label, or as its strictest
  partial marking where that is stricter; where there is no label either, as TLP:RED.
- A marking is known by its identifier, never by its name. A marking that this node does not know counts as TLP:RED.
  A `statement` marking is printed and withholds nothing. The Permissible Actions Protocol (PAP) says what may be done
  with a value, and nothing of who may see it; its order is PAP:CLEAR, PAP:GREEN, PAP:AMBER, PAP:RED.
- **Caveats** are the conditions of a release besides its label: its PAP, its purpose, for whom it is not (parties, or
  classes of the council), that its source is not to be named, and until when it may be read. Whoever got it under
  caveats passes it on under caveats that say the same, or more. What its author said himself is his leave: of several
  releases of his to one party, the one that is least in the way counts; of what others say, everything counts.
- **A ceiling** is set by each node itself (`kenesh ceiling`), for a party or for a class of the council: of several the
  strictest holds. Where none is set, there is no limit.
- Where a release is not for somebody, he is told neither of it nor of its withdrawal: its number stands in a chain that
  he does not read.
- **The author** is the party that alone may state the object. Whoever else releases it passes it on.
- **The audience** is exactly one: a person by name, a party, a body, a class of the council (the parties with that role
  in it), the releaser's own constituents, all admitted peers, or the public.
- *Wider* and *stricter* follow the order TLP:CLEAR, TLP:GREEN, TLP:AMBER, TLP:AMBER+STRICT, TLP:RED.
- A fact that is not known counts against the release.
"""


def _rules() -> Iterator[str]:
    yield _RULES_TEXT.format(made_from=_made_from("src/kenesh/release/rules.py"))
    yield "## May this version go to that audience?\n"
    yield "Asked when a release is made, and again before a new version follows it.\n"
    yield from _rule_table(rules_at(Stage.RELEASE))
    yield "\n## May this reader see it?\n"
    yield "Asked at every reading: a page of a collection, a look-up, a view of an object, an explanation.\n"
    yield from _rule_table(rules_at(Stage.READ))
    yield ""


def _rule_table(table: Sequence[Rule]) -> Iterator[str]:
    yield _row("rule", "when", "then", "because", "source")
    yield _row(*["---"] * 5)
    for rule in table:
        effect = "**allowed**" if rule.effect is Effect.ALLOW else "withheld"
        yield _row(rule.id, in_words(rule.when), effect, rule.reason, rule.source)


_PROBLEMS_TEXT: Final = """\
# Problems

{made_from}

Whatever is refused is refused with one of these codes. The list is closed. Over HTTP the code stands in the answer: as
the `error_code` of a TAXII error resource, or in the `type` of a problem document (RFC 9457), which is
`urn:kenesh:problem:` and the code. On the command line the exit code tells the family. *Try again* says that the same
request may succeed later by itself.
"""


def _problems() -> Iterator[str]:
    yield _PROBLEMS_TEXT.format(made_from=_made_from("src/kenesh/basis/problem.py"))
    yield _row("code", "title", "HTTP status", "exit code", "try again", "meaning")
    yield _row(*["---"] * 6)
    for problem in CODES:
        again = "yes" if problem.retryable else "no"
        cells = (f"`{problem.code}`", problem.title, str(problem.http_status), str(int(problem.exit)), again)
        yield _row(*cells, _meaning(problem))
    yield ""


def _meaning(problem: type[Problem]) -> str:
    return " ".join((problem.__doc__ or "").split())


_OBJECTS_TEXT: Final = """\
# The council's own object types

{made_from}

Standard STIX 2.1 types are used wherever one fits. These are what STIX lacks: new types under one extension definition,
with STIX's common properties, so that any TAXII 2.1 client can carry them. Each has a JSON Schema (2020-12), which is
the one that a node enforces. A type travels in an audience's content collection or in its control twin.
"""


def _objects() -> Iterator[str]:
    yield _OBJECTS_TEXT.format(made_from=_made_from("the type definitions in src/kenesh"))
    yield _row("type", "travels in", "what it is", "must have", "may have")
    yield _row(*["---"] * 5)
    for definition in sorted(TYPES, key=lambda t: t.name):
        yield _row(
            f"[`{definition.name}`](objects/{definition.name}.json)",
            definition.channel.value,
            definition.description,
            _properties(definition, required=True),
            _properties(definition, required=False),
        )
    yield ""


def _properties(definition: TypeDefinition, *, required: bool) -> str:
    names = [name for name in definition.properties if (name in definition.required) is required]
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
