"""What a simulated job counts: each message and answer once, by the app's own texts, prices and quiet hours."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from app import hours, pricelist, texts
from app.channels import segments
from app.operations import questions
from app.tasks.models import Task
from bench.simulate.course import PAUSE, QUIET, SESSION, START, ZONE, Course, Scheme, Spent
from bench.simulate.crowd import Parameters, Truth, people, truth
from bench.simulate.jobs import Job
from bench.simulate.measure import Run, least_kept, mean, money, run_of
from bench.simulate.rules import Fixed
from bench.simulate.words import Words

SHORT, LONG = Words(40, bundled=True), Words(250, bundled=True)
PLAIN = Words(40, bundled=False)
# Everybody answers everything, at once, is understood and stays.
WILLING = Parameters(
    tasks=30, workers=6, responds_yes=1e9, responds_no=1e-9, dont_know=0, drop_off=0, unclear=0, slips=0, leaves=0,
    reply_median_s=60, reply_sigma=0.1, next_median_s=60, next_sigma=0.1, ambiguous=0,
)  # fmt: skip


@dataclass(frozen=True)
class Heard(Words):
    """The same texts, noting of each message what it was and how many segments were said of it."""

    said: list[tuple[str, int]] = field(default_factory=list, hash=False, compare=False)

    def _note(self, what: str, segments_: int) -> int:
        self.said.append((what, segments_))
        return segments_

    def question_segments(self, count: int, *, experienced: bool, receipt_of: int) -> int:
        of = Words(self.length, bundled=self.bundled)
        return self._note(
            f"question {count} {receipt_of}",
            of.question_segments(count, experienced=experienced, receipt_of=receipt_of),
        )

    def receipt_segments(self) -> int:
        return self._note("receipt", super().receipt_segments())

    def last_segments(self, count: int) -> int:
        return self._note(f"last {count}", super().last_segments(count))

    def clarify_segments(self) -> int:
        return self._note("clarify", super().clarify_segments())


def play(
    given: Parameters, words: Words, *, own_receipt: bool = False, answers: int = 1, good_hours: bool = True
) -> Course:
    rng = np.random.default_rng(3)
    crowd, true = people(given, rng), truth(given, rng)
    scheme = Scheme("any", words, own_receipt=own_receipt, good_hours=good_hours)
    course = Course(scheme, Fixed(answers), given, crowd, true, np.random.default_rng(4))
    course.run()
    return course


def of_kind(words: Heard, kind: str) -> list[tuple[str, int]]:
    return [said for said in words.said if said[0].split()[0] == kind]


@pytest.mark.parametrize("length", [40, 250])
def test_a_receipt_and_a_question_apiece_are_each_counted(length: int) -> None:
    words = Heard(length, bundled=False)
    spent = play(WILLING, words, own_receipt=True, answers=2).spent
    assert spent.paid == 60
    assert spent.in_ == 60
    assert len(of_kind(words, "receipt")) == 60
    # Whoever is asked answers: no question is asked that is not needed.
    assert [what for what, _ in of_kind(words, "question")] == ["question 1 0"] * 60
    assert of_kind(words, "last") == of_kind(words, "clarify") == []
    assert (spent.messages, spent.out) == (len(words.said), sum(each for _, each in words.said))
    assert spent.out == (
        120 if length == 40 else 60 + 60 * LONG.question_segments(1, experienced=False, receipt_of=0)
    )
    assert (spent.run_out, spent.reminders, spent.unpaid_late) == (0, 0, 0)


def test_a_receipt_that_travels_with_the_next_question_costs_no_message() -> None:
    words = Heard(40, bundled=False)
    spent = play(WILLING, words).spent
    asked, lasts = of_kind(words, "question"), of_kind(words, "last")
    assert len(asked) == spent.paid == spent.in_ == 30
    behind = [what for what, _ in asked if what == "question 1 1"]
    # Each receipt goes with a question, or alone where the session or the work ends.
    assert len(behind) + len(lasts) == 30
    assert len(asked) - len(behind) == spent.pushes
    assert (spent.messages, spent.out) == (len(words.said), sum(each for _, each in words.said))


def test_several_questions_are_one_message_and_one_reply() -> None:
    words = Heard(40, bundled=True)
    spent = play(WILLING, words).spent
    counts = [int(what.split()[1]) for what, _ in of_kind(words, "question")]
    assert sum(counts) == spent.paid == 30
    assert max(counts) > 1
    assert spent.in_ == len(counts)


def test_each_reply_not_understood_is_asked_back_and_written_again() -> None:
    words = Heard(40, bundled=False)
    spent = play(replace(WILLING, unclear=1), words).spent
    assert len(of_kind(words, "clarify")) == spent.paid == 30
    assert spent.in_ == 60
    mixed = Heard(40, bundled=True)
    spent = play(replace(WILLING, slips=1), mixed).spent
    bundles = [what for what, _ in of_kind(mixed, "question") if not what.startswith("question 1 ")]
    assert len(of_kind(mixed, "clarify")) == len(bundles) > 0


def test_dont_knows_are_no_answers_and_cost_a_reply_all_the_same() -> None:
    course = play(replace(WILLING, dont_know=0.3), PLAIN)
    unsure = int(course.job.unsure.sum())
    assert unsure > 0
    assert course.spent.paid == int(course.job.answered.sum()) == len(course.answers)
    assert course.spent.in_ == course.spent.paid + unsure


def test_what_nobody_answers_runs_out_and_is_given_to_others_and_a_late_answer_is_taken_if_there_is_room() -> (
    None
):
    given = replace(WILLING, workers=40, reply_median_s=5 * 3600, next_median_s=5 * 3600)
    course = play(given, PLAIN)
    spent, job = course.spent, course.job
    assert spent.run_out > 0
    assert job.left == 0
    # Every place that was given was answered, ran out for good, or is still out.
    answered = int(job.answered.sum() + job.unsure.sum())
    out = int(job.live.sum())
    given_out = int(job.had.sum())
    assert spent.paid == answered
    assert given_out - out - spent.run_out <= answered <= given_out - out
    assert spent.in_ == spent.paid + spent.unpaid_late


class Watched(Course):
    """A course that notes when people were texted unasked."""

    def _wake(self, number: int, asked: Any) -> None:
        before = self.spent.pushes
        super()._wake(number, asked)
        self.pushed = [*getattr(self, "pushed", ()), *[self.now] * (self.spent.pushes - before)]


def test_who_never_answers_is_reminded_twice_and_texted_less_and_less() -> None:
    given = replace(WILLING, workers=1, responds_yes=1e-9, responds_no=1e9, reminded=0)
    words = Heard(40, bundled=False)
    spent = play(given, words, good_hours=False).spent
    # After the fifth in a row they are left alone until they write.
    assert (spent.pushes, spent.reminders, spent.run_out) == (5, 2, 5)
    assert (spent.messages, spent.out, spent.in_, spent.paid) == (7, 7, 0, 0)
    woken = play(replace(given, reminded=1), Heard(40, bundled=False)).spent
    assert woken.in_ == woken.paid > 0


def test_nobody_is_reminded_while_somebody_else_can_be_asked() -> None:
    given = replace(WILLING, tasks=1, workers=2, responds_yes=1e-9, responds_no=1e9, reminded=0)
    spent = play(given, PLAIN, good_hours=False).spent
    assert (spent.run_out, spent.reminders) == (2, 0)


def test_nobody_is_texted_unasked_at_night_and_sessions_are_of_five() -> None:
    given, words = replace(WILLING, tasks=200, workers=4), Heard(40, bundled=False)
    rng = np.random.default_rng(3)
    crowd, true = people(given, rng), truth(given, rng)
    scheme = Scheme("any", words, good_hours=False)
    course = Watched(scheme, Fixed(1), given, crowd, true, np.random.default_rng(4))
    course.run()
    assert of_kind(words, "last")
    assert {what for what, _ in of_kind(words, "last")[:-1]} == {f"last {SESSION}"}
    assert len(course.pushed) == course.spent.pushes == 200 / SESSION
    assert QUIET is not None
    assert not any(QUIET.is_quiet(at, ZONE) for at in course.pushed)
    # Each of the four rests between two sessions: ten each, three a day.
    assert max(course.job.done_at.values()) - START > timedelta(days=3)
    assert course.pushed[4] - START >= PAUSE


class TestRun:
    """The figures of a job, worked out by hand."""

    def course(self) -> Course:
        given = Parameters(tasks=4, workers=3)
        true = Truth(np.array([0, 1, 1, 1]), np.array([False, False, True, False]))
        course = Course(
            Scheme("any", SHORT),
            Fixed(2),
            given,
            people(given, np.random.default_rng(1)),
            true,
            np.random.default_rng(2),
        )
        for task, (told, review) in enumerate([(0, False), (1, False), (0, False), (0, True)]):
            course.job.now = START + timedelta(hours=task + 1)
            course.job.conclude(task, told, review=review)
        course.spent = Spent(out=12, in_=10, paid=8, messages=99, pushes=99)
        return course

    def test_by_task_and_hour(self) -> None:
        assert run_of(self.course()) == Run(
            accuracy=0.5, kept=2 / 3, covered=0.75, answers=2, out=3, in_=2.5, half_h=2, most_h=4, all_h=4
        )
        assert run_of(self.course()).segments == 5.5

    def test_where_only_clear_tasks_are_scored(self) -> None:
        run = run_of(self.course(), clear=True)
        assert (run.accuracy, run.kept, run.covered) == (2 / 3, 1.0, 2 / 3)

    def test_what_is_never_done_takes_for_ever(self) -> None:
        course = self.course()
        course.job.open_[3] = True
        del course.job.done_at[3], course.job.told[3]
        run = run_of(course)
        assert (run.half_h, run.most_h, run.all_h) == (2, float("inf"), float("inf"))

    def test_the_mean_is_of_each_figure(self) -> None:
        one = run_of(self.course())
        other = replace(one, accuracy=1.0, out=5.0, all_h=8.0)
        assert mean([one, other]) == replace(one, accuracy=0.75, out=4.0, all_h=6.0)


RUN = Run(accuracy=0.9, kept=0.9, covered=1.0, answers=2.5, out=3, in_=2, half_h=1, most_h=2, all_h=3)


@pytest.mark.parametrize("country", ["UG", "KE"])
@pytest.mark.parametrize("channel", ["twilio_sms", "twilio_whatsapp"])
def test_money_is_the_pay_the_fee_and_each_segment_by_the_price_list(channel: str, country: str) -> None:
    prices = pricelist.price_list()
    price = prices.prices[channel, country]
    to_usd = float(prices.rates[price.currency])
    found = money(RUN, channel, country)
    # KES 2 an answer; the fee is a share of the pay; micros of a unit are ten-thousandths of its cent.
    assert found.pay == pytest.approx(2.5 * 2 / float(prices.rates["KES"]) * 100)
    assert found.fee == pytest.approx(found.pay * 0.2, rel=0.02)
    airtime = (3 * price.out_micros + 2 * price.in_micros) / 10_000 / to_usd
    assert found.airtime == pytest.approx(airtime, rel=1e-3)
    assert found.total == pytest.approx(found.pay + found.fee + found.airtime)


def test_the_cheapest_that_is_good_enough_is_chosen_or_the_best_there_is() -> None:
    runs = [
        (0.8, replace(RUN, kept=0.94, out=1.0)),
        (0.9, replace(RUN, kept=0.95, out=2.0)),
        (0.95, replace(RUN, kept=0.97, out=3.0)),
    ]
    assert least_kept(runs, 0.95)[0] == 0.9
    assert least_kept(runs, 0.96)[0] == 0.95
    assert least_kept(runs, 0.99)[0] == 0.95
    assert least_kept(runs, 0.90)[0] == 0.8


class TestWords:
    """The texts are the app's own."""

    @pytest.mark.parametrize("words", [SHORT, LONG, PLAIN])
    @pytest.mark.parametrize("receipt_of", [0, 1])
    def test_a_question_is_as_long_as_what_the_app_writes(self, words: Words, receipt_of: int) -> None:
        pay, today = texts.money(200, "KES"), texts.money(10_000, "KES")
        full = texts.say("receipt", "en", number=1, label="Yes", pay=pay, today=today)
        prefixes = (full, f"1 Yes, +{pay}.", f"+{pay}.") if receipt_of else ("",)
        task = Task(data={"text": words.text()})
        written = questions.render_all(words.project(), [task], "en", prefixes=prefixes, experienced=False)
        assert words.text() in written
        assert (
            words.question_segments(1, experienced=False, receipt_of=receipt_of)
            == segments.count(written).segments
        )

    def test_as_many_share_a_message_as_the_app_lets(self) -> None:
        assert SHORT.most_together(experienced=False, receipt_of=0) == 2
        assert SHORT.most_together(experienced=True, receipt_of=0) == 3
        assert LONG.most_together(experienced=True, receipt_of=0) == 1
        assert PLAIN.most_together(experienced=True, receipt_of=0) == 1
        for experienced in (False, True):
            together = SHORT.most_together(experienced=experienced, receipt_of=1)
            assert SHORT.question_segments(together, experienced=experienced, receipt_of=1) == 1

    def test_what_is_said_besides_is_a_segment_each(self) -> None:
        assert SHORT.receipt_segments() == SHORT.clarify_segments() == 1
        assert [SHORT.last_segments(count) for count in (1, 2, 5)] == [1, 1, 1]
        assert SHORT.reminder_segments(1, experienced=False) == 1
        assert (
            LONG.reminder_segments(1, experienced=False)
            == LONG.question_segments(1, experienced=False, receipt_of=0)
            > 1
        )


def test_the_jobs_counters_are_those_of_the_table_of_tasks() -> None:
    job = Job(3, 4, 1, START)
    assert job.take(0, 2) == [0, 1]
    assert job.take(1, 9) == [2]
    assert job.take(2, 1) == []
    job.free(1)
    assert job.take(0, 9) == []  # no task twice
    assert job.take(2, 9) == [1]
    assert not job.regain(1)
    job.answer(1, 2, None)
    assert (job.unsure[1], job.answered[1], job.live[1]) == (1, 0, 0)
    assert job.regain(1)
    job.answer(1, 0, 1)
    assert (job.answered[1], job.live[1], job.counts(1).tolist()) == (1, 0, [0, 1])
    assert job.flagged == {1}
    job.open(1, 1)
    # What came back goes first; then on from where they stand; then once round.
    assert job.take(3, 9) == [1]
    job.answer(0, 0, 0)
    job.conclude(0, 0, review=True)
    assert (job.left, job.told, job.reviewed, job.done_at) == (2, {0: 0}, {0}, {0: START})
    assert [each.tolist() for each in job.votes()] == [[1, 0], [0, 0], [1, 0]]


def test_a_task_too_many_do_not_know_is_offered_no_more() -> None:
    job = Job(1, 9, 1, START)
    for worker in range(3):
        assert job.take(worker, 1) == [0]
        assert not job.is_full(0)
        job.answer(0, worker, None)
    assert job.is_full(0)
    assert job.take(3, 1) == []
    assert job.flagged == {0}


def test_a_persons_day_runs_by_their_own_hours() -> None:
    given = replace(WILLING, own_height=0.0)
    [person] = people(replace(given, workers=1), np.random.default_rng(1))
    at = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)  # half past nine in Nairobi
    person.speed = np.ones(24)
    assert person.arrives(at, 7200, ZONE) == at + timedelta(hours=2)
    person.speed[10] = 0.5
    assert person.arrives(at, 3600, ZONE) == at + timedelta(minutes=90)
    assert hours.local_hour(at, ZONE) == 9
