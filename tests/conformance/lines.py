"""The lines of TAXII 2.1 that a server is held against: what each asks, in our words, and where the standard says so.

A test names its line: `@pytest.mark.clause("T13")`. A line without a test says why there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a server does. `untested` says why it cannot be seen from outside."""

    id: str
    clause: str
    says: str
    untested: str = ""


LINES: Final[tuple[Line, ...]] = (
    Line("T01", "§8.2.2", "Requests are answered over HTTPS; TLS 1.2 must be there, TLS 1.3 should."),
    Line("T02", "§8.2.2", "TLS 1.3 takes no early data (0-RTT)."),
    Line("T03", "§8.2.2", "TLS 1.2 takes no cipher suite that HTTP/2 forbids."),
    Line("T04", "§8.5.1", "HTTP Basic should be understood."),
    Line("T05", "§1.6.9", "A 401 says how to log in."),
    Line("T06", "§5", "A failed log-in is 401 or 404 at every endpoint of a collection."),
    Line("T07", "§8.2.1", "A request without User-Agent is answered."),
    Line("T08", "§3.1", "Every answer, errors too, is of TAXII's media type."),
    Line("T09", "§3.1", "Accept with TAXII 2.1's media type is never 406."),
    Line("T10", "§3.1", "Accept without a version is never 406; the answer says which one it is."),
    Line("T11", "§3.1", "Accept with other types alone is answered in TAXII's, or 406."),
    Line("T12", "§3.1", "A body of TAXII 2.1's media type is never 415; of another one, it may be."),
    Line("T13", "§3.1, §1.6.5", "Several ranges, wildcards, weights and spaces in Accept are read as RFC 7231 says."),
    Line("T14", "§3.1, §5.5", "A POST without Accept, or without Content-Type, has one answer: taken, 406 or 415."),
    Line("T15", "§1.6.7, §2", "Bodies are I-JSON in UTF-8: no key twice, no integer beyond 2^53-1."),
    Line("T16", "§3.1", "What succeeds holds the resource of its endpoint; what fails holds an error, or nothing."),
    Line("T17", "§3.1", "Paths end in a slash; without it there is one behaviour: served, redirected or 404."),
    Line("T18", "§4.1, §8.2.1", "Discovery is at /taxii2/, and names an API root."),
    Line("T19", "§4.1.1", "Discovery has a title; its default is one of its API roots."),
    Line("T20", "§4.1.1", "An API root's address is absolute HTTPS, or begins with one slash; it has no query."),
    Line("T21", "§2", "No list is empty; it is left out."),
    Line("T22", "§4.2.1", "An API root has a title, and TAXII 2.1 among its versions."),
    Line("T23", "§4.2.1, §5.5", "max_content_length is positive; more is 413, less never."),
    Line("T24", "§4.2", "An unknown API root is 404."),
    Line("T25", "§4.3.1", "A status has a UUID, a state and four counts that agree."),
    Line("T26", "§4.3.1", "Each of its details has an id and a version."),
    Line("T27", "§4.3", "A status can be read again; an unknown one is 404."),
    Line("T28", "§4.3", "A complete status never changes."),
    Line("T29", "§4.3, App. B", "Another's status is not to be read."),
    Line("T30", "§3.3", "Collections come in the same order each time."),
    Line("T31", "§5.1.1", "Where there are no collections, the key is left out."),
    Line("T32", "§5.2.1", "A collection has an id (a UUID), a title, and says whether it is read and written."),
    Line("T33", "§5.2.1", "An alias stands for one collection, and for its id in an address."),
    Line("T34", "§5.2.1", "What may be read and written is said of who asks."),
    Line("T35", "§5.2.1", "Media types are those of what is stored: STIX's."),
    Line("T36", "§3.7", "Objects come in an envelope, never in a bundle."),
    Line("T37", "§3.7.1, §5.3.1, §5.8.1", "Where nothing matches, the answer is 200 and empty."),
    Line("T38", "§5.3-5.8", "What may not be read is 403 or 404."),
    Line("T39", "§3.3", "Objects and manifest are sorted by the date they were added."),
    Line("T40", "§3.2", "Every page says the first and last date added that is on it."),
    Line("T41", "§2", "Timestamps are written with six digits, and read with fewer."),
    Line("T42", "§3.4", "added_after means strictly later, and only the date added; what is malformed is 400."),
    Line("T43", "§3.4", "Without added_after the oldest come first."),
    Line("T44", "§3.5", "limit is a whole number above 0, else 400; a page never holds more."),
    Line("T45", "§3.5, §3.7.1", "What fits comes whole; where there is more, more is true; next only then."),
    Line("T46", "§3.5, App. B", "next goes on where the page ended; one that was tampered with gives nothing."),
    Line("T47", "§3.2, §3.5", "Following the last date added instead of next loses nothing."),
    Line("T48", "§3.5", "A page may be empty after more; the walk ends all the same."),
    Line("T49", "§3.4.1", "match fields are joined by AND, their values by OR; a field twice is 400."),
    Line("T50", "§3.4.1", "Unknown match fields are passed over; no type is an error."),
    Line("T51", "§3.4.1", "match[version]: last unless said; first, all, exact ones; what is malformed is 400."),
    Line("T52", "§3.4.1", "A version goes by modified, else created, else what the server says."),
    Line("T53", "§3.4.1", "match[spec_version] gives that specification's objects alone."),
    Line("T54", "§5.3.1", "A manifest has one record a version, with id, date added and version."),
    Line("T55", "§8.2.2", "Objects that a client may not see may be left out of any answer.",
         "a permission: whatever a server leaves out is right"),
    Line("T56", "§5.6", "One object, by its id, comes in an envelope too."),
    Line("T57", "§5.6", "An unknown object is 404; a known one that the filters leave out is 200 and empty."),
    Line("T58", "§5.8", "The versions of an object are listed, and can be paged."),
    Line("T59", "§5.7", "DELETE follows what may be read and written; match[version] is honoured."),
    Line("T60", "§5.7", "What was deleted is not there any more."),
    Line("T61", "§5.5", "What may not be written to is 403 or 404; what is accepted is 202 and a status."),
    Line("T62", "§5.5", "A body that is no JSON is 400, and one that is no envelope 422."),
    Line("T63", "§5.5", "The same object again is no failure."),
    Line("T64", "§4.3.1, §5.5", "What cannot be taken is among the failures with a message; the rest is kept."),
    Line("T65", "§7.1", "Unknown properties of an envelope are passed over, or are 422."),
    Line("T66", "§3.6.1", "An error has a title, and its http_status is the status as a string."),
    Line("T67", "App. B", "Absent and forbidden look alike."),
    Line("T68", "§3.9", "A DNS service record, where there is one, is called _taxii2._tcp.",
         "a matter of the operator's name service, not of the server"),
)  # fmt: skip

BY_ID: Final = {line.id: line for line in LINES}
