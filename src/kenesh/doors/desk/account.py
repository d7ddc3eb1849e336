"""One's own account at the desk: second factors and sessions. Whoever changes a factor says the password once more."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any, Final

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.handlers import HTTPRouteHandler

from kenesh.basis.problem import TooManyProblem, UnauthorisedProblem
from kenesh.doors.accounts import codes, passkeys, sessions
from kenesh.doors.accounts.entering import Entering
from kenesh.doors.accounts.sessions import Present
from kenesh.doors.desk import pages
from kenesh.doors.desk.answers import Handlers, check_own_page, form_of, frame_of, html, see
from kenesh.doors.desk.entrance import Form
from kenesh.doors.gate import Asked, caller_of
from kenesh.doors.services import Services
from kenesh.ledger.acts import ActKind
from kenesh.parties.accounts import Passkey, Session
from kenesh.parties.roles import Permission

HERE: Final = "/desk/account"
_KEEP: Final = {"permission": Permission.ACCOUNT_KEEP}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says of the account."""

    pseudonym: str
    roles: tuple[str, ...]
    asks: bool  # for the password, before a factor is changed
    has_authenticator: bool
    codes_left: int
    can_have_passkeys: bool
    passkeys: tuple[tuple[str, Passkey], ...]
    sessions: tuple[Session, ...]
    current: int


def routes(entering: Entering, on_problem: Handlers) -> list[HTTPRouteHandler]:
    """The page, and what is done on it."""

    @get(HERE, opt=_KEEP, exception_handlers=on_problem)
    async def account(request: Asked) -> Response[str]:
        """The account as it is."""
        return await sync_to_thread(_page, entering.services, request)

    @post(HERE, opt=_KEEP, exception_handlers=on_problem, request_max_body_size=4_096)
    async def change(request: Asked) -> Response[str]:
        """Changes a factor, or begins to."""
        return await sync_to_thread(_change, entering, request, await form_of(request))

    @post(f"{HERE}/authenticator", opt=_KEEP, exception_handlers=on_problem, request_max_body_size=4_096)
    async def confirm(request: Asked) -> Response[str]:
        """Takes the first code of a new authenticator."""
        return await sync_to_thread(_confirm, entering.services, request, await form_of(request))

    @post(f"{HERE}/passkey", opt=_KEEP, exception_handlers=on_problem, request_max_body_size=passkeys.MAX_OCTETS)
    async def keep_passkey(request: Asked) -> Response[str]:
        """Takes what the device made."""
        return await sync_to_thread(_keep_passkey, entering.services, request, await form_of(request))

    @post(f"{HERE}/session", opt=_KEEP, exception_handlers=on_problem, request_max_body_size=4_096)
    async def end_session(request: Asked) -> Response[str]:
        """Ends a session of one's own."""
        return await sync_to_thread(_end, entering.services, request, await form_of(request))

    return [account, change, confirm, keep_passkey, end_session]


def _present(request: Asked) -> Present:
    present = caller_of(request).present
    if present is None:
        raise UnauthorisedProblem("Nobody is logged in.")
    return present


def _shown(services: Services, present: Present) -> Shown:
    account = present.account
    with services.store.reading() as tx:
        held = tx.passkeys.of_account(account.num)
        return Shown(
            pseudonym=account.pseudonym,
            roles=tuple(sorted(account.roles)),
            asks=present.session.how != "address" and bool(account.password),
            has_authenticator=account.totp is not None,
            codes_left=tx.passkeys.count_codes(account.num),
            can_have_passkeys=passkeys.are_here(services),
            passkeys=tuple((b64encode(one.credential).decode(), one) for one in held),
            sessions=tuple(tx.sessions.of_account(account.num)),
            current=present.session.num,
        )


def _page(services: Services, request: Asked, fault: str = "", status: int = 200) -> Response[str]:
    return _filled(services, request, "account.html", status, fault=fault, own=_shown(services, _present(request)))


def _filled(services: Services, request: Asked, template: str, status: int = 200, **said: Any) -> Response[str]:
    frame = frame_of(services, request, _present(request).account, "account")
    return html(services, request, pages.plain_page(template, frame, **said), status)


def _change(entering: Entering, request: Asked, form: Form) -> Response[str]:
    services, present = entering.services, _present(request)
    check_own_page(services, request)
    try:
        if not entering.is_confirmed(present, form.get("password", "")):
            return _page(services, request, "wrong", 403)
    except TooManyProblem as problem:
        return _page(services, request, "often", problem.http_status)
    match form.get("do", ""):
        case "authenticator":
            return _authenticator_page(services, request, codes.new_secret(services))
        case "passkey" if passkeys.are_here(services):
            return _passkey_page(services, request)
        case "codes" if present.account.totp is not None:
            return _new_codes(services, request)
        case "no-authenticator":
            return _without_authenticator(services, request)
        case "no-passkey":
            return _without_passkey(services, request, form.get("which", ""))
        case _:
            return _page(services, request)


def _authenticator_page(services: Services, request: Asked, secret: str, fault: str = "") -> Response[str]:
    account = _present(request).account
    picture = codes.picture_of(codes.address_of(secret, account, services.own.name))
    # The browser brings it back sealed: nothing is kept of an authenticator before its first code came.
    sealed = b64encode(codes.seal(services, account, secret)).decode()
    said = {"secret": secret, "picture": picture, "sealed": sealed, "fault": fault}
    return _filled(services, request, "authenticator.html", 403 if fault else 200, **said)


def _confirm(services: Services, request: Asked, form: Form) -> Response[str]:
    account = _present(request).account
    check_own_page(services, request)
    try:
        secret = codes.unseal(services, account, b64decode(form.get("sealed", "")))
    except ValueError:
        secret = None
    if secret is None:
        return see(services, HERE)
    step = codes.step_of(secret, form.get("totp", "").replace(" ", ""), services.clock.now())
    if step is None:
        return _authenticator_page(services, request, secret, "wrong")
    with services.store.writing() as tx:
        tx.accounts.change(account.num, totp=codes.seal(services, account, secret), totp_step=step)
        made = codes.new_recovery_codes(services, tx, account)
        services.record(tx, ActKind.ACCOUNT_CHANGED, account.pseudonym, account.pseudonym, authenticator="added")
    return _filled(services, request, "codes.html", codes=made)


def _new_codes(services: Services, request: Asked) -> Response[str]:
    account = _present(request).account
    with services.store.writing() as tx:
        made = codes.new_recovery_codes(services, tx, account)
        services.record(tx, ActKind.ACCOUNT_CHANGED, account.pseudonym, account.pseudonym, recovery="new codes")
    return _filled(services, request, "codes.html", codes=made)


def _without_authenticator(services: Services, request: Asked) -> Response[str]:
    account = _present(request).account
    with services.store.writing() as tx:
        tx.accounts.change(account.num, totp=None)
        tx.passkeys.set_codes(account.num, [])
        services.record(tx, ActKind.ACCOUNT_CHANGED, account.pseudonym, account.pseudonym, authenticator="removed")
    return see(services, HERE)


def _without_passkey(services: Services, request: Asked, which: str) -> Response[str]:
    account = _present(request).account
    with services.store.writing() as tx:
        for one in tx.passkeys.of_account(account.num):
            if b64encode(one.credential).decode() == which:
                tx.passkeys.remove(account.num, one.credential)
                services.record(tx, ActKind.ACCOUNT_CHANGED, account.pseudonym, account.pseudonym, passkey="removed")
    return see(services, HERE)


def _passkey_page(services: Services, request: Asked, fault: str = "") -> Response[str]:
    options = passkeys.to_register(services, _present(request))
    said = {"act": "create", "to": f"{HERE}/passkey", "options": options, "fault": fault}
    return _filled(services, request, "passkey.html", 403 if fault else 200, **said)


def _keep_passkey(services: Services, request: Asked, form: Form) -> Response[str]:
    check_own_page(services, request)
    if not passkeys.are_here(services):
        return see(services, HERE)
    if not passkeys.register(services, _present(request), form.get("credential", ""), form.get("name", "")):
        return _passkey_page(services, request, "wrong")
    return see(services, HERE)


def _end(services: Services, request: Asked, form: Form) -> Response[str]:
    check_own_page(services, request)
    number = form.get("number", "")
    if number.isascii() and number.isdecimal() and len(number) < 12:
        sessions.end(services, _present(request), int(number))
    return see(services, HERE)
