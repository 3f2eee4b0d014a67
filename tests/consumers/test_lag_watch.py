"""What a watch remembers, without a cluster."""

from __future__ import annotations

from consumers.kafka_client.words import Place
from consumers.lag.look import GroupLook, Look
from consumers.lag.watch import Watch

HERE = Place("articles.raw", 0)


def look(time: int, committed: int) -> Look:
    group = GroupLook(state="Stable", members=1, owners={HERE: "w"}, committed={HERE: committed})
    return Look(time, {"g": group}, {HERE: 0}, {HERE: 10})


def test_one_look_is_judged_once_for_all_who_ask_until_its_time_is_up() -> None:
    watch = Watch()
    watch.history.add(look(100_000, 10))
    first = watch.reports(100_000)
    assert watch.reports(104_999) is first
    assert watch.reports(105_000) is not first
    watch.history.add(look(101_000, 9))
    assert watch.reports(101_000)[0].lag == 1, "another look is judged anew"
    (standing,) = watch.reports(101_000 + 61_000)[0].standings
    assert standing.judged.rule == "is_out_of_date", "the clock goes on where looks do not"
