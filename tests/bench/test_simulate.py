"""The made-up crowd: the same seed gives the same job, and what is counted adds up."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.quality import main as quality
from bench.simulate import foreseen, main
from bench.simulate.course import START, Course, Scheme
from bench.simulate.crowd import Parameters, people, truth
from bench.simulate.jobs import Job
from bench.simulate.measure import Run, at_accuracy
from bench.simulate.rules import Adaptive, FirstTo, Fixed, Rule
from bench.simulate.words import Words

SMALL = Parameters(tasks=40, workers=25)


def course(rule: Rule, *, bundled: bool = True) -> Course:
    rng = np.random.default_rng(3)
    crowd, true = people(SMALL, rng), truth(SMALL, rng)
    scheme = Scheme("any", Words(40, bundled=bundled), own_receipt=not bundled)
    played = Course(scheme, rule, SMALL, crowd, true, np.random.default_rng(4))
    played.run()
    return played


@pytest.mark.parametrize("rule", [Fixed(3), FirstTo(3), Adaptive(0.8, cap=6)], ids=["fixed", "first", "ours"])
def test_a_job_is_played_through_within_its_places(rule: Rule) -> None:
    played = course(rule)
    job = played.job
    assert job.left == 0
    assert (job.answered + job.live <= job.places).all()
    assert played.spent.paid == len(job.said) == int(job.answered.sum())
    assert len({(task, worker) for task, worker, _ in job.said}) == len(job.said), "a task twice to a worker"


def test_the_same_seed_is_the_same_job() -> None:
    first, second = course(Adaptive(0.8)), course(Adaptive(0.8))
    assert (first.spent, first.job.done_at) == (second.spent, second.job.done_at)


def test_a_receipt_apiece_and_a_question_apiece_cost_three_segments_an_answer_and_more() -> None:
    spent = course(Fixed(2), bundled=False).spent
    assert spent.out + spent.in_ >= 3 * spent.paid
    bundled = course(Fixed(2)).spent
    assert bundled.out + bundled.in_ < 2 * bundled.paid


def test_texts_have_the_length_they_are_said_to_have() -> None:
    for length in (40, 120, 250):
        assert len(Words(length, bundled=True).text()) == length


@pytest.mark.parametrize(
    ("command", "section", "target"),
    [
        ([main], "turnaround", "no later than fixed three"),
        ([quality, "--simulate"], "coverage", "95 % of what is concluded is right"),
    ],
    ids=["simulate", "quality"],
)
def test_the_command_prints_its_parameters_and_targets(
    command: list[Any], section: str, target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "figures.json"
    run, *words = command
    assert run([*words, "--quick", "--json", str(file), "--sections", section]) == 0
    shown = capsys.readouterr().out
    assert "reply_median_s 3000" in shown
    assert target in shown
    found = json.loads(file.read_text(encoding="utf-8"))
    assert set(found) == {"parameters", "seeds", "quick", section}


def test_what_is_compared_is_equally_accurate() -> None:
    def run(accuracy: float, out: float) -> Run:
        return Run(accuracy, accuracy, 1.0, 2.0, out, 1.0, 1.0, 2.0, 3.0)

    runs = [(0.8, run(0.85, 2.0)), (0.9, run(0.95, 4.0))]
    confidence, between = at_accuracy(runs, 0.90)
    assert confidence == pytest.approx(0.85)
    assert between.accuracy == pytest.approx(0.90)
    assert between.out == pytest.approx(3.0)
    assert at_accuracy(runs, 0.99)[1].out == 4.0
    assert at_accuracy(runs, 0.5)[1].out == 2.0


def test_what_is_doubtful_by_what_was_learned_since_is_asked_again() -> None:
    job = Job(tasks=2, workers=3, first_places=1, now=START)
    for task in (0, 1):
        assert job.take(0, 1) == [task]
        job.answer(task, 0, 1)
        job.conclude(task, 1, review=False)
    job.open_again(1)
    assert (job.left, list(job.done_at), job.told[1]) == (1, [0], 1)
    assert job.take(0, 2) == [], "never twice to one person"
    assert job.take(1, 2) == [1]


def test_a_forecast_is_held_to_when_the_job_was_really_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreseen, "CROWDS", {"usual": {}})
    jobs = foreseen._jobs(replace(SMALL, tasks=60), 1, lambda _: None)
    assert len(jobs) == 6
    ended = [job for job in jobs if job.took_open_s is not None]
    for job in ended:
        for said, left_h, late_h, kept in job.said:
            end = said.now + timedelta(hours=left_h)
            assert said.done_at - end == pytest.approx(timedelta(hours=late_h), abs=timedelta(seconds=1))
            assert kept == (end <= said.done_by)
    assert len({job.begins for job in jobs if job.rule == "three, fixed"}) == 2, "each from another hour"
    outcome = foreseen.forecasts(replace(SMALL, tasks=60), 1, lambda _: None)
    held = [kept for job in ended for _, _, _, kept in job.said]
    assert outcome.rows[-1][1] == str(len(held))
    assert outcome.rows[-1][-1] == f"{sum(held) / len(held):.0%}"
    quoted = foreseen.quotes(replace(SMALL, tasks=60), 1, lambda _: None)
    assert quoted.rows[-1][1] == "6"


def test_by_whatsapp_a_message_is_one_whatever_its_length() -> None:
    by_sms, by_whatsapp = Words(250, bundled=True), Words(250, bundled=True, whole=True)
    assert by_sms.most_together(experienced=True, receipt_of=0) == 1
    assert by_sms.question_segments(1, experienced=True, receipt_of=0) == 2
    assert by_whatsapp.most_together(experienced=True, receipt_of=0) == 3
    assert by_whatsapp.question_segments(3, experienced=True, receipt_of=3) == 1
