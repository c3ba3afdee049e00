"""
Where each setting of an Atlassian instance comes from, and how it signs in.

Flag < configuration file < environment, and of the environment the variable of that instance alone last. Of a token
and a password the one from the later place is used. A secret is never a flag and never stands in the file.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from graphscan.errors import UsageError
from importers._config import Chosen, Setting, configuration
from importers._config_file import Sections
from importers._policy import Policy
from importers.atlassian.options import EXTRAS, SECRETS, defaults, options, variable
from importers.atlassian.settings import EXAMPLES, PRODUCTS, AtlassianSettings, Basic, Bearer, Credential

_TOKEN, _PASSWORD = ("token", "token_file"), ("password", "password_file")  # a secret, and what names its file
_MISTAKEN = {
    **dict.fromkeys(("token", "api_token", "pat", "key", "api_key"), "token_file"),
    **dict.fromkeys(("password", "secret"), "password_file"),
}


@dataclass(frozen=True, slots=True)
class Effective:
    """
    The settings of a collection.

    Attributes:
        atlassian:  the instance, its options included.
        policy:     the usual limits with what was set.
        sources:    each setting with where it comes from.
        overridden: a sentence for each flag that something else overrides.
        file:       the configuration file that was read.
    """

    atlassian: AtlassianSettings
    policy: Policy
    sources: tuple[Setting, ...]
    overridden: tuple[str, ...] = ()
    file: Path | None = None


def sections(product: str) -> Sections:
    """Return what a section of one product may hold."""
    known = options(product)
    mistaken = {name: one for name, one in _MISTAKEN.items() if one in known}
    return Sections(product, "instances", known, mistaken)


def resolve(
    product: str,
    flags: Mapping[str, Any],
    config: Path | None = None,
    environment: Mapping[str, str] = os.environ,
    folder: Path | None = None,
) -> Effective:
    """
    Put the settings of one instance together.

    Args:
        flags:  by the names of options(product); None or an empty text: not given.
        config: the configuration file; None: `graphscan.toml` in the folder, if there is one.
        folder: the working folder.

    Raises:
        UsageError:   a setting cannot be meant, one that is needed is missing, or it is not said which instance.
        BadFileError: the configuration file cannot be read, or holds what is no setting.
    """
    return _resolve(product, flags, config, environment, folder, alone=True)


def every(
    config: Path | None = None, environment: Mapping[str, str] = os.environ, folder: Path | None = None
) -> list[Effective | tuple[str, UsageError]]:
    """
    Put the settings of each instance in the configuration file together, in the order of products and names.

    Where a product has several, variables that speak of no instance in particular are not used: one's address or token
    would go to the others.

    Returns: for each its settings, or its source with why it has none.

    Raises:
        UsageError:   there is no configuration file, or no instance in it.
        BadFileError: it cannot be read, or holds what is no setting.
    """
    file = configuration(config, folder)
    found: list[Effective | tuple[str, UsageError]] = []
    for product in PRODUCTS if file is not None else ():
        names = sorted(sections(product).read(file)) if file is not None else []
        for name in names:
            try:
                found.append(
                    _resolve(product, {"name": name}, file, environment, folder, alone=len(names) == 1, named=name)
                )
            except UsageError as error:
                found.append((f"{product}:{name}", error))
    if not found:
        raise UsageError(
            "there is no Atlassian instance to look at",
            "write sections such as [jira.acme] into graphscan.toml, or give --product and --url",
        )
    return found


# Private functions


def _resolve(
    product: str,
    flags: Mapping[str, Any],
    config: Path | None,
    environment: Mapping[str, str],
    folder: Path | None,
    *,
    alone: bool,
    named: str = "",
) -> Effective:
    """
    Put settings together.

    Args:
        alone: variables that name no instance are used.
        named: the instance, whatever they say.
    """
    known, of = options(product), sections(product)
    chosen = Chosen()
    chosen.flags(known, flags)
    file = configuration(config, folder)
    asked = named or environment.get(known["name"].variable, "").strip() or str(flags.get("name") or "")
    if file is not None:
        name, stated = of.section(file, asked, must=config is not None)
        _apart(product, of.read(file), environment, known)
        chosen.section(file, product, name, stated)
        asked = name or asked
    if alone:
        every = {name: one.variable for name, one in known.items() if not (named and name == "name")}
        chosen.variables(known, every, environment, "environment")
        _secrets(chosen, product, "", environment, "environment")
    if asked:
        own = {name: variable(product, asked, name) for name in known if name != "name"}
        chosen.variables(known, own, environment, "own environment")
        _secrets(chosen, product, asked, environment, "own environment")
    return _effective(product, chosen, file)


def _secrets(chosen: Chosen, product: str, instance: str, environment: Mapping[str, str], layer: str) -> None:
    for secret in SECRETS:
        name = variable(product, instance, secret)
        value = environment.get(name, "")
        if value.strip():
            # Blanks at the ends may belong to a password, never to a token.
            chosen.put(secret, value.strip() if secret == "token" else value.strip("\r\n"), layer, name)  # noqa: S105


def _apart(product: str, names: Mapping[str, Any], environment: Mapping[str, str], known: Mapping[str, Any]) -> None:
    """Refuse a variable that two instances would take for their own: one's token would go to the other's server."""
    for setting in (*known, *SECRETS):
        whose: dict[str, str] = {}
        for name in names:
            own = variable(product, name, setting)
            if environment.get(own, "").strip() and whose.setdefault(own, name) != name:
                raise UsageError(
                    f"{own} may be meant for {product}:{whose[own]} and for {product}:{name}",
                    "use a file for each of them, or rename one section",
                )


def _effective(product: str, chosen: Chosen, file: Path | None) -> Effective:
    values = chosen.values
    if product == "atlassian-org":
        values.setdefault("url", EXAMPLES[product])  # one for everybody
    if "url" not in values:
        raise UsageError(
            f"there is no address of {product}",
            f"give --url, as in {EXAMPLES[product]}, or set {variable(product, '', 'url')}",
        )
    credential = _credential(product, chosen)
    extras = {name: values.get(name, default) for name, default in defaults(product).items()}
    settings = AtlassianSettings(
        product, values["url"], values.get("name", ""), credential, values.get("form", ""), extras
    )
    policy = Policy(settings.origin, secrets=settings.secrets)
    policy = replace(
        policy,
        in_flight=values.get("in_flight", policy.in_flight),
        reserve=values.get("reserve", policy.reserve),
    )
    return Effective(settings, policy, _sources(chosen, settings, policy), tuple(chosen.overridden), file)


def _credential(product: str, chosen: Chosen) -> Credential:
    """Return the token, or the user with the password, whichever comes from the later place."""
    token, password = variable(product, "", "token"), variable(product, "", "password")
    by_token, by_password = chosen.rank(*_TOKEN), chosen.rank(*_PASSWORD)
    if by_token < 0 and by_password < 0:
        if "user" in chosen.values:
            raise UsageError(f"there is a user of {product} and no password", f"set {password}, or give a file of it")
        raise UsageError(
            f"there is no credential of {product}",
            f"set {token} (a secret is never taken from the command line: others can see it there)"
            + ("" if product == "atlassian-org" else f", or give --user and set {password}"),
        )
    if by_token == by_password:
        raise UsageError(f"there is a token and a password of {product}", "settle on one of them")
    if by_token > by_password:
        if "user" in chosen.values:
            chosen.overridden.append(
                f"user {chosen.values['user']} is not used: {chosen.where[chosen.used(*_TOKEN)]} gives a token "
                f"(the API token of a Cloud account is a password here: {password})"
            )
        for name in ("user", *_PASSWORD):
            chosen.drop(name)
        return Bearer(chosen.secret(*_TOKEN, "token file"))
    if "user" not in chosen.values:
        raise UsageError(
            f"there is a password of {product} and no user", "give --user; of a Cloud account its e-mail address"
        )
    if by_token >= 0:
        place = chosen.where[chosen.used(*_PASSWORD)]
        chosen.overridden.append(f"the token is not used: {place} gives a password")
    for name in _TOKEN:
        chosen.drop(name)
    return Basic(str(chosen.values["user"]), chosen.secret(*_PASSWORD, "password file", "\r\n"))


def _sources(chosen: Chosen, settings: AtlassianSettings, policy: Policy) -> tuple[Setting, ...]:
    """Return each setting in use; of a secret only where it comes from."""
    shown: dict[str, str] = {"url": settings.url, "name": settings.name}
    if settings.product != "atlassian-org":
        shown["form"] = settings.form or "the server is asked"
    if isinstance(settings.credential, Basic):
        shown["user"] = settings.credential.user
    used = chosen.used(*(_PASSWORD if isinstance(settings.credential, Basic) else _TOKEN))
    shown[used] = str(chosen.values[used]) if used.endswith("_file") else "(secret)"
    shown |= {"in_flight": str(policy.in_flight), "reserve": f"{policy.reserve:g}"}
    shown |= {name: EXTRAS[name].shown(value) or "none" for name, value in settings.options.items()}
    return tuple(Setting(name, value, chosen.where.get(name, "default")) for name, value in shown.items())
