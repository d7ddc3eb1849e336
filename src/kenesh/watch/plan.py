"""The plan of a hunt: what is cut out of each line, which of it is suspect, and the queries that say so.

Nothing runs here. An engine loads lines, cuts every line into tokens, keeps the tokens that share a key with a watched
value (unnest and an equality join, no test of every value against every line), has the distinct ones judged by
`Watchlist.judged`, and counts the lines of those that are hits.

The keys are compared in ASCII only: DuckDB's lower() knows Unicode and makes the Turkic letters I one. A token that is
not plain ASCII has the key `STRANGE`, and is always suspect.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from kenesh.watch.moments import TIME_IN_TEXT, TIME_KEYS
from kenesh.watch.tokens import Sort
from kenesh.watch.watchlist import STRANGE

#: How the lines of a layout are read; Zeek's layouts are numbered on from here, one for each set of columns.
TEXT_LAYOUT: Final = 0
JSON_LAYOUT: Final = 1
FIRST_ZEEK_LAYOUT: Final = 2

# A word may hold letters beyond ASCII and the full stops of UTS 46; %2F before a name must not become part of it.
_LETTER: Final = r"[0-9A-Za-z_\-\x{80}-\x{3001}\x{3003}-\x{FF0D}\x{FF0F}-\x{FF60}\x{FF62}-\x{10FFFF}]"
_LETTERS: Final = rf"(?:{_LETTER}|%[0-9A-Fa-f]{{2}})+"
_DOTTED: Final = rf"{_LETTERS}(?:[.\x{{3002}}\x{{FF0E}}\x{{FF61}}]{_LETTERS})+"
_SCHEME: Final = r"[0-9A-Za-z][0-9A-Za-z+.\-]*"
#: RE2 expressions; each takes the longest stretch that could be or hold a value of the sort.
CUTS: Final[Mapping[Sort, str]] = {
    Sort.DOTTED: _DOTTED,
    Sort.IPV6: r"[0-9A-Za-z_.\-]*:[0-9A-Za-z_.:\-]+",
    Sort.HASH: r"[0-9A-Za-z]{32,}",
    Sort.EMAIL: rf"[^\s\"<>()\[\],;:\\@]{{1,64}}@{_DOTTED}",
    Sort.URL: rf"(?:[?&;][^?&;=\s\"]{{0,64}}=|[^0-9A-Za-z+.\-])?{_SCHEME}://[^\s\"<>]+",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """The queries of one hunt, in the order in which they run on each batch of lines.

    Attributes:
        load: makes `line(no, layout, text, plain, more, is_sound)`. Parameters: numbers, texts, plain texts, layouts.
        malformed: gives how many lines are not what their layout says.
        suspects: makes `suspect(no, sort, token)` of line, `layout` and `watched_key(sort, key)`.
        hits: makes `hit(atom, no)` of suspect and `verdict(sort, token, atom)`.
        stamps: gives (no, texts that may say when) of the lines hit.
        counts: gives (version, least atom, lines, first, last) of hit, `watched(atom, version)`, `seen(no, told_at)`.
    """

    load: str
    malformed: str
    suspects: str
    hits: str
    stamps: str
    counts: str


def plan_for(sorts: Collection[Sort]) -> Plan:
    """The plan of a hunt for values that are found by these cuts, in DuckDB's dialect."""
    suspects = [query for sort, query in _SUSPECTS.items() if sort in sorts]
    union = "\nUNION ALL\n".join(suspects) or "SELECT 0 AS no, '' AS sort, '' AS token WHERE false"
    return Plan(
        load=_LOAD,
        malformed="SELECT count(DISTINCT no) FROM line WHERE NOT is_sound",
        suspects=f"CREATE OR REPLACE TEMP TABLE suspect AS\n{union}",
        hits=_HITS,
        stamps=_STAMPS,
        counts=_COUNTS,
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# `more` is what else the line says: percent-encoding undone, and the (4)evil(7)example(0) of Windows' DNS log. Where
# what is encoded is no UTF-8, every encoded octet beyond ASCII becomes U+FFFD, and the rest is read.
_LOAD: Final = f"""CREATE OR REPLACE TEMP TABLE line AS
SELECT no, layout, text, plain, layout <> {JSON_LAYOUT} OR json_valid(text) AS is_sound, nullif(concat_ws(chr(10),
    CASE WHEN regexp_matches(raw, '%[0-9A-Fa-f]{{2}}') THEN coalesce(TRY(url_decode(raw)),
        TRY(url_decode(regexp_replace(raw, '%[89A-Fa-f][0-9A-Fa-f]', chr(65533), 'g')))) END,
    CASE WHEN contains(raw, '(0)') THEN regexp_replace(raw, '[(][0-9]{{1,2}}[)]', '.', 'g') END), '') AS more
FROM (SELECT *, coalesce(plain, text) AS raw FROM (SELECT unnest($1::BIGINT[]) AS no, unnest($2::VARCHAR[]) AS text,
    unnest($3::VARCHAR[]) AS plain, unnest($4::INTEGER[]) AS layout))"""

_SEARCHED: Final = "(SELECT no, concat_ws(chr(10), coalesce(plain, text), more) AS text FROM line)"
_RAW: Final = "(SELECT no, coalesce(plain, text) AS text FROM line)"


def _cut(sort: Sort, where: str = "true") -> str:
    cuts = f"unnest(regexp_extract_all(text, {_quoted(CUTS[sort])}))"
    return f"(SELECT no, {cuts} AS token FROM {_SEARCHED} WHERE {where})"


def _watched(sort: Sort) -> str:
    return f"(SELECT key FROM watched_key WHERE sort = {_quoted(sort)})"


_IS_STRANGE: Final = "strlen({0}) <> length({0})"
_NETWORK_KEYS: Final = ", ".join(f"regexp_extract(token, '^(?:[0-9]+[.]){{{octets}}}')" for octets in (3, 2, 1))
_DOTTED_SUSPECTS: Final = f"""SELECT no, 'dotted' AS sort, token FROM (
    SELECT no, token, unnest(CASE
        WHEN {_IS_STRANGE.format("token")} THEN ['{STRANGE}']
        WHEN regexp_full_match(token, '[0-9]{{1,3}}(?:[.][0-9]{{1,3}}){{3}}') THEN [token, {_NETWORK_KEYS}]
        ELSE [split_part(lower(token), '.', -2) || '.' || split_part(lower(token), '.', -1)] END) AS key
    FROM (SELECT no, CASE WHEN token[1] = '-' OR token[-1] = '-' THEN trim(token, '-') ELSE token END AS token
        FROM {_cut(Sort.DOTTED)} WHERE length(token) <= 253 AND NOT contains(token, '%')))
WHERE key IN {_watched(Sort.DOTTED)}"""

_COLONS: Final = "contains({0}, '::') OR regexp_matches({0}, '(?:[0-9A-Fa-f]{{1,4}}:){{7}}')"
_LABELS_BEFORE: Final = r"(?:[0-9A-Za-z_.\-]*[G-Zg-z_\-][0-9A-Za-z_.\-]*:)*"
_IPV6_SUSPECTS: Final = f"""SELECT no, 'ipv6' AS sort, token FROM {_cut(Sort.IPV6, _COLONS.format("text"))}
WHERE length(token) <= 120 AND ({_COLONS.format("token")})
    AND regexp_full_match(token, '{_LABELS_BEFORE}[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*')"""

_HASH_SUSPECTS: Final = f"""SELECT no, 'hash' AS sort, token FROM {_cut(Sort.HASH)}
WHERE lower(token) IN {_watched(Sort.HASH)}"""

_EMAIL_SUSPECTS: Final = f"""SELECT no, 'email' AS sort, token FROM {_cut(Sort.EMAIL, "contains(text, '@')")}
WHERE length(token) <= 320 AND CASE WHEN {_IS_STRANGE.format("token")} THEN '{STRANGE}'
    ELSE trim(lower(regexp_extract(token, '@(.+)$', 1)), '-') END IN {_watched(Sort.EMAIL)}"""

# Zeek, and JSON lines that follow it or Suricata, part a URL into host, path and port.
_URL_PARTS: Final = "['$.host', '$.uri', '$.\"id.resp_p\"', '$.http.hostname', '$.http.url', '$.dest_port']"
_HOST_AND_URI: Final = f"""SELECT no, part[host] AS host, part[uri] AS uri, TRY_CAST(part[port] AS INTEGER) AS port
FROM (SELECT no, string_split(text, chr(9)) AS part, host, uri, port FROM line JOIN layout USING (layout)
    WHERE host IS NOT NULL AND uri IS NOT NULL)
UNION ALL
SELECT no, coalesce(part[1], part[4]), coalesce(part[2], part[5]), TRY_CAST(coalesce(part[3], part[6]) AS INTEGER)
FROM (SELECT no, json_extract_string(text, {_URL_PARTS}) AS part FROM line
    WHERE layout = {JSON_LAYOUT} AND is_sound AND (contains(text, '"uri"') OR contains(text, '"hostname"')))"""
# A URL inside a URL's query is encoded as one stretch. What is decoded is not searched for URLs otherwise: /a%2Fb is
# another resource than /a/b.
_URL_TOKENS: Final = f"""SELECT no, unnest(regexp_extract_all(text, {_quoted(CUTS[Sort.URL])})) AS token
FROM {_RAW} WHERE contains(text, '://')
UNION ALL
SELECT no, TRY(url_decode(token)) FROM (
    SELECT no, unnest(regexp_extract_all(text, '{_SCHEME}(?:%3[Aa]|:)(?:%2[Ff]){{2}}[^\\s\\"<>&;]+')) AS token
    FROM {_RAW} WHERE regexp_matches(text, '%2[Ff]%2[Ff]'))
UNION ALL
SELECT no, unnest(CASE
    WHEN port IS NULL OR port = 80 OR contains(host, ':') THEN ['http://' || host || uri]
    WHEN port = 443 THEN ['https://' || host || uri, 'http://' || host || ':443' || uri]
    ELSE ['http://' || host || ':' || port || uri] END)
FROM ({_HOST_AND_URI}) WHERE starts_with(uri, '/')"""
# The hosts are joined apart from the tokens: a line may be one long token with a hundred thousand hosts in it.
_HOSTS: Final = r"unnest(regexp_extract_all(token, '://(?:[^/?#\s]*@)?(\[[^\]]*\]|[^/?#:@\s]*)', 1))"
_URL_SUSPECTS: Final = f"""SELECT no, 'url' AS sort, token FROM (
    WITH url_token AS MATERIALIZED ({_URL_TOKENS})
    SELECT no, token FROM url_token WHERE hash(token) IN (
        SELECT id FROM (SELECT hash(token) AS id, {_HOSTS} AS host FROM url_token)
        WHERE CASE WHEN {_IS_STRANGE.format("host")} THEN '{STRANGE}' WHEN host[1] = '[' THEN '['
            ELSE rtrim(lower(host), '.') END IN {_watched(Sort.URL)}))"""

_SUSPECTS: Final[Mapping[Sort, str]] = {
    Sort.DOTTED: _DOTTED_SUSPECTS,
    Sort.IPV6: _IPV6_SUSPECTS,
    Sort.HASH: _HASH_SUSPECTS,
    Sort.EMAIL: _EMAIL_SUSPECTS,
    Sort.URL: _URL_SUSPECTS,
}

_HITS: Final = """CREATE OR REPLACE TEMP TABLE hit AS
SELECT DISTINCT atom, no FROM suspect JOIN verdict USING (sort, token)"""

_TIME_PATHS: Final = ", ".join(_quoted(f'$."{key}"') for key in TIME_KEYS)
_STAMPS: Final = f"""SELECT no, CASE
    WHEN ts IS NOT NULL THEN [string_split(text, chr(9))[ts]]
    WHEN layout = {JSON_LAYOUT} AND is_sound THEN json_extract_string(text, [{_TIME_PATHS}])
    ELSE [regexp_extract(text, {_quoted(TIME_IN_TEXT)})] END
FROM line LEFT JOIN layout USING (layout) WHERE no IN (SELECT no FROM hit)"""

# A line counts once for an indicator, however many of the indicator's values stand in it.
_COUNTS: Final = """SELECT version, min(atom), count(DISTINCT no), min(told_at), max(told_at)
FROM hit JOIN watched USING (atom) LEFT JOIN seen USING (no) GROUP BY version"""
