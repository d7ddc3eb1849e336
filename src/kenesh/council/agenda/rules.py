"""The words by which a page is read: data files beside this package, checked when they are first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final, TypeVar

import msgspec

from kenesh.basis.printable import visible
from kenesh.basis.problem import DamagedProblem
from kenesh.basis.written import from_toml

WORDS: Final = files("kenesh.council.agenda").joinpath("words")
_MAX_OCTETS: Final = 256 * 1024

Table = TypeVar("Table", bound=msgspec.Struct)
_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Words = tuple[_Word, ...]


class Speaking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """speaking.toml: the verbs of saying, the offices, those who speak together."""

    title: str
    say: Words
    according: Words
    according_pronoun: Words
    refers_back: Words
    between: Words
    before: Words
    after: Words
    offices: Words
    together: Words
    opens_clause: Words
    object: Words
    that: Words
    subordinate: Words
    first_person: Words
    pronouns: Words
    decided: Words
    heard: Words
    meeting_of: Words
    speech: Words
    speech_by: Words
    greeting: Words
    about: Words
    actions: Words


class Signs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind: verbs told of a speaker, openings of an item in a list, and words in what was said."""

    act: Words
    item: Words
    sign: Words


class Opinion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that hold an opinion."""

    sign: Words


class Promise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When "will" binds whoever says it, and when it only tells what is to come."""

    will: Words
    ours: Words
    plural: Words
    no_one: Words
    happens: Words
    russian_we: Words
    russian_ours: Words
    russian_theirs: Words


class GoesOn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a sentence begins that goes on from the one before it."""

    with_: Words = msgspec.field(name="with")
    this_matter: Words
    same_matter: Words


class Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """kinds.toml."""

    title: str
    thanks: Signs
    proposal: Signs
    commitment: Signs
    support: Signs
    call: Signs
    event: Signs
    view: Signs
    opinion: Opinion
    promise: Promise
    goes_on: GoesOn

    def signs(self) -> Mapping[str, Signs]:
        """The kinds that words tell, by their names."""
        names = ("thanks", "proposal", "commitment", "support", "call", "event", "view")
        return {name: getattr(self, name) for name in names}


class Nowadays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """ "Today" as a day, and as another word for now."""

    words: Words
    owned: Words


class Future(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of what is to come."""

    words: Words


class Times(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """times.toml."""

    title: str
    form: Words
    parts: dict[str, Words]
    relative_year: dict[str, Words]
    relative: dict[str, Words]
    months: dict[str, Words]
    seasons: dict[str, Words]
    weekdays: dict[str, Words]
    relative_days: dict[str, Words]
    ordinals: dict[str, Words]
    spans: dict[str, Words]
    nowadays: Nowadays
    future: Future


class Ranks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """ "Among the top three": the word before the number, what is ranked, and words that are both."""

    before: Words
    what: Words
    groups: dict[str, Words]


class Each(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list of words."""

    words: Words


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """figures.toml."""

    title: str
    qualifiers: dict[str, Words]
    scales: dict[str, Words]
    currencies: dict[str, Words]
    units: dict[str, Words]
    numbers: dict[str, Words]
    ranks: Ranks
    each: Each
    range: Each
    stops: Each


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mechanism with its names in languages."""

    name: _Word
    as_: Words = msgspec.field(name="as")
    part_of: str = ""


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A word that makes a name of the words around it, and what may stand for that name later on."""

    word: Words
    also: Words = ()


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field of cooperation."""

    name: _Word
    as_: Words = msgspec.field(name="as")


class Back(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What leads back to a name, and what a name is made of."""

    words: Words
    made: Words
    inside: Words
    inside_russian: Words
    not_a_name: Words


class Mechanisms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """mechanisms.toml."""

    title: str
    known: tuple[Known, ...]
    head: tuple[Head, ...]
    field: tuple[Field, ...]
    back: Back


class PageWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """page.toml: conditions of reproduction, abbreviations, elements of HTML."""

    title: str
    condition: Words
    named_after: Words
    abbreviations: Words
    skipped: Words
    block: Words


def table(octets: bytes, shape: type[Table], name: str = "the file") -> Table:
    """A table of words as a file states it.

    Raises:
        DamagedProblem: it is too large, no TOML, or not of that shape; the place is named.
    """

    def converted(value: Mapping[str, Any]) -> Table:
        try:
            return msgspec.convert(value, shape)
        except msgspec.ValidationError as error:
            raise DamagedProblem(f"{visible(str(error), 300)}.") from None

    return from_toml(octets, name, "a table of words", "no table of words", _MAX_OCTETS, converted)


def shipped(shape: type[Table], name: str) -> Table:
    """The table of that name that comes with the node."""
    found: Table = _shipped(shape, name)
    return found


@cache
def _shipped(shape: type[Any], name: str) -> Any:
    return table(WORDS.joinpath(name).read_bytes(), shape, name)
