"""Errors meant for people: what happened, and what to do. Only the message is printed.

Exit codes (``copydesk`` section 10 of the contract): 0 done, 1 failed, 2 usage, 3 cannot reach
Kafka or Redis, or may not. A file that cannot be read or written, or does not hold what it
should, is a failure (1), whichever verb it is for; a setting that cannot be used is usage (2), one
that names a file too.
"""

from __future__ import annotations


class CopydeskError(Exception):
    """Something failed; the message is one sentence that says what and what to do."""

    exit_code = 1


class UsageFault(CopydeskError):
    """A wrong setting or argument."""

    exit_code = 2


class Unreachable(CopydeskError):
    """Kafka or Redis cannot be reached; the message names the address and the setting."""

    exit_code = 3


class Denied(Unreachable):
    """Kafka or Redis is there and does not let us in, or not do this: a person must mend it."""
