"""Okta: read an organisation into a snapshot (`collect`), and turn a snapshot into inventory (`normalise`)."""

from importers.okta.collect import CollectResult, collect
from importers.okta.normalise import normalise
from importers.okta.settings import OktaSettings
from importers.okta.walk import Factors

__all__ = ["CollectResult", "Factors", "OktaSettings", "collect", "normalise"]
