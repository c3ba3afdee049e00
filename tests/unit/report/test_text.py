"""Results as text for people."""

import re
import unicodedata
from dataclasses import replace

import pytest

from graphscan.analysis.results import Move, Reached, Route, SensitivityTotal, StartLine, Total
from graphscan.report import render
from tests.unit.report import samples
from tests.unit.report.spoil import spoiled

NAMES = sorted(samples.every_result())


def shown(result: object, width: int = 100) -> str:
    """Return a result as text without colour."""
    return render(result, "text", width=width)  # type: ignore[arg-type]


def flat(result: object) -> str:
    """Return the same with every run of blanks and line ends as one blank, to look for sentences."""
    return " ".join(shown(result).split())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [40, 100])
@pytest.mark.parametrize("evil", [samples.EVIL, samples.EVIL_ID, "\u202eRTL\u200f\u2066", "a\x00b\x7f\x9b31m"])
def test_hostile_text_shows_harmlessly(name: str, width: int, evil: str) -> None:
    """No control, format, or other invisible sign from the data reaches the screen, and markup stays text."""
    text = shown(spoiled(samples.every_result()[name], evil), width)

    assert {sign for sign in text if unicodedata.category(sign)[0] == "C"} <= {"\n"}
    if "[" in evil:
        assert evil[:6] in text


@pytest.mark.parametrize("name", NAMES)
def test_colour_adds_only_colour(name: str) -> None:
    """With colour, the escapes are select-graphic-rendition ones of ours and the words are the same."""
    plain = shown(samples.every_result()[name])
    coloured = render(samples.every_result()[name], "text", width=100, colour=True)
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", coloured)

    assert "\x1b" not in plain
    assert "\x1b" not in stripped
    assert [line.rstrip() for line in stripped.splitlines()] == plain.splitlines()


@pytest.mark.parametrize("name", ["blast", "blast-each", "paths", "explain", "status", "select"])
def test_an_id_is_never_cut_or_broken(name: str) -> None:
    """An id longer than the terminal, with blanks in it, stands whole on one line."""
    long = "tenant:prod eu:" + "x" * 150 + ":end"
    text = shown(spoiled(samples.every_result()[name], long), 60)

    assert any(long in line for line in text.splitlines())


def test_a_long_name_is_cut_and_says_so() -> None:
    """A name of 10,000 characters shows its beginning and how long it is."""
    text = shown(samples.select_result(nodes=(samples.node("a", "Tracker", name="n" * 10_000),)))

    assert "(10,000" in text
    assert "n" * 201 not in text


def test_blast_begins_with_a_verdict_of_two_sentences() -> None:
    """The first paragraph says what is reached of how much, what holds the rest, and what to do first."""
    first = " ".join(shown(samples.blast_result()).split("\n\n")[0].split())

    assert first == (
        "Whoever holds these 2 credentials reaches 1,201 of 1,307 sensitive assets and possibly 1 more: "
        "1,200 repositories and tickets::read, but none of 1 crown jewel; what held: hardkey@console. "
        "First move: rotate gateway-token, which alone closes 1,201 of 1,201."
    )


def test_blast_shows_every_section() -> None:
    """Start, gaps, n of N, ways, controls, contributions, sets and moves are all there."""
    text = flat(samples.blast_result())

    for needle in (
        "gateway-token::held",
        "old-key::held not used: revoked",
        "anyone has internet::position",
        "as of 2023-11-14 09:22:49 UTC (this store's own date)",
        "what if --defeated pin",
        "facts:test STORES not collected for tickets: nobody looked",
        "repositories 1,200 1,300 1,200 read 1,200",
        "crown jewels 0 of 1; confidential 1,201 (and 1 possible) of 1,306",
        "Open to anyone, without any start: leaky::read",
        "known from operator unless said otherwise",
        "→ svc-gateway::act_as use a credential, with internet::position [facts.yaml:12]",
        "needs svc-robot::act_as, from robot-password::held [facts.yaml:12] (one of 2 ways)",
        "hardkey@console before customer-db::read and 2 more; if it alone fails, 1 sensitive asset falls",
        "met or defeated by human-key::held",
        "gateway-token 0 1,201",
        "robot-password 0 ≤ 1",
        "tickets::read: needs gateway-token + robot-password; cut by gateway-token",
        "1. rotate gateway-token closes 1,201 of 1,201 sensitive assets, 0 left",
        "truncated at 1,000 paths",
        "3 more controls stopped something and are not listed",
    ):
        assert needle in text, needle


def test_blast_without_a_live_start_says_so() -> None:
    """Where every start is dead nothing is claimed to be safe for any other reason."""
    dead = samples.blast_result(
        starts=(StartLine(samples.TOKEN, "revoked"),),
        reached=(),
        totals=(),
        by_sensitivity=(),
        routes=(),
        routes_note="",
        blocked_by=(),
        contributions=(),
        sets=(),
        moves=(),
    )

    assert "every start is dead at this instant" in flat(dead)


def test_blast_that_reaches_nothing_does_not_claim_more_than_was_read() -> None:
    """An empty answer is limited to what was read, and names the gaps."""
    none = samples.blast_result(
        reached=(), totals=(), by_sensitivity=(), routes=(), contributions=(), sets=(), moves=(), blocked_by=()
    )

    text = flat(none)
    assert "no sensitive asset" in text
    assert "as far as was read" in text
    assert "STORES not collected" in text


def several(number: int) -> tuple[Route, ...]:
    """Return families that begin alike and end each at its own node."""
    ends = [samples.fact(f"end-{place}", "read", "Wiki", "confidential") for place in range(number)]
    hops = samples.ROUTE.hops[:-1]
    last = samples.hop(samples.EDGE, samples.TRACKER, "read what is inside", samples.ROBOT)
    return tuple(replace(samples.ROUTE, tails=(end,), hops=(*hops, replace(last, gives=end))) for end in ends)


def test_families_beyond_the_first_are_counted() -> None:
    """A cut list says how many more there are and how to see them."""
    text = flat(samples.blast_result(routes=several(9)))

    assert "6. gateway-token::held → end-5::read" in text
    assert "7. gateway-token::held" not in text
    assert "… and 3 more families" in text


def test_another_way_to_the_same_is_counted_not_told() -> None:
    """`blast` tells one way to each thing and counts the others; `paths` tells them all."""
    blast = flat(samples.blast_result(routes=(samples.ROUTE, samples.ROUTE)))
    paths = flat(samples.paths_result(routes=(samples.ROUTE, samples.ROUTE)))

    assert "… and 1 more family" in blast
    assert "2. gateway-token::held" in paths


def test_a_shared_beginning_is_told_once() -> None:
    """A second family that begins like the first refers to it instead of repeating the hops and what they need."""
    text = flat(samples.blast_result(routes=several(2)))

    assert "as in 1 to edge::position" in text
    assert text.count("→ gateway::login sign in") == 1
    assert text.count("needs svc-robot::act_as") == 1


def test_evidence_of_another_sort_is_named() -> None:
    """What most hops rest on is said once; a hop that rests on something else says so."""
    probed = replace(samples.ROUTE.hops[1], evidence=(replace(samples.ROUTE.hops[1].evidence[0], evidence="probe"),))
    route = replace(samples.ROUTE, hops=(samples.ROUTE.hops[0], probed, *samples.ROUTE.hops[2:]))

    assert "→ gateway::login sign in [probe: facts.yaml:12]" in flat(samples.blast_result(routes=(route,)))


def test_moves_beyond_the_first_are_counted() -> None:
    """More single edits than fit are counted."""
    moves = tuple(Move("--rotated gateway-token", samples.TOKEN.node, 9 - n, 9, n) for n in range(9))

    assert "… and 4 more; -o json lists all." in flat(samples.blast_result(moves=moves))


def test_no_path_is_only_said_where_everything_was_read() -> None:
    """With a gap it is 'no path found', which is not a proof; without one it is 'no path'."""
    nothing = {"reached": (), "routes": (), "paths": 0}

    assert "No path found as far as could be read" in flat(samples.paths_result(**nothing))
    assert "may be reached" in flat(samples.paths_result(**nothing, possible=(samples.TRACKER,)))
    assert flat(samples.paths_result(**nothing, coverage=())).startswith("No path. None of the 2 targets is reached.")


def test_status_counts_what_it_does_not_list() -> None:
    """Thirty loose ends of which one is shown are thirty."""
    text = flat(samples.status_result())

    assert "30 references to what no source describes" in text
    assert "1 of 30 shown; --limit" in text
    assert "3 not understood at /users: no id" in text
    assert "✓ tickets owner = alice says facts:test" in text


def test_status_says_what_is_damaged() -> None:
    """A damaged file is named, with what to do, and nothing claims that all is well."""
    text = flat(samples.status_result(problems=("`nodes.parquet` does not hold what was written",)))

    assert "damaged: `nodes.parquet`" in text
    assert "Every file holds" not in text


def test_import_with_gaps_says_so() -> None:
    """What was not understood is counted and the exit code explained."""
    text = flat(samples.import_result())

    assert "3 records" in text
    assert "Exit code 3" in text
    assert "~key|email||a@b.example fits a b" in text


def test_select_says_how_to_see_the_rest() -> None:
    """A cut list names the limit that shows all."""
    text = flat(samples.select_result())

    assert "means 3 nodes: 3 trackers, asked for at level read." in text
    assert "2 of 3 shown; --limit 3 shows all" in text


def test_blast_that_reaches_only_internal_things_says_so_first() -> None:
    """Where nothing sensitive is reached, what is internal counts, and the verdict says which is which."""
    modest = samples.blast_result(
        asset_sensitivity="internal",
        reached=(Reached(samples.node("gateway", "Application", "internal"), "login", "known", 2),),
        totals=(Total("Application", 1, 0, 9, (("login", 1),), 0),),
        by_sensitivity=(SensitivityTotal("confidential", 0, 0, 6), SensitivityTotal("internal", 1, 0, 9)),
        moves=(Move("--rotated gateway-token", samples.TOKEN.node, 1, 1, 0),),
    )

    text = flat(modest)
    assert "reaches no sensitive asset, but 1 of 9 internal assets: gateway::login." in text
    assert "closes 1 of 1 internal assets" in text
