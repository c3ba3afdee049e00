"""Of a path and a certificate exactly one exists; gaps leave a possible path; what is spoiled is rejected."""

import json
import random
from dataclasses import replace

import numpy as np
from certificate_cases import InMemory, Proof, ask, put
from engine_cases import CASES, Case, Step, cases, decode
from engine_naive import Plain
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscan.engine.certificate import closed_set, holds
from graphscan.engine.compile import compile_steps
from graphscan.engine.derivation import derivation
from graphscan.engine.graph import MAY

careful = settings(max_examples=CASES, derandomize=True, deadline=None, database=None)


def complete(case: Case) -> Case:
    """The same case, everything in it known."""
    rows = tuple(replace(row, possible=False) for row in case.rows)
    return replace(case, rows=rows, known=tuple(dict.fromkeys((*case.known, *case.maybe))), maybe=())


@careful
@given(cases(), st.integers(0, 10**6))
def test_on_complete_data_exactly_one_of_path_and_certificate_exists(case: Case, seed: int) -> None:
    """Where a target is reached its derivation replays and the certificate is rejected; else the checker takes it."""
    asked = ask(complete(case), seed)
    said, graph = asked.statement, asked.graph
    proof = InMemory(graph).proof(said)
    hit = [fact for fact in said.targets if asked.must.held[fact]]
    assert asked.verdict in ("PASS", "FAIL")
    if not hit:
        assert proof.sign().flaw == ""
        return
    assert "in the closed set" in proof.sign().flaw
    begin = (*said.starts, *said.held)
    steps = derivation(graph, hit[0], begin, without=said.shut)
    assert steps is not None
    held = {*begin, *graph.known_start.tolist()} - set(said.shut)
    for step in steps:
        assert held.issuperset(graph.body(step))
        held.add(int(graph.step_target[step]))
    assert hit[0] in held


@careful
@given(cases(), st.integers(0, 10**6))
def test_with_gaps_neither_may_exist_and_then_a_possible_path_does(case: Case, seed: int) -> None:
    """A known path, a certificate that is accepted, or a path that needs what is possible: one of the three."""
    asked = ask(case, seed)
    said, graph = asked.statement, asked.graph
    plain = Plain.of(graph)
    begin = {*said.starts, *said.held, *graph.known_start.tolist()}
    must = plain.closure(begin, without=said.shut)
    may = plain.closure({*begin, MAY, *graph.possible_start.tolist()}, without=said.shut)
    targets = set(said.targets)
    accepted = InMemory(graph).proof(said).sign().flaw == ""
    assert [bool(targets & must), accepted, bool(targets & (may - must)) and not targets & must].count(True) == 1
    assert asked.verdict == ("FAIL" if targets & must else "PASS" if accepted else "UNKNOWN")
    if asked.verdict == "UNKNOWN":
        fact = min(targets & may)
        steps = derivation(graph, fact, (*said.starts, *said.held), may=True, without=said.shut)
        assert steps is not None
        unsure = any(graph.possible(step) for step in steps)
        used = {one for step in steps for one in graph.body(step)} | {fact}
        assert unsure or used & set(graph.possible_start.tolist())


@careful
@given(cases(), st.integers(0, 10**6))
def test_the_engine_and_the_checker_agree_on_the_edge(case: Case, seed: int) -> None:
    """The engine's own check says what the independent one does; every step on the edge lacks what it is said to."""
    asked = ask(case, seed)
    said, graph = asked.statement, asked.graph
    begin = (*said.starts, *said.held)
    closed = closed_set(graph, begin, True, said.shut)
    assert (holds(closed, begin, said.targets) == "") == (asked.verdict == "PASS")
    plain = Plain.of(graph)
    inside = set(closed.facts.tolist())
    edge = [step for step in range(graph.step_count) if plain.head[step] not in inside and plain.body[step] & inside]
    assert closed.steps.tolist() == edge
    for place, step in enumerate(edge):
        missing = closed.missing[closed.missing_ptr[place] : closed.missing_ptr[place + 1]].tolist()
        assert missing == sorted(plain.body[step] - inside - {MAY})
        assert missing or plain.head[step] in said.shut
    by_fact, steps = closed.closed_by()
    assert set(zip(by_fact.tolist(), steps.tolist(), strict=True)) == {
        (fact, step)
        for step in edge
        for fact in {*(plain.body[step] - inside - {MAY}), *({plain.head[step]} & set(said.shut))}
    }


@careful
@given(cases(), st.integers(0, 10**6))
def test_each_corruption_that_breaks_the_proof_is_rejected(case: Case, seed: int) -> None:
    """Signed anew, as a forger would, what is no longer a proof is rejected; unsigned, any change at all is."""
    asked = ask(case, seed)
    if asked.verdict != "PASS":
        return
    proof = InMemory(asked.graph).proof(asked.statement).sign()
    assert proof.flaw == ""
    for forged in forgeries(proof, random.Random(seed)):
        assert forged.sign().flaw != ""
    for changed in changes(proof, random.Random(seed)):
        assert changed.flaw != ""


def forgeries(proof: Proof, pick: random.Random) -> list[Proof]:
    """Certificates that prove nothing, made from one that does."""
    found = []

    def without(fact: list[str]) -> None:
        other = proof.copy()
        other.body["closed_set"].remove(fact)
        found.append(other)

    steps = proof.steps.decode().splitlines()[1:]
    inside = {(node, level) for node, level in proof.body["closed_set"]}
    given = proof.said["given"]
    shut = {(node, level) for node, level in given["closed"]}
    # A start fact, one that anyone has, a control that was to have failed.
    ambient = json.loads(proof.steps.splitlines()[0])["ambient"]
    for some in (proof.said["from"], ambient, given["open"]):
        kept = [fact for fact in some if tuple(fact) not in shut]
        if kept:
            without(pick.choice(kept))
    # A fact that a step gives whose preconditions are all in the set.
    read = [json.loads(line) for line in steps]
    made = [
        row[3]
        for row in read
        if {tuple(row[1]), *map(tuple, row[2])} <= inside
        and tuple(row[3]) in inside
        and tuple(row[3]) not in {tuple(row[1]), *map(tuple, row[2])}
    ]
    if made:
        without(pick.choice(made))
    # A target that is reached.
    if inside:
        other = proof.copy()
        other.said["to"] = sorted([*other.said["to"], list(pick.choice(sorted(inside)))])
        found.append(other)
    # A control that is open, called closed where the closed set does not say so.
    open_ = [fact for fact in ambient if tuple(fact) not in shut]
    if open_:
        other = proof.copy()
        other.said["given"]["closed"] = sorted([*given["closed"], pick.choice(open_)])
        other.body["closed_set"].remove(pick.choice(open_))
        found.append(other)
    # Another start than the closed set is of.
    other = proof.copy()
    other.said["from"] = sorted([*other.said["from"], ["n99", "held"]])
    found.append(other)
    return found


def changes(proof: Proof, pick: random.Random) -> list[Proof]:
    """Certificates of which one thing was changed, no digest with it."""
    found = []
    for _ in range(2):
        other = proof.copy()
        what = pick.choice(
            ("from", "to", "to dropped", "claim", "at_most", "trust", "body", "steps", "digest", "snapshot", "closed")
        )
        if what == "from" and other.said["from"]:
            other.said["from"].pop()
        elif what == "to":
            other.said["to"].append(["n98", "held"])
        elif what == "to dropped":
            other.said["to"].pop()
        elif what == "claim":
            other.said["claim_sha256"] = "d" * 64
        elif what == "at_most":
            other.said["at_most"] += 1
        elif what in ("trust", "closed"):
            other.said["given"][what] += [["n97", "defeated"]] if what == "closed" else ["n97"]
        elif what == "body":
            other.body["closed_set"].append(["n96", "held"])
        elif what == "steps":
            other.steps = other.steps[: other.steps.rstrip().rfind(b"\n") + 1]
        elif what == "digest":
            part = pick.choice(("body", "steps"))
            other.said[part]["sha256"] = "e" * 64
        else:
            other.said["snapshot"] = other.body["snapshot"] = "f" * 64
        if (other.said, other.body, other.steps) != (proof.said, proof.body, proof.steps):
            found.append(other)
    return found


@careful
@given(cases(), st.integers(0, 10**6))
def test_a_further_step_never_turns_fail_into_pass(case: Case, seed: int) -> None:
    """With one more step what was reached is reached, and where there was no certificate there is none."""
    asked = ask(case, seed)
    pick = random.Random(seed)
    facts = [(int(n), int(c)) for n, c in zip(asked.graph.fact_node[1:], asked.graph.fact_level[1:], strict=True)]
    guard = tuple(sorted(pick.sample(facts, pick.randrange(2))))
    row = Step(pick.choice(facts), pick.choice(facts), guard, 0, pick.random() < 0.3)
    if row.source == row.target or row.target in guard:
        return
    more = again(asked, replace(case, rows=(*case.rows, row)))
    order = ("PASS", "UNKNOWN", "FAIL")
    assert order.index(more.verdict) >= order.index(asked.verdict)


@careful
@given(cases(), st.integers(0, 10**6))
def test_a_further_guard_never_adds_reach(case: Case, seed: int) -> None:
    """With one more requirement in a step nothing is reached that was not reached before, known or possible."""
    asked = ask(case, seed)
    pick = random.Random(seed)
    facts = [(int(n), int(c)) for n, c in zip(asked.graph.fact_node[1:], asked.graph.fact_level[1:], strict=True)]
    rows = list(case.rows)
    place = pick.randrange(len(rows))
    rows[place] = replace(rows[place], guard=tuple(sorted({*rows[place].guard, pick.choice(facts)})))
    fewer = again(asked, replace(case, rows=tuple(rows)))
    for before, after in ((asked.must, fewer.must), (asked.may, fewer.may)):
        then = names(asked.graph, before.held)
        everywhere = names(asked.graph, np.ones(asked.graph.fact_count, bool))
        assert names(fewer.graph, after.held) & everywhere <= then


@careful
@given(cases(), st.integers(0, 10**6))
def test_closing_a_gap_with_nothing_there_never_turns_pass_into_anything_else(case: Case, seed: int) -> None:
    """Without some of the possible steps and starts PASS stays PASS, FAIL stays FAIL, and UNKNOWN is never FAIL."""
    asked = ask(case, seed)
    pick = random.Random(seed)
    rows = tuple(row for row in case.rows if not row.possible or pick.random() < 0.5)
    maybe = tuple(fact for fact in case.maybe if pick.random() < 0.5)
    closed = again(asked, replace(case, rows=rows, maybe=maybe))
    assert closed.verdict in {"PASS": ("PASS",), "FAIL": ("FAIL",), "UNKNOWN": ("PASS", "UNKNOWN")}[asked.verdict]


def test_the_cases_are_not_all_alike() -> None:
    """Of random statements many pass, fail and stay open; of those that pass many forgeries of each sort are made."""
    verdicts: dict[str, int] = {}
    made = 0
    for seed in range(400):
        asked = ask(decode(random.Random(seed).randbytes(28 + 8 * 22), 22), seed)
        verdicts[asked.verdict] = verdicts.get(asked.verdict, 0) + 1
        if asked.verdict == "PASS":
            proof = InMemory(asked.graph).proof(asked.statement).sign()
            made += len(forgeries(proof, random.Random(seed))) >= 4
    assert min(verdicts["PASS"], verdicts["FAIL"], verdicts["UNKNOWN"]) > 10, verdicts
    assert made > 20


# Private functions


def again(asked, case: Case):  # type: ignore[no-untyped-def]
    """Put the same statement to another graph, which keeps the facts it speaks of."""
    graph, said = asked.graph, asked.statement
    spoken = {*said.starts, *said.targets, *said.held, *said.blocked}
    facts = {fact: (int(graph.fact_node[fact]), int(graph.fact_level[fact])) for fact in spoken}
    other = compile_steps(case.table, (*case.asked, *facts.values()))

    def there(some: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(other.at(*facts[fact]) for fact in some)

    return put(
        other,
        replace(
            said,
            starts=there(said.starts),
            targets=there(said.targets),
            held=there(said.held),
            blocked=there(said.blocked),
        ),
    )


def names(graph, held) -> set[tuple[int, int]]:  # type: ignore[no-untyped-def]
    """Held facts by node and level."""
    return {(int(graph.fact_node[fact]), int(graph.fact_level[fact])) for fact in np.flatnonzero(held) if fact}
