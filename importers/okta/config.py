"""
Where each setting of a collection comes from: a default, a flag, the configuration file, the environment.

What comes later wins over what came before: the environment has the last word. Secrets are in the environment or in a
file that a setting names, never in a flag or in the configuration file itself.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graphscan.errors import UsageError
from importers._policy import Policy
from importers.okta.auth import KEY_VARIABLE, ServiceApp
from importers.okta.collect import policy_for
from importers.okta.config_file import FILE, section
from importers.okta.options import OPTIONS, checked
from importers.okta.settings import TOKEN_VARIABLES, OktaSettings
from importers.okta.walk import Factors

_LAYERS = ("default", "flag", "config", "environment")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it is used: what it is (never a secret), and where it comes from."""

    name: str
    value: str
    source: str


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


@dataclass(slots=True)
class _Chosen:
    """Values and where they come from, the last word first found."""

    values: dict[str, Any] = field(default_factory=dict)
    layers: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: Any, layer: str, where: str) -> None:
        self.values[name], self.layers[name], self.where[name] = value, layer, where

    def rank(self, *names: str) -> int:
        """Return the highest layer that states one of the names; -1: none does."""
        return max((_LAYERS.index(self.layers[name]) for name in names if name in self.values), default=-1)


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
    chosen, overridden = _Chosen(), []
    for name, option in OPTIONS.items():
        if flags.get(name) not in (None, ""):
            chosen.put(name, checked(name, flags[name], option.flag), "flag", option.flag)
    implicit = (folder or Path.cwd()) / FILE
    file = config or (implicit if implicit.is_file() else None)
    asked = environment.get(OPTIONS["name"].variable, "").strip() or str(flags.get("name") or "")
    if file is not None:
        name, stated = section(file, asked, must=config is not None)
        for key, value in {**stated, **({"name": name} if name else {})}.items():
            if key in ("token_file", "key_file"):
                value = str(file.parent / Path(value).expanduser())
            overridden += _over(chosen, key, value, f"{file}")
            chosen.put(key, value, "config", f"{file} [okta.{name}]")
    for name, option in OPTIONS.items():
        text = environment.get(option.variable, "").strip()
        if text:
            value = checked(name, text, option.variable)
            overridden += _over(chosen, name, value, option.variable)
            chosen.put(name, value, "environment", option.variable)
    for secret, variables in (("token", TOKEN_VARIABLES), ("private_key", (KEY_VARIABLE,))):
        for variable in variables:
            if secret not in chosen.values and environment.get(variable, "").strip():
                chosen.put(secret, environment[variable].strip(), "environment", variable)
    return _effective(chosen, tuple(overridden), file)


# Private functions


def _effective(chosen: _Chosen, overridden: tuple[str, ...], file: Path | None) -> Effective:
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
        settings = OktaSettings(values["org_url"], _secret(chosen, "token", "token_file"), name)
        unused: tuple[str, ...] = ("client_id", "key_file", "private_key", "key_id", "scopes", "dpop")
        if by_key >= 0:
            overridden += (f"the service application is not used: {chosen.where[_of(chosen, 'token')]} gives a token",)
    else:
        if "client_id" not in values:
            raise UsageError("there is a private key and no client id", "give --client-id")
        app = ServiceApp(values["client_id"], _secret(chosen, "private_key", "key_file"))
        for key in ("scopes", "key_id", "dpop"):
            app = replace(app, **{key: values[key]}) if key in values else app
        settings = OktaSettings(values["org_url"], "", name, app)
        unused = ("token", "token_file")
        if by_token >= 0:
            overridden += (f"the API token is not used: {chosen.where['client_id']} names a service application",)
    for key in unused:
        values.pop(key, None)
    policy = policy_for(settings)
    policy = replace(
        policy,
        in_flight=values.get("in_flight", policy.in_flight),
        reserve=values.get("reserve", policy.reserve),
    )
    factors = Factors(values.get("factors", Factors.ADMINS))
    return Effective(settings, policy, factors, _sources(chosen, settings, policy, factors), overridden, file)


def _sources(chosen: _Chosen, okta: OktaSettings, policy: Policy, factors: Factors) -> tuple[Setting, ...]:
    """Return each setting in use; of a secret only where it comes from."""
    shown: dict[str, str] = {"org_url": str(okta.origin), "name": okta.name}
    if okta.app is None:
        shown |= {name: "(secret)" for name in ("token",) if name in chosen.values}
        shown |= {name: chosen.values[name] for name in ("token_file",) if _used(chosen, name, "token")}
    else:
        app = okta.app
        shown |= {name: "(secret)" for name in ("private_key",) if name in chosen.values}
        shown |= {name: chosen.values[name] for name in ("key_file",) if _used(chosen, name, "private_key")}
        shown |= {"client_id": app.client_id, "key_id": app.key_id or "none", "scopes": " ".join(app.scopes)}
        shown["dpop"] = "yes" if app.dpop else "no"
    shown |= {"factors": factors.value, "in_flight": str(policy.in_flight), "reserve": f"{policy.reserve:g}"}
    return tuple(Setting(name, value, chosen.where.get(name, "default")) for name, value in shown.items())


def _used(chosen: _Chosen, file: str, secret: str) -> bool:
    return file in chosen.values and secret not in chosen.values


def _of(chosen: _Chosen, secret: str) -> str:
    return secret if secret in chosen.values else f"{secret}_file"


def _secret(chosen: _Chosen, secret: str, file: str) -> str:
    """Return a secret from the environment, else from the file that is named."""
    if secret in chosen.values:
        return str(chosen.values[secret])
    if file not in chosen.values:
        raise UsageError("there is a client id and no private key", f"give --key-file, or set {KEY_VARIABLE}")
    path, what = chosen.values[file], "token file" if file == "token_file" else "key file"
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise UsageError(f"the {what} {str(path)!r} cannot be read: {why}") from None


def _over(chosen: _Chosen, name: str, value: Any, by: str) -> list[str]:
    """Return a sentence where a flag is overridden by something that says otherwise."""
    if chosen.layers.get(name) != "flag" or chosen.values[name] == value:
        return []
    return [f"{chosen.where[name]} is overridden by {by}"]
