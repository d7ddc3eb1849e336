"""The reference page of alert levels, made from the ladder that comes with the node."""

from __future__ import annotations

from collections.abc import Iterator

from kenesh.response.alerts import LEVELS
from kenesh.response.ladder import Ask, Ladder, Need, Rung, shipped

_TEXT = """\
# Alert levels

<!-- Made from src/kenesh/response/ladders by `make docs`. Change them there. -->

How grave it is for a whole body. Nobody sets a level: each party asks for one for itself, until an instant and with a
reason, and the one in force follows from all of them, alike on every node. It is the highest of which a need is met by
those who ask for it or for more, and one party may meet several parts of a need; with nobody asking it is `routine`.
The ladder below holds in a body until its keeper states what the body has decided: [raise the alert
level](../how-to/raise-the-alert-level.md).

## Who may raise and lower

- **Ask for a level**: a member or the chair of the body. What others ask for is shown, and counts for nothing.
- **Lower**: each party lowers its own demand alone. The level falls when those who still ask no longer meet a need.
- **State other rules**: the keeper of the body; they hold from then on.
- **Expiry**: a demand ends at the instant that it says, and stands no longer than its level lasts at most, counted from
  when it was last said. Whoever wants it longer says it anew; where nobody does, the level falls by itself.
"""

_ASKS = """\

What a level asks, it asks of each member and the chair, from when the level, or a graver one, began. It is answered:

- **by a situation report**, where it says so: `kenesh sitrep send`;
- **by looking one's contacts through**, where it says so: `kenesh contact verify` of each since the level began;
- else, and besides contacts too, by saying that it is done, or why not: `kenesh alert answer`.

What is asked every so often is due so long after it was said last. What is asked after the end is due once the body is
back at routine, by the rules of the gravest level that was in force.
"""


def levels_page() -> str:
    """levels.md: the levels that come with the node, who raises them, when they end and what they ask."""
    ladder = shipped()
    return "".join((_TEXT, *_table(ladder), _ASKS, *(text for rung in ladder.level for text in _one(rung))))


def _table(ladder: Ladder) -> Iterator[str]:
    yield f"\n## {ladder.title}\n\n{ladder.source}.\n\n"
    yield "| level | in force when these ask for it | lasts at most | quiet hours |\n| --- | --- | --- | --- |\n"
    yield f"| `{LEVELS[0]}` | nobody, or too few for any other | for ever | hold |\n"
    for rung in ladder.level:
        needs = ", or ".join(_need(need) for need in rung.needs)
        quiet = "hold back no call" if rung.wakes else "hold"
        yield f"| `{rung.id}` | {needs} | {_span(rung.lasts_at_most)} | {quiet} |\n"


def _one(rung: Rung) -> Iterator[str]:
    yield f"\n### `{rung.id}` asks\n\n"
    if not rung.asks:
        yield "Nothing.\n"
        return
    yield "| of each member | by when | answered by |\n| --- | --- | --- |\n"
    for ask in rung.asks:
        yield f"| {ask.what} | {_when(ask)} | {_answer(ask)} |\n"


def _need(need: Need) -> str:
    parts = [
        _parties(need.states, "state", ""),
        _parties(need.affected, "state", " that " + ("is" if need.affected == 1 else "are") + " hit (`--affected`)"),
        _parties(need.political, "state", " whose political representatives decided it (`--political`)"),
        "the chair" if need.chair else "",
    ]
    return " and ".join(part for part in parts if part)


def _parties(count: int, noun: str, more: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}{more}" if count else ""


def _when(ask: Ask) -> str:
    if ask.every:
        return f"every {_span(ask.every)}"
    return f"within {_span(ask.within)}" if ask.within else f"within {_span(ask.after)} after it has ended"


def _answer(ask: Ask) -> str:
    if ask.by_sitrep:
        return "a situation report"
    return "contacts looked through, or saying so" if ask.by_contacts else "saying so"


def _span(span: str) -> str:
    return f"{span[:-1]} {({'m': 'min', 'h': 'h', 'd': 'days'})[span[-1]]}"
