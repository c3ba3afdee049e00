"""The verbs of claims, one a file: each is asked of one graph and says what it found."""

from graphscan.claims import model
from graphscan.claims.context import Context, Finding
from graphscan.claims.verbs.at_most import at_most
from graphscan.claims.verbs.no_new_path import no_new_path
from graphscan.claims.verbs.no_path import no_path
from graphscan.claims.verbs.only_from import only_from
from graphscan.claims.verbs.only_via import only_via
from graphscan.claims.verbs.path import path


def find(context: Context, args: model.Verb) -> Finding:
    """
    Ask a claim of a graph.

    Raises:
        VacuousError: a set matches nothing, or too little.
        ClaimsError:  a set names what is not there.
    """
    match args:
        case model.NoPath():
            return no_path(context, args)
        case model.OnlyVia():
            return only_via(context, args)
        case model.OnlyFrom():
            return only_from(context, args)
        case model.Path():
            return path(context, args)
        case model.AtMost():
            return at_most(context, args)
        case model.NoNewPath():
            return no_new_path(context, args)
