"""The ways in to what one decision stands before, for one class of users."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphscan.expand.sign_on.outcomes import Asked, Effect, Guard, Way, both, undominated
from graphscan.expand.sign_on.rules import SESSION
from graphscan.kinds import SignIn

_FREE = Effect(Asked(SESSION, ()), (Asked(SESSION, ()),))  # nothing is asked but some sign-in


@dataclass(frozen=True, slots=True)
class Place:
    """
    Contexts in which the same is asked.

    Attributes:
        managed: on a managed device.
        zones:   a position in any of these zones; none: anywhere, in no zone.
        own:     what the policies of the application ask; None: there are none.
        session: what the session policies ask; None: there are none.
    """

    managed: bool
    zones: tuple[int, ...]
    own: Effect | None
    session: Effect | None


@dataclass(frozen=True, slots=True)
class Editable:
    """
    Policies whose editing opens a decision.

    Attributes:
        controls: all of them must be edited; none: it cannot be opened so.
        certain:  whether they then let everybody pass.
    """

    controls: frozenset[int] = frozenset()
    certain: bool = True


def ways_in(places: Sequence[Place], elsewhere: Sequence[Asked], own: Editable, session: Editable) -> tuple[Way, ...]:
    """
    Return the ways in that add something to each other.

    Args:
        places:    all contexts.
        elsewhere: what the session policies possibly ask, in whatever context: a session that was begun elsewhere is
                   possibly not looked at again. Empty where a session is never begun.
        own, session: the policies of the application and of the session, edited.
    """
    found: dict[tuple[SignIn, frozenset[Guard], bool], Way] = {}
    for place in places:
        for way in _ways(place, elsewhere, own, session):
            found.setdefault((way.level, way.guards, way.known), way)
    return undominated(found.values())


# Private functions


def _ways(place: Place, elsewhere: Sequence[Asked], own: Editable, session: Editable) -> Iterator[Way]:
    device = Asked(SignIn(0, place.managed, -1), ())
    positions: list[frozenset[Guard]] = [frozenset({("zone", one)}) for one in place.zones] or [frozenset()]
    begun = elsewhere if place.session is not None else _FREE.possible
    here = place.session or _FREE
    asked = place.own or _FREE
    edited: list[tuple[Effect, Effect, Sequence[Asked], frozenset[int], bool]] = [
        (asked, here, begun, frozenset(), True)
    ]
    if own.controls:
        edited.append((_FREE, here, begun, own.controls, own.certain))
    if session.controls:
        edited.append((asked, _FREE, _FREE.possible, session.controls, session.certain))
    if own.controls and session.controls:
        certain = own.certain and session.certain
        edited.append((_FREE, _FREE, _FREE.possible, own.controls | session.controls, certain))
    for first, second, possible, controls, certain in edited:
        guards = frozenset(("policy", one) for one in controls)
        if first.known and second.known:
            whole = both(both(first.known, second.known), device)
            for position in positions:
                yield Way(whole.level, position | guards, certain, whole.rules)
        for one in first.possible:
            for other in possible:
                whole = both(both(one, other), device)
                for position in positions:
                    yield Way(whole.level, position | guards, False, whole.rules)
