"""What the stages of a deposit mean for whoever comes back to it.  Every part of this folder asks here.

| stage                   | far end has | plain           | --resume | --verify | status tells    |
|-------------------------|-------------|-----------------|----------|----------|-----------------|
| planned                 | nothing     | begun           | begun    | –        | unfinished      |
| sending, unknown        | who knows   | asked, gone on  | the same | –        | unknown         |
| sent, accepted          | all of it   | asked           | the same | asked    | unfinished      |
| stored                  | all of it   | verified        | the same | verified | only if altered |
| verified                | all of it   | nothing         | –        | verified | nothing         |
| refused                 | nothing     | anew, by name   | –        | –        | refused         |

``--again`` begins anew whatever the stage; ``--arrived`` settles what nobody knows; ``--given-up`` ends what is not
over.
"""

from __future__ import annotations

from preserve.model.deposits import Stage

LOST = frozenset([Stage.SENDING, Stage.UNKNOWN])
"""It may have arrived or not: the far end is asked first."""

LEFT = frozenset([Stage.SENT, Stage.ACCEPTED, Stage.STORED, Stage.VERIFIED])
"""All of it has left, and the far end has it: it is asked, and verified."""

NOTHING_CAME = frozenset([Stage.PLANNED, Stage.REFUSED])
"""The far end has nothing of it.  It hides no deposit of which the far end may have something."""

OVER = frozenset([Stage.VERIFIED, Stage.REFUSED])
"""Nothing is left to be gone on with."""

RANKS = {Stage.SENT: 1, Stage.ACCEPTED: 2, Stage.STORED: 3, Stage.VERIFIED: 4}
"""How much the far end has said or shown: it never says less later."""

GIVEN_UP = "Given up: "
"""How the note of a deposit begins that a person ended."""
