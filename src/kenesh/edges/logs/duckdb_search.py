"""The hunt on DuckDB, in one process, on one machine. It reads logs and touches nothing else.

Python opens the files and bounds the lines; DuckDB gets lists of texts as parameters, and no path, no name and no value
is ever part of a query. It can read no file, load no extension and reach no network, and that cannot be changed back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from kenesh.basis.instants import Instant
from kenesh.basis.problem import StoreProblem
from kenesh.edges.logs.batches import Batch, batches
from kenesh.edges.logs.files import log_files
from kenesh.watch.moments import moment
from kenesh.watch.plan import FIRST_ZEEK_LAYOUT, plan_for
from kenesh.watch.ports import Findings, Hit, LogFormat
from kenesh.watch.tokens import Sort
from kenesh.watch.values import Atom
from kenesh.watch.watchlist import Watchlist

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class DuckDbSearch:
    """Fulfils `kenesh.watch.ports.LogSearch`.

    Args:
        threads: how many cores a hunt may use.
        memory_mb: what the engine may hold before it spills to `folder`; a batch of lines in Python comes on top.
        folder: where it may spill; the system's place for temporary files if None.
    """

    def __init__(self, *, threads: int = 2, memory_mb: int = 1024, folder: Path | None = None) -> None:
        self._threads = threads
        self._memory_mb = memory_mb
        self._folder = folder

    def search(self, paths: Iterable[Path], log_format: LogFormat, watched: Iterable[tuple[int, Atom]]) -> Findings:
        """Every watched indicator that stands in the files, or in the files of the folders.

        Raises:
            UsageProblem: there is no such file, or it cannot be read as a log.
            StoreProblem: neither the memory nor the folder for temporary files suffices.
        """
        from duckdb import OutOfMemoryException

        files = log_files(paths, log_format)
        try:
            with self._engine() as engine:
                hunt = _Hunt(engine, Watchlist(watched))
                for batch in batches(files):
                    hunt.take(batch)
        except OutOfMemoryException:
            raise StoreProblem(
                f"The hunt needs more than {self._memory_mb} MB and the room there is for temporary files.",
                advice="Give it more of either and begin it again.",
            ) from None
        return hunt.findings()

    @contextmanager
    def _engine(self) -> Iterator[DuckDBPyConnection]:
        import duckdb

        with TemporaryDirectory(prefix="kenesh-hunt-", dir=self._folder) as spill:
            settings: dict[str, Any] = {
                "threads": self._threads,
                "memory_limit": f"{self._memory_mb}MB",
                "temp_directory": spill,
                "preserve_insertion_order": False,
                "python_enable_replacements": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "allow_community_extensions": False,
            }
            with duckdb.connect(":memory:", config=settings) as engine:
                engine.execute("SET enable_external_access = false")
                engine.execute("SET lock_configuration = true")
                yield engine


class _Hunt:
    """One hunt: what is watched lies in the engine, batches of lines pass by."""

    def __init__(self, engine: DuckDBPyConnection, watchlist: Watchlist) -> None:
        self._engine = engine
        self._watchlist = watchlist
        self._plan = plan_for(watchlist.sorts)
        self._lines = self._malformed = 0
        self._found: dict[int, Hit] = {}
        keys = sorted(watchlist.shared_keys())
        self._table("watched_key", sort=[sort.value for sort, _ in keys], key=[key for _, key in keys])
        atoms, versions = [atom for atom, _ in watchlist.rows], [version for _, version in watchlist.rows]
        self._table("watched", atom=atoms, version=versions)

    def take(self, batch: Batch) -> None:
        """Searches the lines of the batch."""
        self._lines += batch.lines
        self._malformed += batch.malformed
        if not batch.texts:
            return
        self._layouts(batch)
        self._engine.execute(self._plan.load, [batch.numbers, batch.texts, batch.plain, batch.layouts])
        self._malformed += self._engine.execute(self._plan.malformed).fetchall()[0][0]
        self._engine.execute(self._plan.suspects)
        if self._judge():
            self._engine.execute(self._plan.hits)
            self._tell_times()
            for version, atom, lines, first, last in self._engine.execute(self._plan.counts).fetchall():
                self._add(Hit(version, self._watchlist.atoms[atom], lines, first, last))

    def findings(self) -> Findings:
        """What the batches brought."""
        return Findings(self._lines, self._malformed, tuple(self._found[version] for version in sorted(self._found)))

    def _judge(self) -> bool:
        """Has the distinct suspects judged, and says whether there is a hit among them."""
        rows = [
            (sort, token, atom)
            for sort, token in self._rows("SELECT DISTINCT sort, token FROM suspect")
            for atom in self._watchlist.judged(Sort(sort), token)
        ]
        sorts, tokens, atoms = ([row[column] for row in rows] for column in range(3))
        self._table("verdict", sort=sorts, token=tokens, atom=atoms)
        return bool(rows)

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of the result, fetched a few at a time: how many there are is for whoever wrote the log to say."""
        result = self._engine.execute(query)
        while rows := result.fetchmany(4096):
            yield from rows

    def _tell_times(self) -> None:
        """Says of each line hit when it was, as far as the line does."""
        seen: dict[int, Instant] = {}
        for number, stamps in self._rows(self._plan.stamps):
            told = (at for stamp in stamps if stamp and (at := moment(stamp)) is not None)
            if (at := next(told, None)) is not None:
                seen[number] = min(at, seen.get(number, at))
        self._table("seen", no=list(seen), told_at=list(seen.values()))

    def _layouts(self, batch: Batch) -> None:
        layouts = list(range(FIRST_ZEEK_LAYOUT, FIRST_ZEEK_LAYOUT + len(batch.zeek)))
        columns = {name: [getattr(zeek, name) for zeek in batch.zeek] for name in ("ts", "host", "uri", "port")}
        self._table("layout", layout=layouts, **columns)

    def _table(self, name: str, **columns: list[Any]) -> None:
        """A table of those columns, put into the engine as one list for each."""
        lists = ", ".join(
            f"unnest(${place}::{'VARCHAR' if column in _TEXTS else 'BIGINT'}[]) AS {column}"
            for place, column in enumerate(columns, 1)
        )
        self._engine.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {lists}", list(columns.values()))

    def _add(self, hit: Hit) -> None:
        if (known := self._found.get(hit.version)) is not None:
            hit = Hit(
                hit.version,
                min(known.atom, hit.atom),
                known.count + hit.count,
                min((at for at in (known.first_seen, hit.first_seen) if at is not None), default=None),
                max((at for at in (known.last_seen, hit.last_seen) if at is not None), default=None),
            )
        self._found[hit.version] = hit


#: The columns of `_Hunt`'s tables that hold texts; the others hold whole numbers.
_TEXTS = frozenset({"sort", "key", "token"})
