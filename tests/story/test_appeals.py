"""WHY and APPEAL: what went against a worker, a person's look at it, and what comes of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from app import clock, ids
from app.accounts.models import AuditEntry
from app.channels.models import Message
from app.errors import AppError
from app.operations import appeals, give_back, timeouts
from app.operations.reviewing import Reviewer
from app.payments import ledger
from app.people import service as people
from app.people.models import Appeal, Partner, Worker
from app.settings import settings
from app.tasks.models import Answer, Exam, Pause
from tests.story.conftest import Phones, World
from tests.story.test_gold import checked
from tests.story.test_learning import take_exam
from tests.story.test_text_checks import CHECKED, check, write


def someone(partner_id: UUID | None = None) -> Reviewer:
    user_id = ids.new()
    return Reviewer(user_id, partner_id, f"user:{user_id}")


def pause(world: World, reason: str = "three answers in one second") -> Worker:
    worker = world.session.scalars(select(Worker)).one()
    worker.state, worker.pause_reason, worker.available_at = "paused", reason, None
    world.session.commit()
    return worker


def opened(world: World) -> Appeal:
    world.session.expire_all()
    return world.session.scalars(select(Appeal).where(Appeal.state == "open")).one()


def decide(world: World, *, uphold: bool, note: str, who: Reviewer | None = None) -> None:
    appeals.decide(
        world.session,
        appeal_id=opened(world).id,
        uphold=uphold,
        note=note,
        who=who or someone(),
        now=clock.now(),
    )
    world.session.commit()


def test_nothing_was_refused(world: World, phones: Phones) -> None:
    world.join(phones(1))
    assert world.text(phones(1), "WHY") == ["Nothing of yours was refused. Questions? Call +254700111222."]
    assert world.text(phones(1), "APPEAL") == [
        "There is nothing to appeal against. Questions? Call +254700111222."
    ]
    assert world.session.scalars(select(Appeal)).all() == []


def test_why_was_dont_know_not_paid(world: World, phones: Phones) -> None:
    world.project(2)
    world.join(phones(1))
    world.text(phones(1), "0")
    assert world.text(phones(1), "why?") == [
        "You said don't know. That is fine: it is not paid, and never held against you."
    ]
    world.text(phones(1), "1")
    assert "Nothing of yours" in world.text(phones(1), "WHY")[0]


def test_why_was_a_late_answer_not_paid(world: World, phones: Phones) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) as traveller:
        world.project(1, redundancy={"mode": "fixed", "answers": 1})
        world.join(phones(1))
        world.deliver()
        timeouts.run_due()
        traveller.shift(timedelta(hours=5))
        timeouts.run_due()
        world.join(phones(2))
        world.deliver()
        assert "Nothing of yours" in world.text(phones(1), "WHY")[-1]
        assert "not paid" in world.text(phones(1), "1")[-1]
        why = world.text(phones(1), "WHY")[-1]
        assert why.startswith(
            "Your answer came after its time, when others had answered, so it was not paid."
        )
        assert "nothing to appeal" in world.text(phones(1), "APPEAL")[0]


def test_a_pause_is_explained_appealed_and_lifted(world: World, phones: Phones) -> None:
    world.join(phones(1))
    worker = pause(world)
    (why,) = world.text(phones(1), "WHY")
    assert why == (
        "You get no work for now: three answers in one second. "
        "Reply APPEAL and a person looks at it, or call +254700111222."
    )
    assert world.text(phones(1), "APPEAL my son held the phone, call 0712000001") == [
        "Thank you. A person looks at it within 2 days and we tell you here."
    ]
    found = opened(world)
    assert (found.kind, found.subject_id, found.words) == (
        "stopped-work",
        worker.id,
        "my son held the phone, call [number]",
    )
    assert found.due_at - found.opened_at == timedelta(hours=settings().appeal_hours)
    assert world.text(phones(1), "APPEAL please hurry") == [
        "A person is looking at it already. We tell you here."
    ]
    assert opened(world).words.endswith("please hurry")

    who = someone()
    taken = appeals.take_next(world.session, who=who, now=clock.now())
    assert taken is not None
    decide(world, uphold=True, note="Your son may help you.", who=who)
    assert world.read(phones(1)) == [
        "We looked at your appeal, and you are right: Your son may help you. Thank you for telling us."
    ]
    world.session.expire_all()
    worker = world.session.get_one(Worker, worker.id)
    assert (worker.state, worker.pause_reason) == ("active", None)
    actions = [entry.action for entry in world.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert actions[-3:] == ["appeal.opened", "worker.unpaused", "appeal.upheld"]
    with pytest.raises(AppError, match="has been decided"):
        appeals.decide(world.session, appeal_id=found.id, uphold=False, note="No.", who=who, now=clock.now())


def test_an_appeal_is_rejected_with_the_reason(world: World, phones: Phones) -> None:
    world.join(phones(1), "2")
    worker = pause(world)
    world.text(phones(1), "rufaa")
    decide(world, uphold=False, note="Majibu yalikuwa ya haraka mno.")
    (told,) = world.read(phones(1))
    assert told == (
        "Tumeangalia rufaa yako. Imebaki kama ilivyokuwa: Majibu yalikuwa ya haraka mno. "
        "Kuzungumza, piga +254700111222."
    )
    world.session.expire_all()
    assert world.session.get_one(Worker, worker.id).state == "paused"
    # What still stands in somebody's way may be appealed against again.
    assert "Asante" in world.text(phones(1), "APPEAL")[0]


def refused(world: World, phones: Phones) -> Answer:
    """A text of the first phone's that two others found bad."""
    world.project(1, **CHECKED)
    write(world, phones(1))
    for n in (2, 3):
        check(world, phones(n), "2")
    world.session.expire_all()
    found = world.session.scalars(select(Answer).where(Answer.state == "refused")).one()
    world.read(phones(1))
    return found


def paid(world: World, answer: Answer) -> int:
    found = ledger.worker_balance(
        world.session, worker_id=answer.worker_id, currency="KES", since=clock.now() - timedelta(days=1)
    )
    return found.earned


def test_a_refused_text_is_explained_appealed_and_paid_once(world: World, phones: Phones) -> None:
    answer = refused(world, phones)
    why = " ".join(world.text(phones(1), "WHY"))
    assert 'Your text "Pampu imevunjika" was not taken:' in why
    assert why.endswith("Not right? Reply APPEAL and a person looks.")
    assert "within 2 days" in world.text(phones(1), "APPEAL ni Kiswahili sanifu")[0]
    assert paid(world, answer) == 0
    decide(world, uphold=True, note="It is good Swahili.")
    told = " ".join(world.read(phones(1)))
    assert "you are right: It is good Swahili." in told
    assert paid(world, answer) == 2000
    world.session.expire_all()
    assert world.session.get_one(Answer, answer.id).state == "counted"
    # Whoever accepts it once more pays nothing more.
    appeals.KINDS["answer"](world.session, world.session.scalars(select(Appeal)).one(), "cli", clock.now())
    world.session.commit()
    assert paid(world, answer) == 2000
    assert ledger.imbalance(world.session) == 0
    assert "Nothing of yours" in world.text(phones(1), "WHY")[0]


def test_a_refused_text_that_stays_refused_is_final(world: World, phones: Phones) -> None:
    answer = refused(world, phones)
    world.text(phones(1), "APPEAL")
    decide(world, uphold=False, note="Two words are missing.")
    assert "It stays as it was: Two words are missing." in " ".join(world.read(phones(1)))
    assert paid(world, answer) == 0
    assert world.text(phones(1), "APPEAL") == [
        "A person has looked at this, and it stays: Two words are missing. To talk about it, call +254700111222."
    ]
    assert len(world.session.scalars(select(Appeal)).all()) == 1


def test_a_pause_in_one_project_is_lifted_by_somebody_else_than_who_paused(
    world: World, phones: Phones
) -> None:
    project = checked(world, 6, 4, gold_share=0.2)
    world.join(phones(1))
    worker = world.session.scalars(select(Worker)).one()
    who, now = someone(), clock.now()
    paused = give_back.pause_worker(
        world.session,
        worker_id=worker.id,
        project=project,
        note="You answer too fast",
        now=now,
        actor=who.actor,
    )
    world.session.commit()
    assert world.text(phones(1), "WHY")[-1] == (
        "You get no tasks of this project for now: You answer too fast. Not right? Reply APPEAL and a person "
        "looks at it."
    )
    world.text(phones(1), "APPEAL")
    assert (opened(world).kind, opened(world).project_id, opened(world).against) == (
        "pause",
        project.id,
        who.actor,
    )
    with pytest.raises(AppError):
        decide(world, uphold=True, note="I was right.", who=who)
    decide(world, uphold=True, note="Fast and right.")
    assert "you are right: Fast and right." in world.read(phones(1))[-1]
    world.session.expire_all()
    assert world.session.get_one(Pause, paused.id).state == "lifted"
    assert "Nothing of yours" in world.text(phones(1), "WHY")[-1]


def test_a_pause_by_a_person_and_its_end_are_told_once_each(world: World, phones: Phones) -> None:
    project = checked(world, 6, 4, gold_share=0.2)
    world.join(phones(1))
    worker = world.session.scalars(select(Worker)).one()
    who = someone()

    def paused() -> Pause:
        found = give_back.pause_worker(
            world.session,
            worker_id=worker.id,
            project=project,
            note="Too fast",
            now=clock.now(),
            actor=who.actor,
        )
        world.session.commit()
        return found

    first = paused()
    assert paused().id == first.id
    [told] = world.read(phones(1))
    assert told.startswith(f"{project.name} is paused for you by a person.")
    assert give_back.lift_pause(world.session, pause=first, now=clock.now(), actor=who.actor)
    assert not give_back.lift_pause(world.session, pause=first, now=clock.now(), actor=who.actor)
    world.session.commit()
    [told] = world.read(phones(1))
    assert told.startswith(f"Good news: you can work on {project.name} now.")
    actions = world.session.scalars(
        select(AuditEntry.action).where(AuditEntry.actor == who.actor).order_by(AuditEntry.id)
    ).all()
    assert actions == ["worker.paused", "worker.unpaused"]


def test_a_failed_exam_is_explained_appealed_and_upheld(world: World, phones: Phones) -> None:
    checked(world, 10, 9, exam={"questions": 3, "pass": 2})
    take_exam(world, phones(1), world.join(phones(1)), ["1", "2", "2"])
    take_exam(world, phones(2), world.join(phones(2)), ["1", "1", "1"])  # another's passing changes nothing
    assert world.text(phones(1), "WHY")[-1] == (
        "In the exam 1 of 3 were right; 2 are needed. Not right? Reply APPEAL and a person looks at it."
    )
    assert "within 2 days" in world.text(phones(1), "APPEAL the wells were not clear")[-1]
    decide(world, uphold=True, note="The wells were not clear.")
    assert "you are right: The wells were not clear." in world.read(phones(1))[-1]
    world.session.expire_all()
    assert world.session.scalars(select(Exam.state).order_by(Exam.ended_at)).all() == ["upheld", "passed"]
    assert "Pump" in world.text(phones(1), "MORE")[0]
    assert "nothing to appeal" in world.text(phones(1), "APPEAL")[-1]


def test_what_came_after_it_does_not_take_an_appeal_away(world: World, phones: Phones) -> None:
    refused(world, phones)
    world.project(2)
    world.text(phones(1), "MORE")
    world.text(phones(1), "0")
    assert "You said don't know" in world.text(phones(1), "WHY")[-1]
    assert "within 2 days" in world.text(phones(1), "APPEAL it is good Swahili")[-1]
    assert opened(world).kind == "answer"


def test_a_decision_needs_a_reason_that_fits_a_message(world: World, phones: Phones) -> None:
    world.join(phones(1))
    pause(world)
    world.text(phones(1), "APPEAL")
    for note in ("", "  ", "x" * (appeals.LONGEST_NOTE + 1)):
        with pytest.raises(AppError) as refused:
            decide(world, uphold=True, note=note)
        assert [one.pointer for one in refused.value.errors] == ["/note"]
    assert opened(world).state == "open"


def test_nobody_decides_about_their_own_decision(world: World, phones: Phones) -> None:
    world.join(phones(1))
    pause(world)
    world.text(phones(1), "APPEAL")
    who = someone()
    opened(world).against = who.actor
    world.session.commit()
    assert appeals.take_next(world.session, who=who, now=clock.now()) is None
    with pytest.raises(AppError) as refused:
        decide(world, uphold=True, note="Mine.", who=who)
    assert refused.value.code == "own-decision"
    decide(world, uphold=True, note="Somebody else's.")


def test_a_partner_decides_for_its_own_people_alone(world: World, phones: Phones) -> None:
    world.join(phones(1))
    pause(world)
    world.text(phones(1), "APPEAL")
    maji = world.session.scalars(select(Partner)).one()
    other = people.create_partner(
        world.session, name="Shamba Trust", help_phone="+254700111333", now=clock.now()
    )
    theirs, mine, now = someone(other.id), someone(maji.id), clock.now()
    appeal_id = opened(world).id
    assert appeals.take_next(world.session, who=theirs, now=now) is None
    deeds: tuple[Callable[[], object], ...] = (
        lambda: appeals.take(world.session, appeal_id=appeal_id, who=theirs, now=now),
        lambda: appeals.take_next(world.session, who=theirs, now=now, after=appeal_id),
        lambda: appeals.decide(
            world.session, appeal_id=appeal_id, uphold=True, note="x", who=theirs, now=now
        ),
    )
    for deed in deeds:
        with pytest.raises(AppError) as refused:
            deed()
        assert refused.value.code == "not-found"
    taken = appeals.take_next(world.session, who=mine, now=now)
    assert taken is not None
    assert appeals.take_next(world.session, who=someone(), now=now) is None  # somebody has it


def test_who_has_left_is_not_written_to(world: World, phones: Phones) -> None:
    world.join(phones(1))
    pause(world)
    world.text(phones(1), "APPEAL")
    world.text(phones(1), "STOP")
    before = len(world.session.scalars(select(Message)).all())
    decide(world, uphold=True, note="You are right.")
    assert len(world.session.scalars(select(Message)).all()) == before
    assert world.session.scalars(select(Worker)).one().state == "stopped"


def test_the_night_is_waited_for(world: World, phones: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    world.join(phones(1))
    pause(world)
    world.text(phones(1), "APPEAL")
    monkeypatch.setenv("KAZI_QUIET_HOURS", "22:00-07:30")
    settings.cache_clear()
    with time_machine.travel(datetime(2026, 3, 2, 23, 0, tzinfo=UTC)):  # two at night in Nairobi
        decide(world, uphold=True, note="You are right.")
    monkeypatch.undo()
    settings.cache_clear()
    told = world.session.scalars(select(Message).where(Message.purpose == "push")).one()
    assert told.due_at == datetime(2026, 3, 3, 4, 30, tzinfo=UTC)


def test_an_appeal_is_taken_by_one_person_at_a_time_and_not_by_who_decided(
    world: World, phones: Phones
) -> None:
    world.join(phones(1))
    pause(world)
    world.text(phones(1), "APPEAL")
    first, second, decider = someone(), someone(), someone()
    opened(world).against = decider.actor
    world.session.commit()
    appeal_id, now = opened(world).id, clock.now()

    def refused_to(who: Reviewer) -> str:
        with pytest.raises(AppError) as refused:
            appeals.take(world.session, appeal_id=appeal_id, who=who, now=now)
        return refused.value.code

    assert refused_to(decider) == "own-decision"
    assert appeals.take(world.session, appeal_id=appeal_id, who=first, now=now).claimed_by == first.user_id
    assert refused_to(second) == "claimed"
    # Who skips it gives it back.
    assert appeals.take_next(world.session, who=first, now=now, after=appeal_id) is None
    assert appeals.take(world.session, appeal_id=appeal_id, who=second, now=now).claimed_by == second.user_id


def test_what_is_older_than_a_month_is_told_no_more(world: World, phones: Phones) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) as traveller:
        refused(world, phones)
        traveller.shift(timedelta(days=29))
        assert 'Your text "Pampu imevunjika" was not taken' in world.text(phones(1), "WHY")[-1]
        traveller.shift(timedelta(days=2))
        assert "Nothing of yours" in world.text(phones(1), "WHY")[-1]
        assert "nothing to appeal against" in world.text(phones(1), "APPEAL")[-1]


def test_why_tells_the_last_thing_and_first_what_still_stands_in_the_way(
    world: World, phones: Phones
) -> None:
    refused(world, phones)
    world.project(2)
    world.text(phones(1), "MORE")
    world.text(phones(1), "0")
    assert "You said don't know" in world.text(phones(1), "WHY")[-1]
    worker = world.session.scalars(select(Worker).order_by(Worker.joined_at, Worker.id)).first()
    assert worker is not None
    worker.state, worker.pause_reason = "paused", "a check of the line"
    world.session.commit()
    assert "You get no work for now: a check of the line." in world.text(phones(1), "WHY")[-1]
