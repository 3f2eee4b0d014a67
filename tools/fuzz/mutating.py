"""What libFuzzer's own changes to bytes seldom reach: JSON that stays JSON, with other values."""

from __future__ import annotations

import random
from collections.abc import Callable

from tools.fuzz.mutants import mutate_json

Mutator = Callable[[bytes, int, int], bytes]


def structured(plain: Callable[[bytes, int], bytes]) -> Mutator:
    """A mutator that leaves every second change to ``plain``, which is libFuzzer's own.

    A value that is no JSON is always left to it.
    """

    def mutator(data: bytes, longest: int, seed: int) -> bytes:
        chance = random.Random(seed)  # noqa: S311 - it must repeat by its seed
        start = data.find(b"{")
        if not 0 <= start <= 1 or chance.random() < 0.5:
            return plain(data, longest)
        made = data[:start] + mutate_json(chance, data[start:])
        return made if made != data and len(made) <= longest else plain(data, longest)

    return mutator
