"""The desk's catalogues, with Babel: what is to be translated, and each .po file brought up to it.

.venv/bin/python -m tests.desk.catalogues        writes every .po file anew; what is not translated stays empty
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from kenesh.doors.desk.languages import LANGUAGES, LOCALE, SOURCE
from kenesh.doors.desk.told import messages

DESK = LOCALE.parent
TRANSLATED = [code for code in LANGUAGES if code != SOURCE]
_OPTIONS = {"**/templates/**.html": {"trimmed": "false", "silent": "false", "newstyle_gettext": "true"}}
_HEADER = """\
# Written by: python -m tests.desk.catalogues. The source is English, in the templates; a test says what is missing.
msgid ""
msgstr ""
"Language: {code}\\n"
"Plural-Forms: {plural}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def extracted() -> Catalog:
    """Every message of the templates, and of the node's own sentences."""
    found = Catalog(charset="utf-8")
    method = [("**/templates/**.html", "jinja2.ext:babel_extract")]
    for file, _, message, comments, _ in extract_from_dir(DESK, method, _OPTIONS):
        found.add(message, locations=[(Path(file).name, 0)], auto_comments=comments)
    for sentence in messages():
        found.add(sentence, locations=[("told.py", 0)])
    return found


def path_of(code: str) -> Path:
    return LOCALE / code / "LC_MESSAGES" / "desk.po"


def catalogue(code: str) -> Catalog:
    """A language's catalogue as it stands."""
    with path_of(code).open("rb") as stream:
        return read_po(stream, locale=code)


def written(code: str, found: Catalog) -> bytes:
    """The catalogue as its file has it: in the order of the messages, with the files they stand in, and no dates."""
    stream = BytesIO()
    write_po(stream, found, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False, omit_header=True)
    return _HEADER.format(code=code, plural=found.plural_forms).encode() + stream.getvalue().lstrip()


def brought_up(code: str) -> Catalog:
    """The language's catalogue with every message of the source, and no other."""
    there = catalogue(code) if path_of(code).exists() else Catalog(locale=code)
    fresh = Catalog(locale=code, charset="utf-8")
    for message in extracted():
        if message.id:
            old = there.get(message.id if isinstance(message.id, str) else message.id[0])
            string = old.string if old and old.id == message.id else ""
            fresh.add(message.id, string, locations=message.locations, flags=message.flags)
    return fresh


def main() -> None:
    for code in TRANSLATED:
        path_of(code).parent.mkdir(parents=True, exist_ok=True)
        path_of(code).write_bytes(written(code, brought_up(code)))


if __name__ == "__main__":
    main()
