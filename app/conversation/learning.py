"""A project's practice questions: asked, answered with the reason after a mistake, left out, and what follows them.

Which lesson a worker is at, and what it leads to, app/tasks/training/standings.py knows.
"""

from app import texts
from app.conversation import flow
from app.conversation.acts import Context, Reply, help_phone, known, next_or
from app.operations import questions, teach
from app.operations.lesson_texts import corrected
from app.tasks.models import Project, Standing, Task
from app.tasks.training import standings
from app.tasks.training.teaching import Lesson


def asked(context: Context) -> tuple[Project, Task] | None:
    """Return the project whose lesson waits for an answer, and the lesson as a task; None where none does."""
    found = _at(context)
    if found is None:
        return None
    project, standing = found
    return project, Task(data=dict(_lesson(project, standing).data))


def _at(context: Context) -> tuple[Project, Standing] | None:
    worker = context.worker
    if worker is None or worker.stage != "lesson" or worker.lesson_of is None:
        return None
    project = context.session.get_one(Project, worker.lesson_of)
    standing = standings.standing_of(context.session, worker_id=worker.id, project_id=project.id)
    if standing is None or not standings.lessons(standing, project):
        return None
    return project, standing


def _lesson(project: Project, standing: Standing) -> Lesson:
    lessons = standings.lessons(standing, project)
    return lessons[min(standing.lesson, len(lessons) - 1)]


def learned(context: Context, decision: flow.Learned) -> Reply:
    """Say whether the answer was right, and why not; ask the next lesson, or go on to the exam or to work."""
    worker = known(context)
    worker.asked_again = 0
    found = _at(context)
    if found is None:
        return _onward(context, "", "")
    project, standing = found
    lesson = _lesson(project, standing)
    right = decision.value == lesson.answer
    said = (
        texts.say("training_right", worker.language) if right else corrected(project, lesson, worker.language)
    )
    retrained = standing.state == "retraining"
    follows = standings.note_lesson(
        context.session, standing=standing, project=project, right=right, now=context.now
    )
    if follows == "review":
        phone = help_phone(context.session, worker)
        worker.stage, worker.lesson_of, worker.available_at = "ready", None, context.now
        return Reply(
            texts.join(said, texts.say("retraining_review", worker.language, phone=phone)),
            project_id=project.id,
        )
    if follows in ("next", "again"):
        again = texts.say("retraining_again", worker.language) if follows == "again" else ""
        text = texts.join(said, again, teach.lesson_text(standing, project, worker.language))
        return Reply(text, project_id=project.id)
    done = texts.say("retraining_done", worker.language) if retrained else ""
    return _onward(
        context, texts.join(said, done), "" if follows == "exam" or retrained else "training_done_now_paid"
    )


def _onward(context: Context, said: str, then: str) -> Reply:
    """Go on to what comes next, behind what is said, which is never left out: it may teach."""
    worker = known(context)
    worker.stage, worker.lesson_of = "ready", None
    behind = texts.say(then, worker.language) if then else ""
    reply = next_or(context, (behind, ""), texts.say("no_work_now", worker.language))
    return Reply(texts.join(said, reply.text), reply.offered, reply.purpose, reply.project_id)


def skip(context: Context) -> Reply:
    """Leave the practice out: work comes next, or, where it was to end a pause, other work."""
    worker = known(context)
    found = _at(context)
    worker.asked_again = 0
    if found is not None:
        standings.put_off(context.session, worker_id=worker.id, project=found[0], now=context.now)
    return _onward(context, texts.say("skip_done", worker.language), "")


def again(context: Context) -> Reply:
    """Ask the lesson that waits once more."""
    found = _at(context)
    if found is None:
        return _onward(context, "", "")
    project, standing = found
    return Reply(teach.lesson_text(standing, project, known(context).language), project_id=project.id)


def clarify(context: Context, why: str) -> Reply:
    """Ask for a number where the answer to a lesson was not understood."""
    worker = known(context)
    found = _at(context)
    if found is None:
        return _onward(context, "", "")
    worker.asked_again += 1
    options = texts.options(questions.labels(found[0], worker.language), worker.language)
    key = "stop_hint" if why == "stop-inside" else "clarify"
    return Reply(texts.say(key, worker.language, options=options), project_id=found[0].id)
