"""Devices and whose they are; a device is managed where Okta says so of one of its users, possibly where of itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphscan.model import Node, Observed, Record, Relation
from importers.okta.context import Context, NotARecordError, identifier, object_of, state_of
from importers.okta.ids import text_of

_GONE = frozenset({"suspended", "deactivated"})


@dataclass(slots=True)
class _Device:
    record: dict[str, Any]
    where: str
    users: dict[str, tuple[str, str]] = field(default_factory=dict)


def device_user_id(record: Any) -> str:
    """Return the id of a device's user. Raises NotARecordError."""
    if not isinstance(record, dict):
        raise NotARecordError("the record is not an object")
    return identifier(record.get("user"))


def embedded_users(record: dict[str, Any]) -> list[Any] | None:
    """Return the users that came with a device, or None where none of them did and they have to be asked for."""
    embedded = record.get("_embedded")
    users = embedded.get("users") if isinstance(embedded, dict) else None
    return users if isinstance(users, list) else None


@dataclass(slots=True)
class DeviceBook:
    """Devices of one snapshot: whether one is managed is said with its users, in later replies."""

    devices: dict[str, _Device] = field(default_factory=dict)

    def device(self, context: Context, record: Any, where: str) -> Iterable[Record]:
        """Take a device that was listed, with the users that came with it."""
        id_ = identifier(record)
        object_of(record, "profile")
        device = self.devices.setdefault(id_, _Device(record, where))
        for one in embedded_users(record) or ():
            try:
                device.users.setdefault(device_user_id(one), (text_of(one.get("managementStatus")), where))
            except NotARecordError as error:
                context.doubt(where, f"a user of a device: {error}; the device was imported without")
        return ()

    def user(self, _context: Context, record: Any, where: str, device_id: str) -> Iterable[Record]:
        """Take a user of a device."""
        id_ = device_user_id(record)
        device = self.devices.get(device_id)
        if device is None:
            device = self.devices[device_id] = _Device({"id": device_id}, where)
        device.users.setdefault(id_, (text_of(record.get("managementStatus")), where))
        return ()

    def records(self, context: Context) -> Iterator[Record]:
        """Yield every device and in whose hands it is."""
        for id_, device in self.devices.items():
            record, profile = device.record, object_of(device.record, "profile")
            node = context.ref("device", id_)
            status = state_of(record)
            said = {management for management, _ in device.users.values()}
            # Said of one of its users, or of the device itself; a word that nobody knows may mean it.
            managed = profile.get("managed") is True or bool(said - {"", "NOT_MANAGED"})
            # One that is suspended meets no condition on devices, managed or not.
            in_use = status not in _GONE
            properties = {
                "okta_id": id_,
                "status": text_of(record.get("status")),
                "platform": text_of(profile.get("platform")),
                "os_version": text_of(profile.get("osVersion")),
                "registered": profile.get("registered") is True,
                "management": sorted({management for management, _ in device.users.values() if management}),
            }
            yield Node(
                node.text,
                "Device",
                "okta",
                "managed" if managed and in_use else "device",
                text_of(profile.get("displayName")) or id_,
                valid_from=context.date(record, "created", device.where),
                state=status,
                properties={name: value for name, value in properties.items() if value},
                evidence=context.evidence(device.where),
            )
            for user, (management, where) in device.users.items():
                # The same device may be managed for one user and not for another: known is what is said of this one.
                known = not managed or management == "MANAGED"
                yield Relation(
                    node,
                    "HELD_BY",
                    context.ref("user", user),
                    observed=Observed.YES if known else Observed.POSSIBLE,
                    properties={"management": management} if management else {},
                    evidence=context.evidence(where),
                )
