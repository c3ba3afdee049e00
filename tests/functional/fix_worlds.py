"""Small inventories for `fix`: a barrier that lifts, two ways in, and names that want to be more than text."""

# Okta keeps administrators from the help desk: without her role, ann can be reset by whoever has it.
BARRIER = """\
graphscan: facts/1
source: barrier
at: 2024-01-01T00:00:00Z
nodes:
  - {id: org, kind: Application, provider: okta, subtype: org}
  - {id: desk, kind: RoleAssignment, provider: okta, subtype: help_desk_admin}
  - {id: reader, kind: RoleAssignment, provider: okta, subtype: read_only_admin}
  - {id: crew, kind: Group, provider: okta, subtype: okta_group}
  - {id: ann, kind: User, provider: okta, properties: {credential_provider: OKTA}}
  - {id: ann-session, kind: Credential, provider: okta, subtype: session}
  - {id: vault, kind: Secret, sensitivity: crown_jewel}
  - {id: files, kind: Content}
relations:
  - {source: ann, kind: ACCOUNT_OF, target: org}
  - {source: ann, kind: MEMBER_OF, target: crew}
  - {source: ann, kind: HAS_CREDENTIAL, target: ann-session, gives: api}
  - {source: ann, kind: HAS_ROLE, target: reader}
  - {source: desk, kind: SCOPED_TO, target: crew}
  - {source: reader, kind: SCOPED_TO, target: org}
  - {source: reader, kind: GRANTS, target: vault, gives: read}
  - {source: ann, kind: ASSIGNED_TO, target: files, needs: api_read, gives: read}
coverage:
  - {relation: HAS_ROLE, scope: ann, complete: true}
  - {relation: HAS_ROLE, scope: crew, complete: true}
  - {relation: MEMBER_OF, scope: ann, complete: true}
"""

# The host keeps a copy of the vault, and of the token that opens it: no rotation of the start alone closes that, as a
# man in the building has a position of his own.
INSIDER = """\
graphscan: facts/1
source: insider
at: 2024-01-01T00:00:00Z
nodes:
  - {id: badge, kind: Segment, name: "[red]hall[/red] ‮<script>"}
  - {id: host, kind: Host, name: "=1+1"}
  - {id: token, kind: Credential, name: "`rm -rf`|x"}
  - {id: robot, kind: ServiceAccount}
  - {id: vault-app, kind: Application}
  - {id: vault, kind: Secret, name: "::error::", sensitivity: crown_jewel}
  - {id: acl, kind: Control, name: twin, enforced: absent}
  - {id: gate, kind: Control, name: twin, enforced: absent}
relations:
  - {source: robot, kind: HAS_CREDENTIAL, target: token}
  - {source: host, kind: REACHABLE_FROM, target: badge}
  - {source: badge, kind: CONNECTS_TO, target: host, gives: exec, guarded_by: [acl]}
  - {source: host, kind: STORES, target: vault}
  - {source: vault-app, kind: REACHABLE_FROM, target: internet}
  - {source: robot, kind: ASSIGNED_TO, target: vault-app, gives: login}
  - {source: vault-app, kind: CONTAINS, target: vault, needs: login, gives: read}
"""
