"""
Examine access to an organisation: ask each end point once, for one record, and say what is closed and what that hides.

Nothing is kept. An end point of single objects is asked for an object that another listing showed; where there is
none, it is not tried. Which of a custom role's rights are missing Okta does not say: the scope and the least standard
role that read an end point are named.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.request import getproxies

from graphscan.model import CoverageState
from importers._http import Outcome, Page, Reader
from importers._policy import Policy
from importers._redact import redact_text
from importers.okta import endpoints as ends
from importers.okta.access import ACCESS, Access
from importers.okta.client import connected, proxy_for
from importers.okta.clients import client_id, is_oauth, is_service
from importers.okta.collect import explain
from importers.okta.ids import is_okta_id
from importers.okta.settings import OktaSettings

READABLE, DENIED, UNLICENSED, FAILED, NOT_TRIED = "readable", "denied", "not licensed", "failed", "not tried"
CLOCKS_APART = 120.0  # seconds; assertions and proofs are refused where clocks are further apart than some minutes


@dataclass(frozen=True, slots=True)
class Probe:
    """One end point, asked once."""

    endpoint: str
    state: str
    said: str
    access: Access


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    said: str


@dataclass(slots=True)
class Examination:
    """What was found."""

    checks: list[Check] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)

    @property
    def gaps(self) -> list[Probe]:
        """Return what could not be read though it is there."""
        return [one for one in self.probes if one.state in (DENIED, FAILED)]

    @property
    def complete(self) -> bool:
        """Whether everything that an organisation has can be read."""
        return not self.gaps and all(one.ok for one in self.checks)


def examine(
    settings: OktaSettings,
    policy: Policy,
    progress: Callable[[str], None] = lambda _text: None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = time.time,
) -> Examination:
    """
    Ask each end point once.

    Raises:
        UsageError:        the private key cannot be read.
        MissingExtraError: the Okta SDK is not installed.
    """
    return asyncio.run(_Doctor(settings, policy, progress, clock).examine(sleep))


def strays(policy: Policy, environment: Mapping[str, str] = os.environ, folder: Path | None = None) -> list[str]:
    """Return a sentence for what lies about that other Okta programs would read, and for the proxy that is used."""
    files = ((folder or Path.cwd()) / "okta.yaml", Path.home() / ".okta" / "okta.yaml")
    found = [f"{path} is not read" for path in files if path.is_file()]
    found += [
        f"{name} is not read" for name in sorted(environment) if name.startswith(("OKTA_CLIENT_", "OKTA_TESTING_"))
    ]
    proxy = proxy_for(policy)
    if proxy:
        found.append(f"requests go through the proxy {redact_text(proxy)}")
    elif getproxies().get(policy.origin.scheme) or getproxies().get("all"):
        found.append("a proxy is set in the environment and is not used for this address")
    return found


# Private functions


@dataclass(slots=True)
class _Doctor:
    settings: OktaSettings
    policy: Policy
    progress: Callable[[str], None]
    clock: Callable[[], float]
    found: Examination = field(default_factory=Examination)
    examples: dict[str, str] = field(default_factory=dict)
    asked_at: float = 0.0
    skew: float | None = None

    async def examine(self, sleep: Callable[[float], Awaitable[None]]) -> Examination:
        origin = self.policy.origin
        async with connected(self.settings, self.policy) as send:
            limits = replace(self.policy, attempts=2, max_pages=1, longest_wait=70.0)
            reader = Reader(limits, send, lambda _page: None, explain, sleep, self.clock)
            first = await self._ask(reader, ends.ORG, ends.ORG)
            reached = bool(first.status)
            encrypted = "TLS, its certificate valid" if origin.scheme == "https" else "this machine, without TLS"
            self._check("address", reached, f"{origin} answers over {encrypted}" if reached else first.error)
            if not reached:
                return self.found
            valid = not reader.given_up
            self._check("sign-in", valid, f"by {self.settings.signs_in_as}" if valid else reader.given_up)
            if self.skew is not None:
                fine = abs(self.skew) <= CLOCKS_APART
                said = f"{abs(self.skew):,.0f} s {'behind' if self.skew > 0 else 'ahead of'} Okta's"
                self._check("clock", fine, "within two minutes of Okta's" if fine else f"this machine's is {said}")
            if not valid:
                return self.found
            self._note(ends.ORG, first)
            for endpoint in sorted(ACCESS, key=lambda one: one.count("{")):
                if endpoint != ends.ORG:
                    await self._probe(reader, endpoint)
        return self.found

    async def _probe(self, reader: Reader, endpoint: str) -> None:
        path = self._path(endpoint.partition("?")[0])
        if path is None:
            self.found.probes.append(Probe(endpoint, NOT_TRIED, "there is nothing to ask it for", ACCESS[endpoint]))
            return
        self.progress(f"asking {endpoint}")
        outcome = await self._ask(reader, endpoint, path)
        self._note(endpoint, outcome)

    async def _ask(self, reader: Reader, endpoint: str, path: str) -> Outcome:
        query = dict(ends.QUERIES.get(endpoint, {}))
        if endpoint in ends.LIMITS:
            # An OAuth client is looked for among the applications; of all else one record is enough.
            query["limit"] = ends.LIMITS[endpoint] if endpoint == ends.APPS else "1"
        self.asked_at = self.clock()

        async def look(page: Page, records: list[Any], _size: int, _new: bool) -> None:
            self._look(endpoint, page, records)

        # Whether a list or an object comes does not matter here.
        return await reader.read(endpoint, path, query, None, listing=False, into=look)

    def _look(self, endpoint: str, page: Page, records: list[Any]) -> None:
        """Take note of the clock, and of examples to ask further with."""
        for date in page.headers.get("Date", []):
            try:
                self.skew = parsedate_to_datetime(date).timestamp() - self.asked_at
            except ValueError:
                continue
        body = records[0]
        wrapped = ends.WRAPPED.get(endpoint)
        for name in wrapped.split(".") if wrapped else ():
            body = body.get(name) if isinstance(body, dict) else None
        for record in body if isinstance(body, list) else []:
            if not isinstance(record, dict) or not is_okta_id(record.get("id")):
                continue
            place = page.path
            self.examples.setdefault(place, record["id"])
            if endpoint == ends.APPS and is_oauth(record):
                self.examples.setdefault("oauth", record["id"])
            if endpoint == ends.APPS and is_service(record):
                self.examples.setdefault("/oauth2/v1/clients", client_id(record))
                self.examples.setdefault("service", record["id"])
            for member, listing in (("role", "/api/v1/iam/roles"), ("resource-set", "/api/v1/iam/resource-sets")):
                if is_okta_id(record.get(member)):
                    self.examples.setdefault(listing, record[member])

    def _path(self, template: str) -> str | None:
        """Return the path of a template with examples in it, or None where there are none."""
        needs = {ends.SECRETS: "oauth", ends.JWKS: "oauth", ends.GRANTS: "service"}
        filled_in = ""
        for part in template.strip("/").split("/"):
            example = part
            if part.startswith("{"):
                example = self.examples.get(needs.get(template, filled_in), "")
                if not example:
                    return None
            filled_in += f"/{example}"
        return filled_in

    def _note(self, endpoint: str, outcome: Outcome) -> None:
        state = {
            CoverageState.COMPLETE: READABLE,
            CoverageState.DENIED: DENIED,
            CoverageState.UNAVAILABLE: UNLICENSED,
        }.get(outcome.state, FAILED)
        if "(E0000015)" in outcome.error:
            state = UNLICENSED
        if outcome.pages:
            state = READABLE
        self.found.probes.append(Probe(endpoint, state, outcome.error, ACCESS[endpoint]))

    def _check(self, name: str, ok: bool, said: str) -> None:
        self.found.checks.append(Check(name, ok, said))
