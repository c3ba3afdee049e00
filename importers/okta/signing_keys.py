"""Keys that sign what others believe: of applications, of authorization servers, and of identity providers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps
from typing import Any

from graphscan.model import LastUse, Node, Observed, Record, Ref, Relation, Version
from importers.okta.context import Context, NotARecordError, object_of, state_of
from importers.okta.ids import is_okta_id, text_of

_ASSERTING = frozenset({"SAML_2_0", "SAML_1_1", "WS_FEDERATION"})


def asserts(record: dict[str, Any]) -> bool:
    """Whether the organization signs assertions for an application with a key of that application."""
    return text_of(record.get("signOnMode")) in _ASSERTING


def key_id(record: Any) -> str:
    """Return what tells a key: its `kid`, else a digest of it. Raises NotARecordError where it has neither."""
    if not isinstance(record, dict):
        raise NotARecordError("the record is not an object")
    for value in (record.get("kid"), record.get("x5t#S256")):
        if is_okta_id(value):
            return value
    public = [record.get(name) for name in ("x5c", "n", "x") if record.get(name)]
    if not public:
        raise NotARecordError("a key without an id and without a public part")
    return "sha256-" + sha256(dumps(public).encode("utf-8", "surrogatepass")).hexdigest()[:24]


@dataclass(slots=True)
class _Signer:
    """Something that signs: the node a key of it opens, at which level, and what is said of its current key."""

    kind: str
    opens: Ref
    gives: str
    where: str
    signing: dict[str, Any]
    also: list[str] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class KeyBook:
    """
    Signing keys of one snapshot.

    Whoever holds a signing key says in its signer's name whatever he likes, and no sign-on policy is asked. Okta shows
    public keys only: the private one is held by nobody who could be named. Which of several keys is the current one
    stands in the signer's own record, read before its keys.

    Attributes:
        signers: by (`app`, `auth-server` or `idp`, id).
        of_idps: the identity providers that a key of a partner is registered for, by the key's id.
    """

    signers: dict[tuple[str, str], _Signer] = field(default_factory=dict)
    of_idps: dict[str, list[Ref]] = field(default_factory=dict)

    def application(self, context: Context, record: dict[str, Any], where: str) -> None:
        """Note an application that assertions are signed for, and its current key."""
        if asserts(record):
            signing = object_of(object_of(record, "credentials"), "signing")
            app = context.ref("app", record["id"])
            # Whom the product behind it then takes one for, techniques say; the key signs in there for certain.
            self.signers["app", record["id"]] = _Signer("app", app, "login", where, signing)

    def server(self, context: Context, record: dict[str, Any], where: str) -> None:
        """Note an authorization server, and its current key."""
        signing = object_of(object_of(record, "credentials"), "signing")
        node = context.ref("auth-server", record["id"])
        self.signers["auth-server", record["id"]] = _Signer("auth-server", node, "admin", where, signing)

    def provider(self, context: Context, record: dict[str, Any], where: str) -> None:
        """Note an identity provider with the keys of the partner that are registered for it."""
        if state_of(record) == "inactive":
            return
        trust = object_of(object_of(object_of(record, "protocol"), "credentials"), "trust")
        more = trust.get("additionalKids")
        kids = [trust.get("kid"), *(more if isinstance(more, list) else ())]
        for kid in dict.fromkeys(kid for kid in kids if is_okta_id(kid)):
            self.of_idps.setdefault(kid, []).append(context.ref("idp", record["id"]))
            self.signers.setdefault(("idp", kid), _Signer("idp", context.ref("idp", record["id"]), "admin", where, {}))

    def app_key(self, context: Context, record: Any, where: str, app_id: str) -> Iterator[Record]:
        """Map a key of an application: `created` dates it, for it is replaced by another and never changed."""
        # Of an application that was not listed as one that signs, nothing says which key is current.
        signer = self.signers.setdefault(
            ("app", app_id), _Signer("app", context.ref("app", app_id), "login", where, {})
        )
        yield from self._key(context, record, where, app_id, signer)

    def server_key(self, context: Context, record: Any, where: str, server_id: str) -> Iterator[Record]:
        """Map a key of an authorization server; one that has expired is taken for nothing any more."""
        opens = context.ref("auth-server", server_id)
        signer = self.signers.setdefault(("auth-server", server_id), _Signer("auth-server", opens, "admin", where, {}))
        yield from self._key(context, record, where, server_id, signer)

    def provider_key(self, context: Context, record: Any, where: str) -> Iterator[Record]:
        """Map a key of a partner: `created` says since when it is registered here."""
        kid = key_id(record)
        yield self._node(context, record, where, f"idp-key:{kid}", kid, None)
        node = context.ref("idp-key", kid)
        for provider in self.of_idps.get(kid, ()):
            yield Relation(node, "GRANTS", provider, gives="admin", evidence=context.evidence(where))
        if ("idp", kid) in self.signers:
            self.signers["idp", kid].listed.add(kid)

    def records(self, context: Context) -> Iterator[Record]:
        """Yield the current keys that are named and were in no list, because it could not be read."""
        for (kind, id_), signer in self.signers.items():
            kid = id_ if kind == "idp" else signer.signing.get("kid")
            if is_okta_id(kid) and kid not in signer.listed:
                if kind == "idp":
                    yield from self.provider_key(context, {"kid": kid}, signer.where)
                else:
                    yield from self._key(context, {"kid": kid}, signer.where, id_, signer)

    # Private methods

    def _key(self, context: Context, record: Any, where: str, id_: str, signer: _Signer) -> Iterator[Record]:
        kid = key_id(record)
        signer.listed.add(kid)
        name = f"{signer.kind}-key:{id_}:{kid}"
        yield self._node(context, record, where, name, kid, signer)
        current = signer.signing.get("kid")
        status = state_of(record)
        # An earlier key may still be trusted at the other side, and whether it is nobody can see from here.
        sure = kid == current or status in ("active", "next")
        yield Relation(
            Ref(context.id(*name.split(":", 1))),
            "GRANTS",
            signer.opens,
            gives=signer.gives,
            observed=Observed.YES if sure else Observed.POSSIBLE,
            evidence=context.evidence(where),
        )

    def _node(
        self, context: Context, record: dict[str, Any], where: str, name: str, kid: str, signer: _Signer | None
    ) -> Node:
        created = context.date(record, "created", where)
        updated = context.date(record, "lastUpdated", where)
        expires = context.date(record, "expiresAt", where)
        status = state_of(record)
        signing = signer.signing if signer is not None and signer.signing.get("kid") == kid else {}
        rotated = context.date(signing, "lastRotated", where)
        since = created or rotated
        properties = {
            "kid": kid,
            "status": status or "",
            "use": text_of(record.get("use")),
            "of": signer.opens.text if signer is not None else "",
            "current": "true" if signing else "",
            "last_rotated": rotated.isoformat() if rotated else "",
            "next_rotation": text_of(signing.get("nextRotation")),
            "rotation": text_of(signing.get("rotationMode")).lower(),
            "last_updated": updated.isoformat() if updated else "",
            # Whoever checks signatures seldom checks the certificate's end: that it has passed kills nothing.
            "certificate_expires": expires.isoformat() if expires else "",
        }
        return Node(
            context.id(*name.split(":", 1)),
            "Credential",
            "okta",
            "signing_key",
            f"signing key {kid}",
            valid_from=created,
            versions=(Version(since),) if since else (),
            last_used=(LastUse("okta", known=False),),
            state="expired" if status == "expired" else None,
            properties={part: value for part, value in properties.items() if value},
            evidence=context.evidence(where),
        )
