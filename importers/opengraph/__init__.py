"""Files in BloodHound's OpenGraph format that other collectors wrote."""

from importers.opengraph.reading import read

__all__ = ["read"]
