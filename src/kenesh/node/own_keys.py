"""The files of the node's own keys, which follow the store: the new key lies ready before the store says it counts.

A plug that is pulled in between leaves a node that opens by the key of which its store speaks.
"""

from __future__ import annotations

import msgspec

from kenesh.basis.problem import SettingsProblem, UntrustedProblem
from kenesh.node.home import FORMER_KEYS, KEY, NEXT_KEY, Home
from kenesh.node.settings import read_settings, write_settings
from kenesh.parties.keys import SigningKey
from kenesh.parties.sealing import unseal


class OwnKeys:
    """The keys in a home (`kenesh.doors.services.OwnKeys`)."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def lay_ready(self, seed: bytes) -> None:
        """The key that is to count next; one that lay ready and never counted is forgotten."""
        (self._home.path / NEXT_KEY).unlink(missing_ok=True)
        self._home.write_secret(NEXT_KEY, seed)

    def take(self, kid: str) -> None:
        """From now on the node signs by the key that lay ready. Done twice, it changes nothing.

        Raises:
            SettingsProblem: no key of that fingerprint lies there.
        """
        path = self._home.path
        settings = read_settings(path)
        if settings.kid != kid:
            next_key = SigningKey(self._home.read_secret(NEXT_KEY))
            if next_key.public.kid != kid:
                raise SettingsProblem(
                    f"{path / NEXT_KEY} is not the key that the store names.",
                    advice="Restore the home and the store from one backup.",
                )
            former = SigningKey(self._home.read_secret(KEY)).public
            former_keys = (*settings.former_keys, former.x)
            write_settings(path, msgspec.structs.replace(settings, kid=kid, former_keys=former_keys))
        if (path / NEXT_KEY).exists():
            # What was sealed for it may still be on its way.
            former_kid = SigningKey(self._home.read_secret(KEY)).public.kid
            if former_kid != kid:
                (path / FORMER_KEYS).mkdir(exist_ok=True, mode=0o700)
                (path / KEY).replace(path / FORMER_KEYS / former_kid)
            (path / NEXT_KEY).replace(path / KEY)

    def unsealed(self, sealed: bytes, kid: str) -> bytes:
        """What was sealed for this node's key, or for one before it.

        Raises:
            DamagedProblem: it is no sealed file. UntrustedProblem: it is for another key, or was changed on its way.
        """
        try:
            return unseal(sealed, self._home.signing_key(kid))
        except UntrustedProblem:
            former = self._home.path / FORMER_KEYS
            for file in sorted(former.iterdir()) if former.is_dir() else ():
                try:
                    return unseal(sealed, SigningKey(self._home.read_secret(f"{FORMER_KEYS}/{file.name}")))
                except UntrustedProblem:
                    continue
            raise
