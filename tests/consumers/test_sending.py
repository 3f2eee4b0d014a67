"""Where keys go: the partition that Java's producers would choose, so that readers can count on it."""

from __future__ import annotations

from aiokafka.partitioner import murmur2
from hypothesis import given
from hypothesis import strategies as st

from consumers.faust_worker import sending


@given(st.binary(max_size=80))
def test_a_key_goes_where_the_default_partitioner_puts_it(key: bytes) -> None:
    assert sending._hash(key) == murmur2(key) & 0x7FFFFFFF
