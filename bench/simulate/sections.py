"""What is measured: money and segments a task, what 95 % accuracy costs, how long a job takes. An Outcome each."""

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from itertools import product

from app.tasks.quality import CAREFUL, DEFAULT
from bench.outcome import Outcome, Target
from bench.simulate import foreseen
from bench.simulate.course import Scheme
from bench.simulate.crowd import Parameters
from bench.simulate.measure import (
    Money,
    Run,
    at_accuracy,
    least_kept,
    money,
    played,
)
from bench.simulate.rules import Adaptive, FirstTo, Fixed, Rule
from bench.simulate.words import Words

Say = Callable[[str], None]
# A setting between the default and the careful one.
_BETWEEN = 0.82
Markets = tuple[tuple[str, str], ...]
LENGTHS = (40, 120, 250)
# What a project may ask for: close together, because what lies between two is taken to lie on a line.
CONFIDENCES = tuple(sorted({DEFAULT.confidence, 0.78, 0.8, 0.82, 0.85, 0.89}))
# Where airtime is dearest and where it is cheapest, in the price list that ships. WhatsApp bills messages and not
# segments, so that jobs go otherwise there.
SMS, WHATSAPP = (("twilio_sms", "UG"), ("twilio_sms", "KE")), (("twilio_whatsapp", "KE"),)
# So many people make so many tasks' answers that each gives some fifty, as in recorded crowds whose workers return.
TASKS_A_WORKER = 16


def _plain(length: int, *, own_receipt: bool, whole: bool) -> Scheme:
    name = "five-fold, a receipt apiece" if own_receipt else "first to three, receipt joined"
    words = Words(length, bundled=False, whole=whole)
    return Scheme(name, words, own_receipt=own_receipt, good_hours=False, quickest_first=False)


def money_and_segments(given: Parameters, seeds: int, say: Say) -> Outcome:
    """Beside five-fold and first-to-three majority, at their accuracy and price list."""
    given = replace(given, workers=max(20, given.tasks // TASKS_A_WORKER))
    rows = [_MONEY_HEAD]
    figures: dict[str, object] = {"workers": given.workers}
    targets: list[Target] = []
    known: dict[object, _Played] = {}
    for length, whole in product(LENGTHS, (False, True)):
        # Texts that take the same segments make the same job.
        alike = _segments(length, whole=whole)
        if alike not in known:
            known[alike] = _all_ways(length, given, seeds, say, whole=whole)
        five, three, runs = known[alike]
        markets = WHATSAPP if whole else SMS
        found = []
        for name, run in (("five-fold, a receipt apiece", five), ("first to three, receipt joined", three)):
            confidence, ours = at_accuracy(runs, run.accuracy)
            found += [(name, run), (f"Kazi at {confidence:.2f}", ours)]
            rows += [_money_row(length, one, each, run, markets) for one, each in found[-2:]]
        default = next(run for confidence, run in runs if confidence == DEFAULT.confidence)
        rows.append(_money_row(length, f"Kazi, default {DEFAULT.confidence:g}", default, five, markets))
        figures[f"{length}, {'WhatsApp' if whole else 'SMS'}"] = {name: _as_json(run) for name, run in found}
        if length == LENGTHS[0]:
            targets += _money_targets(*(run for _, run in found), markets=markets)
    return Outcome(
        f"Money and segments a finished task, both ways ({given.tasks} tasks, {given.workers} workers who return)",
        rows,
        targets,
        _MONEY_NOTES,
        figures,
    )


def _kazi(length: int, *, whole: bool = False) -> Scheme:
    return Scheme("Kazi", Words(length, bundled=True, whole=whole))


_Played = tuple[Run, Run, list[tuple[float, Run]]]


def _segments(length: int, *, whole: bool) -> object:
    """Return what a text of this length makes of a job: how many share a message, and what one of them takes."""
    words = Words(length, bundled=True, whole=whole)
    together = [
        words.most_together(experienced=experienced, receipt_of=count)
        for experienced in (False, True)
        for count in (0, 1, 2, 3)
    ]
    return (whole, *together, words.question_segments(1, experienced=True, receipt_of=1))


def _all_ways(length: int, given: Parameters, seeds: int, say: Say, *, whole: bool) -> _Played:
    of = f"money: texts of {length} characters by {'WhatsApp' if whole else 'SMS'}"
    say(f"{of}, five-fold")
    five = played(_plain(length, own_receipt=True, whole=whole), partial(Fixed, 5), given, seeds)
    say(f"{of}, first to three")
    three = played(_plain(length, own_receipt=False, whole=whole), partial(FirstTo, 3), given, seeds)
    runs = []
    for confidence in CONFIDENCES:
        say(f"{of}, Kazi at {confidence:g}")
        kazi = _kazi(length, whole=whole)
        runs.append((confidence, played(kazi, partial(Adaptive, confidence), given, seeds)))
    return five, three, runs


_MONEY_HEAD = [
    "text", "way", "accuracy", "answers", "out", "in", "segments", "times", "pay+fee+airtime"
]  # fmt: skip
_MONEY_NOTES = (
    "US cents by the price list that ships, pay KES 2 an answer; in brackets the share of what it is compared with",
    "Kazi at the accuracy of the other, between the two settings that lie around it",
    "airtime falls with the segments, pay only with the answers: the cheaper a segment, the less there is to save",
    "by WhatsApp out and in are messages: one is billed whole, whatever its length",
    "all are texted by the same rules: sessions of five, rests, no reminder while somebody else can be asked",
)


def _money_row(length: int, name: str, run: Run, beside: Run, markets: Markets) -> list[str]:
    cells = [f"{length} {_channel(markets)}", name, f"{run.accuracy:.3f}", f"{run.answers:.2f}"]
    cells += [f"{run.out:.2f}", f"{run.in_:.2f}", f"{run.segments:.2f}"]
    cells.append(f"{run.segments / beside.segments:.2f}")
    costs = []
    for market in markets:
        ours, theirs = money(run, *market), money(beside, *market)
        parts = f"{ours.pay:.1f}+{ours.fee:.1f}+{ours.airtime:.1f}"
        costs.append(f"{market[1]} {parts} = {ours.total:.1f} ({ours.total / theirs.total:.2f})")
    return [*cells, ", ".join(costs)]


def _channel(markets: Markets) -> str:
    return "WhatsApp" if markets is WHATSAPP else "SMS"


def _money_targets(
    five: Run, ours_five: Run, three: Run, ours_three: Run, *, markets: Markets
) -> list[Target]:
    found = []
    for name, theirs, ours, share in (
        ("five-fold majority with a receipt apiece", five, ours_five, 0.2),
        ("first-to-three majority with receipt and question joined", three, ours_three, 0.5),
    ):
        accurate = ours.accuracy >= theirs.accuracy - 1e-9
        at = f"accuracy {ours.accuracy:.3f} against {theirs.accuracy:.3f}"
        part = ours.segments / theirs.segments
        unit = "messages" if markets is WHATSAPP else "segments"
        found.append(Target(
            f"40 characters, {_channel(markets)}: {unit} at most {share:g} of {name}, as accurate", f"{part:.3f}, {at}",
            accurate and part <= share,
        ))  # fmt: skip
        for market in markets:
            costs: list[Money] = [money(run, *market) for run in (ours, theirs)]
            part = costs[0].total / costs[1].total
            found.append(Target(
                f"40 characters, {' '.join(market)}: money at most {share:g} of it", f"{part:.3f}",
                accurate and part <= share,
            ))  # fmt: skip
    return found


def coverage(given: Parameters, seeds: int, say: Say) -> Outcome:
    """What 95 % accuracy costs on tasks where the crowd can reach it, and how many are handed to review."""
    given = replace(given, workers=max(20, given.tasks // TASKS_A_WORKER))
    say("coverage at 95 %")
    runs = [
        (confidence, played(_kazi(40), partial(Adaptive, confidence), given, seeds, clear=True))
        for confidence in (0.89, 0.92, 0.95, 0.975)
    ]
    chosen, _ = least_kept(runs, 0.95)
    rows = [
        [
            "confidence asked",
            "accuracy of what is concluded",
            "covered",
            "answers",
            "segments",
            "US cents, sms KE",
        ]
    ]
    rows += [
        [
            f"{confidence:g}{' <' if confidence == chosen else ''}",
            f"{run.kept:.3f}", f"{run.covered:.1%}", f"{run.answers:.2f}", f"{run.segments:.2f}",
            f"{money(run, 'twilio_sms', 'KE').total:.1f}",
        ]
        for confidence, run in runs
    ]  # fmt: skip
    run = dict(runs)[chosen]
    target = Target(
        "95 % of what is concluded is right, on tasks that are clear", f"{run.kept:.3f} at {run.covered:.1%} covered",
        run.kept >= 0.95,
    )  # fmt: skip
    figures = {f"{confidence:g}": _as_json(run) for confidence, run in runs}
    return Outcome(
        "What 95 % accuracy costs (texts of 40 characters), the rest handed to review",
        rows,
        [target],
        (),
        figures,
    )


def turnaround(given: Parameters, seeds: int, say: Say) -> Outcome:
    """How long a job takes, adaptive beside fixed three."""
    kazi, adaptive = _kazi(40), partial(Adaptive, DEFAULT.confidence)
    ways: list[tuple[str, Scheme, Callable[[], Rule]]] = [
        ("fixed three", kazi, partial(Fixed, 3)),
        ("adaptive, default", kazi, adaptive),
        ("  one place after another", kazi, partial(adaptive, at_once=False)),
        ("  texted at any open hour", replace(kazi, good_hours=False), adaptive),
        ("  longest waiting first", replace(kazi, quickest_first=False), adaptive),
        ("fixed five", kazi, partial(Fixed, 5)),
        (f"adaptive at {_BETWEEN:g}", kazi, partial(Adaptive, _BETWEEN)),
        ("adaptive, careful", kazi, partial(Adaptive, CAREFUL.confidence)),
    ]
    rows = [["way", "half done", "95 % done", "all done", "answers", "segments", "accuracy"]]
    found: dict[str, Run] = {}
    for name, scheme, rule in ways:
        say(f"turnaround: {name.strip()}")
        run = found[name.strip()] = played(scheme, rule, given, seeds)
        rows.append([
            name, f"{run.half_h:.1f} h", f"{run.most_h:.1f} h", f"{run.all_h:.1f} h", f"{run.answers:.2f}",
            f"{run.segments:.2f}", f"{run.accuracy:.3f}",
        ])  # fmt: skip
    settings = [
        (confidence, found[name])
        for confidence, name in (
            (DEFAULT.confidence, "adaptive, default"),
            (_BETWEEN, f"adaptive at {_BETWEEN:g}"),
            (CAREFUL.confidence, "adaptive, careful"),
        )
    ]
    targets = []
    for beside in ("fixed three", "fixed five"):
        theirs = found[beside]
        confidence, ours = at_accuracy(settings, theirs.accuracy)
        at = f"at {confidence:.2f}, accuracy {ours.accuracy:.3f} and {theirs.accuracy:.3f}"
        targets.append(Target(
            f"adaptive is done by 95 % no later than {beside}, as accurate",
            f"{ours.most_h:.1f} h against {theirs.most_h:.1f} h ({at})",
            ours.most_h <= theirs.most_h and ours.accuracy >= theirs.accuracy - 1e-9,
        ))  # fmt: skip
    figures: dict[str, object] = {name: _as_json(run) for name, run in found.items()}
    return Outcome(
        f"Turnaround from Monday 08:00, {given.tasks} tasks, {given.workers} workers",
        rows,
        targets,
        (),
        figures,
    )


def _as_json(run: Run) -> dict[str, float]:
    return {name: round(value, 4) for name, value in asdict(run).items()}


BY_NAME: dict[str, Callable[[Parameters, int, Say], Outcome]] = {
    "money": money_and_segments,
    "coverage": coverage,
    "turnaround": turnaround,
    "forecasts": foreseen.forecasts,
    "quotes": foreseen.quotes,
}
