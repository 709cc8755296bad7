"""Practice questions as texts: whether each, and the reason after a mistake, fits the segments it may take.

A question has one segment, and so has a reason; together they travel in one message of two at most.
"""

from app import texts
from app.channels import segments
from app.errors import Pointer
from app.operations import questions
from app.tasks.description.parts import pointer
from app.tasks.description.spec import ProjectSpec
from app.tasks.models import Project
from app.tasks.training.teaching import Lesson, lessons_of


def corrected(project: Project, lesson: Lesson, language: str) -> str:
    """Return what is said after a mistake: the right answer, and why it is."""
    number, label = questions.echo(project, lesson.answer, language)
    said = texts.say("lesson_wrong", language, number=number, label=label)
    return texts.join(" ".join(said.split()), lesson.why_in(language))


def asked(project: Project, lesson: Lesson, language: str, *, number: int, count: int) -> str:
    """Return a practice question, and which of how many it is, unless that would cost a further segment."""
    said = texts.say("lesson_number", language, number=number, count=count)
    return questions.behind((said,), questions.render_unpaid(project, lesson.data, language))


def problems(spec: ProjectSpec) -> list[Pointer]:
    """Return where the practice of a project, which is otherwise as it must be, is too long for its messages."""
    project = Project(spec=spec.as_json())
    lessons = lessons_of(project.spec)
    found = []
    for at, lesson in enumerate(lessons):
        for language in spec.template:
            question = asked(project, lesson, language, number=at + 1, count=len(lessons))
            why = corrected(project, lesson, language)
            data, said = pointer("training", at, "data"), pointer("training", at, "why", language)
            found += _too_long(data, "This practice question", question, language)
            found += _too_long(said, "What is said after a mistake", why, language)
    return found


def _too_long(where: str, what: str, text: str, language: str) -> list[Pointer]:
    counted = segments.count(text)
    if counted.segments <= 1:
        return []
    offending = "".join(counted.offending)
    because = f" because of {offending!r}, which SMS can only send as UCS-2" if offending else ""
    message = f"{what} would take {counted.segments} segments in {language!r}{because}; it may take one. Shorten it."
    return [Pointer(where, message)]
