"""The made-up crowd: the same seed gives the same job, and what is counted adds up."""

import json
from pathlib import Path

import numpy as np
import pytest

from bench.quality import main as quality
from bench.simulate import main
from bench.simulate.course import Course, Scheme
from bench.simulate.crowd import Parameters, people, truth
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


@pytest.mark.parametrize("command", ["simulate", "quality"])
def test_the_command_prints_its_parameters_and_targets(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "figures.json"
    given = ["--quick", "--json", str(file), "--sections", "coverage,turnaround"]
    assert (main(given) if command == "simulate" else quality(["--simulate", *given])) == 0
    shown = capsys.readouterr().out
    assert "reply_median_s 3000" in shown
    assert "no later than fixed three" in shown
    assert set(json.loads(file.read_text(encoding="utf-8"))) == {
        "parameters", "seeds", "quick", "coverage", "turnaround",
    }  # fmt: skip


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
