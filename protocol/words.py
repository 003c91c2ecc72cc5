"""The small words that commands, events and the hall share: types with their limits, and nothing else."""

from typing import Annotated

import msgspec

Micros = int
"""A time: integer microseconds since 1970-01-01 UTC."""

Seconds = int

SECOND: Micros = 1_000_000
MINUTE: Micros = 60 * SECOND
HOUR: Micros = 60 * MINUTE

# A bare ``$`` would let a line break at the end pass, into the log and past every comparison.
Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$(?!\n)", max_length=40)]
"""A name for machines: of a service, a queue, a class, a reason. Never free text, since the log keeps it."""

Number = Annotated[str, msgspec.Meta(min_length=1, max_length=12)]
"""A ticket's or a desk's number, as people say it: ``A042``, ``12A``."""

Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)")]
"""A business day of the hall, ``YYYY-MM-DD``."""

Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)", max_length=20)]

CommandId = Annotated[str, msgspec.Meta(pattern=r"^[\x21-\x7e]+$(?!\n)", min_length=8, max_length=64)]
"""Chosen by the sender, who uses it again when it retries: the same id never acts twice."""
