"""The reference page of regimes, made from the files that come with the node."""

from __future__ import annotations

from kenesh.response.regimes import Regime, Step, shipped, submission

_TEXT = """\
# Regimes: clocks of a law

<!-- Made from src/kenesh/response/laws by `make docs`. Change them there. -->

A regime says which report is due from whom, by when after what. It is a file, so that a state writes its own law. Where
a clock stands follows from what happened and from the time alone; nothing has to run for a report to be late. What is
done at the last instant is in time.

## How spans are counted

- **Hours** run from the moment itself: 24 h are 24 hours, also on the day on which summer time begins.
- **Days** and **working days** end with the last second of their date, in the zone of the law; the first day is the one
  after. A calendar says which days are not worked, and which are in spite of it.
- **Months** end at the same time of the same date, by the clock on the wall; where that date is missing, on the month's
  last day.

## A file

TOML: `id`, `title`, `source`, and a `[[step]]` for each report, which may name only steps that stand above it.

| key | what it says |
| --- | --- |
| `id`, `title`, `source` | its name, what people call it, and the clause |
| `by` | who owes it: `reporter`, or `csirt` |
| `after` | with what its clock begins: `aware`, `handled`, `asked`, or `submitted:STEP` |
| `within` | `24 h`, `10 days`, `1 working day`, `1 month`; left out where whoever asks says until when |
| `near` | so long before its end it is said to be near; an hour where it is left out |
| `only_if_ongoing` | it is owed only where the incident is not handled when the clock ends |
| `if_ongoing_after` | where it is not handled then, the clock begins anew with this |
| `pauses` | for which reasons the clock stands still; it gets that time back |
| `[[step.variant]]` | `sectors`, and `within` for them; of several the shortest holds |
"""


def regimes_page() -> str:
    """regimes.md: how a law is written as clocks, and those that come with the node."""
    return _TEXT + "".join(_one(regime) for regime in shipped().values())


def _one(regime: Regime) -> str:
    head = (
        f"\n## `{regime.id}`\n\n{regime.title}. Source: {regime.source}.\n\n"
        "| step | by | clock begins | within | source |\n| --- | --- | --- | --- | --- |\n"
    )
    return head + "".join(_row(step) for step in regime.steps)


def _row(step: Step) -> str:
    within = step.within or "as it was asked"
    within += "".join(f"; {', '.join(v.sectors)}: {v.within}" for v in step.variants)
    if step.only_if_ongoing:
        within += ", if it is still running then"
    if step.if_ongoing_after:
        within += f"; if it is still running then, from {_begins(step.if_ongoing_after)}"
    return f"| {step.title} (`{step.id}`) | {step.by} | {_begins(step.after)} | {within} | {step.source} |\n"


def _begins(after: str) -> str:
    return f"`{name}` was submitted" if (name := submission(after)) else after
