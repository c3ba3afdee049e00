"""Settings of enrolment and password policies: which authenticators, which ways back in."""

from typing import Any

from importers.okta.ids import text_of

_ALLOWED = ("OPTIONAL", "REQUIRED")


def settings_of(type_: str, record: dict[str, Any]) -> dict[str, Any]:
    """Return what the `settings` of a policy say, as properties of its node."""
    settings = record.get("settings")
    if not isinstance(settings, dict):
        return {}
    if type_ == "MFA_ENROLL":
        return _enrolment(settings)
    if type_ == "PASSWORD":
        return _password(settings)
    return {}


# Private functions


def _enrolment(settings: dict[str, Any]) -> dict[str, Any]:
    """Read both dialects: `authenticators` of the Identity Engine, `factors` of classic organisations."""
    listed = settings.get("authenticators")
    asked = (
        {text_of(one.get("key")): _self(one) for one in listed if isinstance(one, dict) and text_of(one.get("key"))}
        if isinstance(listed, list)
        else {}
    )
    factors = settings.get("factors")
    old = {str(name): _self(one) for name, one in factors.items()} if isinstance(factors, dict) else {}
    said: dict[str, Any] = {"settings_type": text_of(settings.get("type"))}
    for prefix, found in (("authenticators", asked), ("factors", old)):
        said[f"{prefix}_allowed"] = [name for name, how in found.items() if how in _ALLOWED]
        said[f"{prefix}_required"] = [name for name, how in found.items() if how == "REQUIRED"]
        said[f"{prefix}_unclear"] = [name for name, how in found.items() if how not in (*_ALLOWED, "NOT_ALLOWED")]
    return said


def _self(one: Any) -> str:
    enroll = one.get("enroll") if isinstance(one, dict) else None
    return text_of(enroll.get("self")) if isinstance(enroll, dict) else ""


def _password(settings: dict[str, Any]) -> dict[str, Any]:
    recovery = settings.get("recovery")
    factors = recovery.get("factors") if isinstance(recovery, dict) else None
    said = {}
    for name, factor in factors.items() if isinstance(factors, dict) else ():
        if isinstance(factor, dict):
            said[f"recovery_{str(name).removeprefix('okta_').removeprefix('recovery_')}"] = text_of(
                factor.get("status")
            )
    delegation = settings.get("delegation")
    options = delegation.get("options") if isinstance(delegation, dict) else None
    if isinstance(options, dict) and options.get("skipUnlock") is True:
        said["skip_unlock"] = "true"
    return said
