"""
Sign-on policies: who signs in to what, how strongly, from where, decided for classes of users.

`solve` evaluates the policies of an instant's inventory (first match by priorities, the session policy and the
application's together, what cannot be decided tried both ways) and leaves what techniques and scope files read:

- `sign_on_class(principal, class, org)`: each user of an organization in one class of it; users of one class sign in
  alike.
- `sign_on_anyone(org, class)`: the class of somebody of whom nothing is known.
- `sign_on_joined(grp, population)`: for each group assigned to an application that policies stand before, a derived
  population of whoever is put into it: a technique's step into the group leads there as well.
- `sign_on_alike(grp, class, key)`: the classes that have a member in an assigned group; equal keys get in alike by all
  that it is assigned to. `sign_on_part(grp, key, part)`: those in turn, told apart by one decision each.
- `sign_on_place(grp, decision, class, population, whole)`: the id of the population that such members enter from, and a
  class that stands for it; `whole` where the members are not told apart and it is that of `sign_on_joined`.
- `sign_on_before(app, part, org, decision, policies)`: which decision stands before an application, or (parts console,
  session, enroll, recover and unlock) before an organization (-1: of applications that are in none), with the numbers
  of the relations that put it there.
- `sign_on_outcome(class, decision, policy, part, level, guards, known, rules)`: the ways in, none of which adds nothing
  to another; `rules` are the relations of the rules that let it pass.
- `sign_on_behaviour(class, decision, behaviour)`: the same text where two classes have the same ways in.
- `sign_in_join(one, other, both_levels)`: the weakest sign-in that satisfies two.
"""

from graphscan.expand.sign_on.tables import needed, solve

__all__ = ["needed", "solve"]
