"""
Selectors: `kind=Repository,name=payments-*`, parsed here and matched on the merged view by the SQL they yield.

    selector  = [ term { "," term } | name ] [ "::" level ]
    term      = key "=" value | date key ( "<" | ">=" ) date
    value     = pieces, each bare (`*` any text, `?` one sign) or "quoted" (taken as it is; \\" and \\\\ inside)
    date      = 2023-10-18 (its first moment, UTC) | 2023-10-18T09:00:00Z

A text without `=`, and without a date compared, is an id or an exact name. Terms are joined by AND; there is no
negation.
"""

from graphscan.select.checks import checked, known_key
from graphscan.select.dates import DATED, OPERATORS, date_term, moment
from graphscan.select.parse import Selector, parse
from graphscan.select.pattern import Pattern
from graphscan.select.terms import KEYS, PROPERTY, Term, condition
from graphscan.select.words import LEVEL_WORDS, closest, did_you_mean, level_hint, split_level

__all__ = [
    "DATED",
    "KEYS",
    "LEVEL_WORDS",
    "OPERATORS",
    "PROPERTY",
    "Pattern",
    "Selector",
    "Term",
    "checked",
    "closest",
    "condition",
    "date_term",
    "did_you_mean",
    "known_key",
    "level_hint",
    "moment",
    "parse",
    "split_level",
]
