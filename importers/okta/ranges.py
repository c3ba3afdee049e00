"""Ranges of addresses of network zones, and which zones lie wholly in which others."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from importers.okta.ids import text_of

# (IP version, first, last), sorted and merged; None: something in the list is not an address.
Ranges = list[tuple[int, int, int]] | None


def ranges_of(gateways: Any) -> Ranges:
    """Return the addresses of a zone's `gateways` (`CIDR` or `RANGE`), or None where not all of them are understood."""
    if not isinstance(gateways, list) or not gateways:
        return None
    found: list[tuple[int, int, int]] = []
    for one in gateways:
        value = text_of(one.get("value")) if isinstance(one, dict) else ""
        try:
            first, dash, last = value.partition("-")
            if dash:
                low, high = ip_address(first.strip()), ip_address(last.strip())
            else:
                network = ip_network(value.strip(), strict=False)
                low, high = network[0], network[-1]
        except ValueError:
            return None
        if low.version != high.version or int(low) > int(high):
            return None
        found.append((low.version, int(low), int(high)))
    return _merged(found)


def within(zones: Mapping[str, Ranges]) -> Iterator[tuple[str, str]]:
    """Yield (inner, outer) where all addresses of one zone are also another's; equal ones both ways."""
    known = {name: ranges for name, ranges in sorted(zones.items()) if ranges}
    for inner, parts in known.items():
        for outer, whole in known.items():
            if inner != outer and all(_holds(whole, part) for part in parts):
                yield inner, outer


# Private functions


def _merged(ranges: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    merged: list[tuple[int, int, int]] = []
    for version, low, high in sorted(ranges):
        if merged and merged[-1][0] == version and low <= merged[-1][2] + 1:
            merged[-1] = (version, merged[-1][1], max(high, merged[-1][2]))
        else:
            merged.append((version, low, high))
    return merged


def _holds(whole: list[tuple[int, int, int]], part: tuple[int, int, int]) -> bool:
    version, low, high = part
    place = bisect_right(whole, (version, low, 1 << 130)) - 1
    return place >= 0 and whole[place][0] == version and whole[place][1] <= low and high <= whole[place][2]
