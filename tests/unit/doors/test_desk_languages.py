from __future__ import annotations

import re
from gettext import GNUTranslations

import pytest
from babel.messages.catalog import Catalog
from tests.desk.catalogues import TRANSLATED, brought_up, catalogue, extracted, path_of, written

from kenesh.doors.desk.catalogue import compiled, translations
from kenesh.doors.desk.languages import LANGUAGES, SOURCE, preferred, tongue

HINT = "write the files anew: .venv/bin/python -m tests.desk.catalogues, then translate what is empty"
SCRIPTS = {"kk": "CYRILLIC", "ky": "CYRILLIC", "ru": "CYRILLIC", "az": "LATIN", "tr": "LATIN", "uz": "LATIN"}


@pytest.fixture(scope="module")
def source() -> Catalog:
    return extracted()


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalogue_has_every_message_and_no_other(code: str) -> None:
    assert path_of(code).read_bytes() == written(code, brought_up(code)), HINT


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_message_is_translated_and_says_the_same_things(code: str) -> None:
    found = catalogue(code)
    for message in found:
        if not message.id:
            continue
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        asked = message.id if isinstance(message.id, tuple) else (message.id,)
        assert not message.fuzzy, message.id
        assert len(forms) == (found.num_plurals if message.pluralizable else 1)
        for form in forms:
            assert form.strip() == form != "", f"{code}: {message.id}: {HINT}"
            assert names_in(form) == set().union(*map(names_in, asked)), f"{code}: {form}"
            assert form.count("%") == len(re.findall(r"%\(\w+\)s", form)), f"{code}: {form}"


def names_in(message: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", message))


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalogue_is_written_in_the_script_of_its_language(code: str) -> None:
    text = "".join(re.sub(r"%\(\w+\)s|TLP\S*|\w+ login.*", "", str(m.string)) for m in catalogue(code) if m.id)
    cyrillic = sum("\u0400" <= c <= "\u04ff" for c in text)
    latin = sum(c.isalpha() and c < "\u0250" for c in text)
    assert (cyrillic > latin * 10) if SCRIPTS[code] == "CYRILLIC" else (cyrillic == 0)
    if code == "uz":
        assert not re.search("[oOgG]['`\u2018\u2019]", text), "Uzbek has U+02BB in oʻ and gʻ"


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_small_reader_of_catalogues_reads_what_babel_reads(code: str, source: Catalog) -> None:
    ours: GNUTranslations = translations(path_of(code).read_text("utf-8"))
    theirs = catalogue(code)
    for message in source:
        if isinstance(message.id, tuple):
            forms = theirs.get(message.id[0]).string
            rule = theirs.plural_expr
            for count in (0, 1, 2, 3, 5, 11, 21, 101, 111, 1000):
                index = int(eval(python_of(rule), {"n": count}))
                assert ours.ngettext(*message.id, count) == forms[index]
        elif message.id:
            assert ours.gettext(message.id) == theirs.get(message.id).string


def python_of(plural: str) -> str:
    """The plural rules that Babel gives for these languages, as an expression of Python."""
    plural = plural.replace("&&", " and ").replace("||", " or ")
    match = re.fullmatch(r"\((.+?) \? 0 : (.+) \? 1 : 2\)", plural)
    return f"0 if {match[1]} else 1 if {match[2]} else 2" if match else plural


def test_russian_counts_as_russian_does() -> None:
    words = tongue("ru").words
    told = [words.ngettext("%(num)s party", "%(num)s parties", n) % {"num": n} for n in (1, 2, 5, 11, 21, 22, 111)]
    assert told == ["1 сторона", "2 стороны", "5 сторон", "11 сторон", "21 сторона", "22 стороны", "111 сторон"]


def test_the_reader_knows_strings_over_several_lines_and_leaves_fuzzy_ones_out() -> None:
    text = (
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n\n'
        '#: a.html\nmsgid ""\n"one "\n"\\"two\\"\\n"\nmsgstr "bir\\\\"\n\n'
        '#, fuzzy\nmsgid "unsure"\nmsgstr "belki"\n\n#~ msgid "gone"\n#~ msgstr "gitti"\n\nmsgid "empty"\nmsgstr ""\n'
    )
    words = translations(text)
    assert words.gettext('one "two"\n') == "bir\\"
    assert [words.gettext(word) for word in ("unsure", "gone", "empty")] == ["unsure", "gone", "empty"]


@pytest.mark.parametrize("text", ['msgid "a\nmsgstr "b"', "msgid a", '"lost"', 'msgctxt "x"\nmsgid "a"\nmsgstr "b"'])
def test_what_is_no_catalogue_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no string"):
        compiled(text)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", None),
        ("de-DE,de;q=0.9", None),
        ("ru-KZ, kk;q=0.9", "ru"),
        ("ru;q=0.5, kk;q=0.9", "kk"),
        ("uz-Cyrl-UZ", "uz"),
        ("en;q=0, tr;q=0.2", "tr"),
        ("*", None),
        ("tr;q=2, az;q=0.1", "az"),
        ("tr;level=1, ky", "ky"),
        ("," * 5000 + "ru", None),
    ],
)
def test_the_header_chooses_the_language(header: str, code: str | None) -> None:
    assert preferred(header) == code


def test_every_language_is_there_and_english_is_the_source() -> None:
    assert sorted(LANGUAGES) == ["az", "en", "kk", "ky", "ru", "tr", "uz"]
    assert tongue(SOURCE).words.gettext("Overview") == "Overview"
