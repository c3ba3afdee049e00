"""
Examine access to an Atlassian instance: form and version, who the credential is, what each end point answers.

The product's own walk is gone through once, so that what is asked is what a collection asks: each end point once, with
GET, for a few records. Nothing is kept.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Any

from graphscan.errors import ImportFailedError
from graphscan.model import CoverageState
from graphscan.printable import printable
from importers._http import Outcome, Reader, Send
from importers._policy import Policy, proxy_for
from importers._redact import redact_text
from importers._reply import Refusal, Reply
from importers.atlassian.client import connected
from importers.atlassian.doctor_access import access
from importers.atlassian.doctor_asking import Once, Probing
from importers.atlassian.doctor_found import ABSENT, DENIED, FAILED, NOT_TRIED, READABLE, Check, Examination, Probe
from importers.atlassian.doctor_identity import IDENTITIES, advice, asks, endpoint, rights, who
from importers.atlassian.explain import explain
from importers.atlassian.product import Product
from importers.atlassian.products import TELLS, importer_of, product
from importers.atlassian.settings import AtlassianSettings

CLOCKS_APART = 120.0  # seconds


def examine(
    settings: AtlassianSettings,
    policy: Policy,
    progress: Callable[[str], None] = lambda _text: None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = time.time,
    of: Callable[[str], Product] = product,
) -> Examination:
    """
    Ask each end point once.

    Args:
        sleep, clock: tests bring their own.
        of:           finds a product by its name.

    Raises:
        MissingExtraError: atlassian-python-api is not installed.
    """
    return asyncio.run(_Doctor(settings, policy, progress, clock, of).examine(sleep))


def recognise(settings: AtlassianSettings, policy: Policy) -> Examination:
    """
    Find out form and version alone, and what is to be said of the kind of credential there; nothing else is asked.

    Raises:
        ImportFailedError: the server does not say what it is.
        MissingExtraError: atlassian-python-api is not installed.
    """
    doctor = _Doctor(settings, policy, lambda _text: None, time.time, product)
    found = asyncio.run(doctor.recognise(asyncio.sleep))
    wrong = [one.said for one in found.checks if not one.ok]
    if wrong:
        raise ImportFailedError(f"nothing could be read from {settings.url}: {wrong[0]}")
    return found


# Private functions


@dataclass(slots=True)
class _Doctor:
    settings: AtlassianSettings
    policy: Policy
    progress: Callable[[str], None]
    clock: Callable[[], float]
    of: Callable[[str], Product]
    found: Examination = field(default_factory=Examination)
    user: str = ""
    skew: float | None = None
    bodies: dict[str, Any] = field(default_factory=dict)
    meaning: Callable[[Reply, Any], Refusal | None] | None = None

    async def examine(self, sleep: Callable[[float], Awaitable[None]]) -> Examination:
        proxy = proxy_for(self.policy)
        if proxy:
            self.found.notes.append(f"requests go through the proxy {redact_text(proxy)}")
        async with connected(self.settings, self.policy) as send:
            first = self._reader(send, sleep, fatal=False)
            if not await self._form(first):
                return self.found
            self.found.product = self.of(self.found.importer)
            self.meaning = self.found.product.explain
            await self._version(first)
            if not await self._signed_in(first):
                return self.found
            asking = Probing(
                self._reader(send, sleep, fatal=True),
                lambda what, _done, _of: self.progress(f"asking {what}"),
                self.found.product,
                self.settings.name,
                self.settings.base,
                self.settings.options,
            )
            await self.found.product.walk(asking)
            self.found.probes = [self._probe(one) for one in asking.found.values()]
        return self.found

    async def recognise(self, sleep: Callable[[float], Awaitable[None]]) -> Examination:
        async with connected(self.settings, self.policy) as send:
            reader = self._reader(send, sleep, fatal=False)
            if await self._form(reader):
                await self._version(reader)
        return self.found

    def _reader(self, send: Send, sleep: Callable[[float], Awaitable[None]], fatal: bool) -> Reader:
        """Return a reader that keeps nothing. `fatal`: a refused sign-in ends everything."""
        limits = replace(self.policy, attempts=2, longest_wait=70.0)
        said = self._explain if fatal else self._lenient
        return Reader(limits, self._watched(send), lambda _page: None, said, sleep, self.clock)

    async def _form(self, reader: Reader) -> bool:
        """Find out whether it answers, and as what."""
        settings, origin = self.settings, self.policy.origin
        candidates = TELLS.get(settings.product, ())
        reached, said, unauthorized = False, "", False
        if settings.form:
            self.found.importer = importer_of(settings.product, settings.form)
        elif settings.product == "atlassian-org":
            self.found.importer = settings.product
        for one in candidates:
            if one.path not in self.bodies:
                outcome = await reader.read(one.path, settings.base + one.path, listing=False)
                reached = reached or bool(outcome.status)
                said, unauthorized = said or outcome.error, unauthorized or outcome.status == 401
                self.bodies[one.path] = outcome.body
            if not reached or self.found.importer:
                break
            if one.fits(self.bodies[one.path]):
                self.found.importer = one.importer
        if candidates:
            encrypted = "TLS, its certificate valid" if origin.scheme == "https" else "this machine, without TLS"
            self._check("address", reached, f"{settings.url} answers over {encrypted}" if reached else said)
            if not reached:
                return False
            if unauthorized and not self.found.importer:
                self._check("sign-in", False, said)
                return False
            if not self.found.importer:
                what = f"{settings.url} does not answer as {settings.product}: {said or 'its answer is another'}"
                self._check("form", False, f"{what}; is it installed under a context path, or is --form needed?")
                return False
        how = "as the settings say" if settings.form else "the server says so"
        self._check("form", True, f"{self.found.importer}, {how}")
        return True

    async def _version(self, reader: Reader) -> None:
        """Find out the version, where it has one, and what is to be said of the kind of credential there."""
        stated = IDENTITIES[self.found.importer].version
        if stated is not None:
            body = self.bodies.get(stated[0]) or await self._body(reader, stated[0])
            version = body.get(stated[1]) if isinstance(body, dict) else None
            self.found.version = printable(version, 40) if isinstance(version, str) else ""
        self.found.notes += advice(self.settings, self.found.importer, self.found.version)

    async def _signed_in(self, reader: Reader) -> bool:
        """Find out who the credential is, and which global rights it has."""
        settings, identity = self.settings, IDENTITIES[self.found.importer]
        self.user = ""
        outcome = await self._ask(reader, asks(self.found.importer, settings.options))
        body, failed = outcome.body, outcome.error
        name = who(self.found.importer, body, self.user)
        if name:
            self._check("sign-in", True, f"as {printable(name, 100)}, by {settings.signs_in_as}")
        else:
            why = failed or "the server takes the request for an anonymous one: the credential was not looked at"
            self._check("sign-in", False, why)
        if self.skew is not None:
            fine = abs(self.skew) <= CLOCKS_APART
            apart = (
                f"this machine's is {abs(self.skew):,.0f} s {'behind' if self.skew > 0 else 'ahead of'} the server's"
            )
            self._check("clock", fine, "within two minutes of the server's" if fine else apart)
        if not name:
            return False
        if identity.rights is not None:
            stated = rights(self.found.importer, await self._body(reader, identity.rights[0]))
            for right, has in stated.items():
                self.found.notes.append(f"the account {'holds' if has else 'does not hold'} {right}")
        return True

    async def _ask(self, reader: Reader, path: str) -> Outcome:
        one = endpoint(path)
        return await reader.read(one.path, self.settings.base + one.path, one.query, listing=False)

    async def _body(self, reader: Reader, path: str) -> Any:
        return (await self._ask(reader, path)).body

    def _probe(self, one: Once) -> Probe:
        takes = access(self.found.importer, one.endpoint)
        if one.outcome is None:
            why = f"left out: {one.why}" if one.why else "there is nothing to ask it for"
            return Probe(one.endpoint.path, one.endpoint.relation, NOT_TRIED, why, takes, one.scopes)
        outcome = one.outcome
        state = {CoverageState.COMPLETE: READABLE, CoverageState.DENIED: DENIED}.get(outcome.state, FAILED)
        if outcome.state is CoverageState.UNAVAILABLE and one.endpoint.optional:
            state = ABSENT
        if outcome.pages:
            state = READABLE
        return Probe(one.endpoint.path, one.endpoint.relation, state, outcome.error, takes, one.scopes)

    def _watched(self, send: Send) -> Send:
        async def watching(method: str, url: str) -> Reply:
            began = self.clock()
            reply = await send(method, url)
            self.user = reply.header("X-AUSERNAME") or self.user
            with suppress(ValueError, TypeError):
                self.skew = parsedate_to_datetime(reply.header("Date")).timestamp() - began
            return reply

        return watching

    def _explain(self, reply: Reply, body: Any) -> Refusal | None:
        return (self.meaning and self.meaning(reply, body)) or explain(reply, body)

    def _lenient(self, reply: Reply, body: Any) -> Refusal | None:
        """Say what a refusal means without ending everything: one end point of several may be closed to strangers."""
        found = self._explain(reply, body)
        return None if found is None else replace(found, fatal=False)

    def _check(self, name: str, ok: bool, said: str) -> None:
        self.found.checks.append(Check(name, ok, said))
