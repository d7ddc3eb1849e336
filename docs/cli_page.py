"""The reference pages of the command line and of the settings, made from the program and from `Settings`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import typer

from kenesh.basis.problem import Exit
from kenesh.doors.cli.app import app
from kenesh.node.settings import FILE, Settings

_CLI_TEXT: Final = """\
# The command line

<!-- Made from src/kenesh/doors/cli by `make docs`. Change it there. -->

`kenesh COMMAND` does one thing at one node and ends; `kenesh serve` goes on. A command opens the node's store itself,
whether the node is being served or not, and a node that is being served hears of it at once.

- `--home FOLDER` says at which node; where it is not said, the environment variable `KENESH_HOME` does.
- `--json` prints one document on standard output and nothing else. Progress, remarks and refusals go to standard error.
- Both count before the command and after it.
- No command asks anything: what it needs stands on its line, or it refuses and says what is missing.

| exit code | meaning |
|---|---|
"""

_EXITS: Final = {
    Exit.DONE: "done",
    Exit.FAULT_FOUND: "done, and a fault was found; or the store cannot do it now",
    Exit.USAGE: "the command is not formed as it must be, or names what is not there",
    Exit.REFUSED: "refused by a rule, or what was shown does not hold",
    Exit.UNREACHABLE: "another node, or the database, does not answer",
    Exit.DAMAGED: "the input is damaged (`import`: nothing of it was taken in)",
}

_SETTINGS_TEXT: Final = """\
# Settings

<!-- Made from src/kenesh/node/settings.py by `make docs`. Change it there. -->

A node's settings stand in `{file}` in its home. `kenesh init` writes them, `kenesh serve` writes the address; the
rest is changed by hand, and counts from the next command on. A key that is unknown here refuses to start. Secrets are
no settings: the keys are files of their own in the home, and the database's password is in `PGPASSWORD`.

| key | type | default | what it says |
|---|---|---|---|
"""


def cli_page() -> str:
    """cli.md: every command with its help, arguments and options."""
    root: Any = typer.main.get_command(app)
    commands = (part for path, command in _commands(root, ("kenesh",)) for part in _one(path, command))
    return "".join([_CLI_TEXT, *_exits(), *commands])


def settings_page() -> str:
    """settings.md: every key of kenesh.toml, from the docstring and the defaults of `Settings`."""
    said = _attributes()
    rows = [
        _row(f"`{field.name}`", f"`{_type_name(field)}`", _default(field), said[field.name])
        for field in msgspec.structs.fields(Settings)
    ]
    return _SETTINGS_TEXT.format(file=FILE) + "".join(rows)


def _exits() -> Iterator[str]:
    for code in Exit:
        yield _row(str(int(code)), _EXITS[code])


def _commands(group: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, in the order of the program's own list."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            if command.invoke_without_command:
                yield (*path, name), command
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name), command


def _one(path: tuple[str, ...], command: Any) -> Iterator[str]:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name != "help"]
    yield f"\n## {' '.join(path)}\n\n{' '.join(command.help.split())}\n\n"
    yield f"    {' '.join([*path, *map(_usage, arguments), *map(_usage, _required(options))])}"
    yield " [OPTIONS]\n" if len(options) > len(_required(options)) else "\n"
    if arguments:
        yield "\n| argument | |\n|---|---|\n"
        yield from (_row(f"`{argument.metavar or argument.name}`", argument.help or "") for argument in arguments)
    if options:
        yield "\n| option | default | |\n|---|---|---|\n"
        yield from (_row(_option(option), _option_default(option), option.help or "") for option in options)


def _required(options: list[Any]) -> list[Any]:
    return [option for option in options if option.required]


def _usage(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name)
    return f"{parameter.opts[0]} {parameter.name.upper()}"


def _option(option: Any) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    descriptor = option.type_descriptor
    if descriptor.is_choice:
        return f"{names} {', '.join(f'`{choice}`' for choice in map(_choice, descriptor.choices))}"
    return names


def _choice(value: Any) -> str:
    return str(getattr(value, "value", value))


def _option_default(option: Any) -> str:
    if option.required:
        return "must be said"
    value = _choice(option.default) if option.default is not None else ""
    return "" if option.is_flag or value == "" else f"`{value}`"


def _attributes() -> dict[str, str]:
    """What the docstring's Attributes say of each field: `name: text`, several on a line."""
    text = " ".join(inspect.getdoc(Settings).partition("Attributes:")[2].split())  # type: ignore[union-attr]  # has one
    names = "|".join(Settings.__struct_fields__)
    parts = re.split(rf"(?:^|(?<=\. ))({names}): ", text)
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


def _type_name(field: msgspec.structs.FieldInfo) -> str:
    known = getattr(field.type, "__origin__", field.type)
    return str(known.__name__)


def _default(field: msgspec.structs.FieldInfo) -> str:
    return "must be said" if field.default is msgspec.NODEFAULT else f"`{msgspec.json.encode(field.default).decode()}`"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
