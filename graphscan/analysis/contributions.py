"""What each start gives, alone and together with the others, and which of them are needed for what."""

import numpy as np

from graphscan.analysis.question import Facts, Question, sorted_for_people
from graphscan.analysis.results import Contribution, FactView, SetsAndCuts
from graphscan.analysis.view import Viewer
from graphscan.engine import question as engine
from graphscan.engine import sets as engine_sets
from graphscan.engine.nearby import LARGE
from graphscan.engine.pairs import Pairs, find_pairs

COUNTS_POSSIBLE = (
    "sets and cuts of the starts, and first moves, count what is stated as possible, but not what was not read"
)
MOST_STARTS = 500
MOST_ASSETS = 20_000
MOST_ASSETS_LARGE = 2_000


def contributions(question: Question) -> tuple[tuple[Contribution, ...], tuple[SetsAndCuts, ...], tuple[str, ...]]:
    """
    Return what each start gives, the minimal sets and cuts of the starts for each asset, and notes on what is left out.

    Assets that are known to be reached count; where there are none, those that are possibly. What a start gives is
    known then; sets and cuts count what is stated as possible as well, so that a cut which leaves such a way is none;
    what nobody could read they do not count: nothing would cut that.
    """
    asked = question.must if len(question.assets) else question.may
    assets = sorted_for_people(question, question.assets if len(question.assets) else question.assets_possibly)
    groups = question.starts.groups
    notes: list[str] = []
    if len(groups) > MOST_STARTS:
        return (), (), (f"what each start gives is not computed for more than {MOST_STARTS} starts",)
    most = MOST_ASSETS if question.session.graph.step_count < LARGE else MOST_ASSETS_LARGE
    if len(assets) > most:
        notes.append(f"what each start gives is computed for the {most:,} most sensitive of {len(assets):,} assets")
        assets = assets[:most]
    if not len(assets) or not groups:
        return (), (), ()
    pairs, answers = _given(question, asked, [facts for _, facts in groups], assets)
    if question.may is not question.must:
        notes.append(COUNTS_POSSIBLE)
    if not all(pairs.exact):
        notes.append("for some starts the list of what they help to reach is an upper bound")
    if not all(one.complete for one in answers):
        notes.append("not all minimal sets of starts were found; those listed are right")
    viewer = Viewer(question.session)
    viewer.want_facts(assets.tolist())
    viewer.want(nodes=[named.n for named, _ in groups])

    def shown(facts: Facts) -> tuple[FactView, ...]:
        return viewer.facts(facts)

    given = tuple(
        Contribution(
            start=viewer.node(named.n),
            alone=shown(assets[pairs.alone[row]]),
            joint=shown(assets[pairs.joint[row]]),
            exact=bool(pairs.exact[row]),
        )
        for row, (named, _) in enumerate(groups)
    )
    ids = [viewer.node(named.n).id for named, _ in groups]
    sets = tuple(
        SetsAndCuts(
            assets=viewer.facts(one.targets),
            sets=tuple(tuple(ids[number] for number in numbers) for numbers in one.sets),
            cuts=tuple(tuple(ids[number] for number in numbers) for numbers in one.cuts),
            complete=one.complete,
        )
        for one in answers
    )
    return given, sets, tuple(notes)


# Private functions


def _given(
    question: Question, asked: engine.Question, sources: list[tuple[int, ...]], assets: Facts
) -> tuple[Pairs, tuple[engine_sets.SetsAndCuts, ...]]:
    """Return who reaches what, and what is needed for it, for assets that are reached and that not anyone reaches."""
    if len(sources) == 1:  # then all of it is its own: nothing to search for, however large the graph is
        all_ = np.ones((1, len(assets)), bool)
        open_ = question.may.anyone.held[assets]
        own, free = (tuple(sorted(assets[part].tolist())) for part in (~open_, open_))
        answers = [engine_sets.SetsAndCuts(own, ((0,),), ((0,),), True)] if own else []
        if free:
            answers.append(engine_sets.SetsAndCuts(free, ((),), (), True))
        return Pairs(all_, all_, np.ones(1, bool)), tuple(answers)
    return find_pairs(asked, sources, assets.tolist()), engine_sets.sets_and_cuts(
        question.stated if len(question.assets) else question.may, sources, assets.tolist()
    )
