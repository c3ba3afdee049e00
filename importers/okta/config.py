"""
Where each setting of a collection comes from: a default, a flag, the configuration file, the environment.

What comes later wins over what came before: the environment has the last word. Secrets are in the environment or in a
file that a setting names, never in a flag or in the configuration file itself.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from graphscan.errors import UsageError
from importers._config import Chosen, Setting, configuration
from importers._policy import Policy
from importers.okta.auth import KEY_VARIABLE, ServiceApp
from importers.okta.collect import policy_for
from importers.okta.config_file import SECTIONS
from importers.okta.options import OPTIONS
from importers.okta.settings import TOKEN_VARIABLES, OktaSettings
from importers.okta.walk import Factors

_TOKEN, _KEY = ("token", "token_file"), ("private_key", "key_file")  # a secret, and the setting that names its file


@dataclass(frozen=True, slots=True)
class Effective:
    """
    The settings of a collection.

    Attributes:
        policy:     the usual limits with what was set.
        sources:    each setting with where it comes from.
        overridden: a sentence for each flag that something else overrides.
        file:       the configuration file that was read.
    """

    okta: OktaSettings
    policy: Policy
    factors: Factors
    sources: tuple[Setting, ...]
    overridden: tuple[str, ...] = ()
    file: Path | None = None


def resolve(
    flags: Mapping[str, Any],
    config: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> Effective:
    """
    Put the settings together.

    Args:
        flags:  by the names of OPTIONS; None or an empty text: not given.
        config: the configuration file; None: `graphscan.toml` in the folder, if there is one.
        folder: the working folder.

    Raises:
        UsageError:   a setting cannot be meant, or one that is needed is missing.
        BadFileError: the configuration file cannot be read, or holds what is no setting.
    """
    chosen = Chosen()
    chosen.flags(OPTIONS, flags)
    file = configuration(config, folder)
    asked = environment.get(OPTIONS["name"].variable, "").strip() or str(flags.get("name") or "")
    if file is not None:
        name, stated = SECTIONS.section(file, asked, must=config is not None)
        chosen.section(file, SECTIONS.kind, name, stated)
    chosen.variables(OPTIONS, {name: one.variable for name, one in OPTIONS.items()}, environment, "environment")
    for secret, variables in (("token", TOKEN_VARIABLES), ("private_key", (KEY_VARIABLE,))):
        for variable in variables:
            if secret not in chosen.values and environment.get(variable, "").strip():
                chosen.put(secret, environment[variable].strip(), "environment", variable)
    return _effective(chosen, file)


# Private functions


def _effective(chosen: Chosen, file: Path | None) -> Effective:
    values = chosen.values
    if "org_url" not in values:
        raise UsageError(
            "there is no address of an Okta organization",
            f"give --org-url, as in https://acme.okta.com, or set {OPTIONS['org_url'].variable}",
        )
    by_token = chosen.rank("token", "token_file")
    by_key = chosen.rank("client_id", "key_file", "private_key")
    if by_token < 0 and by_key < 0:
        raise UsageError(
            "there is no Okta API token",
            f"set {TOKEN_VARIABLES[0]} (a token is never taken from the command line: others can see it there), "
            "or give --client-id and --key-file of a service application",
        )
    if by_token == by_key:
        raise UsageError("there is an API token and a private key", "settle on one of them")
    name = values.get("name", "")
    if by_token > by_key:
        settings = OktaSettings(values["org_url"], chosen.secret(*_TOKEN, "token file"), name)
        unused: tuple[str, ...] = ("client_id", "key_file", "private_key", "key_id", "scopes", "dpop")
        if by_key >= 0:
            place = chosen.where[chosen.used(*_TOKEN)]
            chosen.overridden.append(f"the service application is not used: {place} gives a token")
    else:
        if "client_id" not in values:
            raise UsageError("there is a private key and no client id", "give --client-id")
        if not chosen.used(*_KEY):
            raise UsageError("there is a client id and no private key", f"give --key-file, or set {KEY_VARIABLE}")
        app = ServiceApp(values["client_id"], chosen.secret(*_KEY, "key file"))
        for key in ("scopes", "key_id", "dpop"):
            app = replace(app, **{key: values[key]}) if key in values else app
        settings = OktaSettings(values["org_url"], "", name, app)
        unused = ("token", "token_file")
        if by_token >= 0:
            client = chosen.where["client_id"]
            chosen.overridden.append(f"the API token is not used: {client} names a service application")
    for key in unused:
        chosen.drop(key)
    policy = policy_for(settings)
    policy = replace(
        policy,
        in_flight=values.get("in_flight", policy.in_flight),
        reserve=values.get("reserve", policy.reserve),
    )
    factors = Factors(values.get("factors", Factors.ADMINS))
    sources = _sources(chosen, settings, policy, factors)
    return Effective(settings, policy, factors, sources, tuple(chosen.overridden), file)


def _sources(chosen: Chosen, okta: OktaSettings, policy: Policy, factors: Factors) -> tuple[Setting, ...]:
    """Return each setting in use; of a secret only where it comes from."""
    shown: dict[str, str] = {"org_url": str(okta.origin), "name": okta.name}
    used = chosen.used(*(_TOKEN if okta.app is None else _KEY))
    shown[used] = str(chosen.values[used]) if used.endswith("_file") else "(secret)"
    if okta.app is not None:
        app = okta.app
        shown |= {"client_id": app.client_id, "key_id": app.key_id or "none", "scopes": " ".join(app.scopes)}
        shown["dpop"] = "yes" if app.dpop else "no"
    shown |= {"factors": factors.value, "in_flight": str(policy.in_flight), "reserve": f"{policy.reserve:g}"}
    return tuple(Setting(name, value, chosen.where.get(name, "default")) for name, value in shown.items())
