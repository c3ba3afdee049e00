"""
The Cloudflare breach of November 2023 as facts files: what four forgotten credentials opened, what stopped the rest.

The files say of every value whether it is public, secondary, inferred or invented.
"""

from datetime import UTC, datetime

#: The credentials that were exposed in October 2023 and not rotated.
FROM = ("moveworks-token", "smartsheet-sa", "bitbucket-sa", "aws-apps-sa")

#: When the attacker began.
AS_OF = datetime(2023, 11, 14, 9, 22, 49, tzinfo=UTC)

#: The label of what the compromise of the identity provider exposed.
EXPOSED = "exposed-okta-2023"
