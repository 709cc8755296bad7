"""What a place and a job cost."""

from hypothesis import given
from hypothesis import strategies as st

from app.payments import pricing
from app.payments.pricing import PlaceCost, Quote


def test_a_place_costs_its_pay_a_share_of_it_and_its_messages() -> None:
    # 0.20 + 0.0075 dollars at 129 shillings are 26.7675 shillings; half as much again 40.15125, so 4016 cents.
    airtime = pricing.airtime_minor(
        segments_out=1,
        segments_in=1,
        out_micros=25_800_000,
        in_micros=967_500,
        currency="KES",
        reserve_percent=150,
    )
    cost = pricing.place_cost(pay_minor=201, currency="KES", fee_percent=20, airtime_minor=airtime)
    assert cost == PlaceCost(pay_minor=201, fee_minor=41, airtime_minor=4016, currency="KES")
    assert cost.total_minor == 201 + 41 + 4016


def test_a_job_costs_its_places() -> None:
    cost = PlaceCost(pay_minor=200, fee_minor=40, airtime_minor=30, currency="KES")
    quote = pricing.quote(tasks=10, answers_wanted=3, cost=cost)
    assert quote == Quote(10, 30, pay_minor=6000, fee_minor=1200, airtime_minor=900, currency="KES")
    assert quote.total_minor == 30 * cost.total_minor


def test_gold_is_paid_beside_the_places_and_lessons_cost_their_messages_alone() -> None:
    cost = PlaceCost(pay_minor=200, fee_minor=40, airtime_minor=30, currency="KES")
    quote = pricing.quote(tasks=10, answers_wanted=3, cost=cost, gold_places=4, lesson_messages=7)
    assert quote == Quote(10, 30, 34 * 200, 34 * 40, (34 + 7) * 30, "KES", gold_places=4, lesson_messages=7)
    plain = pricing.quote(tasks=10, answers_wanted=3, cost=cost)
    assert (plain.gold_places, plain.lesson_messages) == (0, 0)


def test_each_question_of_a_place_has_its_pay_its_fee_and_its_messages() -> None:
    cost = PlaceCost(pay_minor=200, fee_minor=40, airtime_minor=30, currency="KES")
    assert pricing.times(cost, 5) == PlaceCost(1000, 200, 150, "KES")


def test_a_checked_place_pays_one_of_its_texts_and_all_checks_and_sends_them_all() -> None:
    text = PlaceCost(pay_minor=2000, fee_minor=400, airtime_minor=60, currency="KES")
    check = PlaceCost(pay_minor=200, fee_minor=40, airtime_minor=30, currency="KES")
    found = pricing.with_checks(text, check, texts=2, checks=6)
    assert found == PlaceCost(2000 + 6 * 200, 400 + 6 * 40, 2 * 60 + 6 * 30, "KES")


def test_messages_of_both_ways_cost_by_their_segments_and_nothing_is_added_unless_said() -> None:
    airtime = pricing.airtime_minor(
        segments_out=2, segments_in=3, out_micros=10_000, in_micros=5_000, currency="KES"
    )
    assert airtime == 4  # 35,000 millionths of a shilling are 3.5 cents
    fee = pricing.place_cost(pay_minor=101, currency="KES", fee_percent=10, airtime_minor=0)
    assert (fee.fee_minor, fee.total_minor) == (11, 112)


@given(st.integers(1, 6), st.integers(0, 50_000_000), st.integers(0, 50_000_000), st.integers(100, 300))
def test_the_reserve_of_many_places_covers_their_messages(
    segments: int, out_micros: int, in_micros: int, percent: int
) -> None:
    def airtime(reserve_percent: int) -> int:
        return pricing.airtime_minor(
            segments_out=segments,
            segments_in=1,
            out_micros=out_micros,
            in_micros=in_micros,
            currency="KES",
            reserve_percent=reserve_percent,
        )

    spent_micros = segments * out_micros + in_micros
    assert airtime(percent) * 10_000 >= spent_micros
    assert airtime(percent) >= airtime(100)
