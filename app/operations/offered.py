"""What was offered to a worker: questions whose places they took, or a practice question, which has no place."""

from dataclasses import dataclass
from uuid import UUID

from app.tasks.choosing import Taken
from app.tasks.description import pictures
from app.tasks.models import Project


@dataclass(frozen=True)
class Offered:
    """Places taken for a worker, the text that asks for the answers, and the id of the message to carry it.

    All of one project; more than one where several questions share the message, in the order they are asked. None
    for a practice question, which is then `lesson_of` its project.
    """

    taken: tuple[Taken, ...]
    text: str
    message_id: UUID
    lesson_of: Project | None = None

    @property
    def project(self) -> Project:
        """The project that asks."""
        return self.lesson_of or self.taken[0].project

    @property
    def media_url(self) -> str | None:
        """The picture that is asked about."""
        return pictures.url_of(self.project.spec, self.taken[0].task.data) if self.taken else None

    @property
    def assignment_id(self) -> UUID | None:
        """The first of the assignments, by which the message is known; None for a practice question."""
        return self.taken[0].assignment.id if self.taken else None
