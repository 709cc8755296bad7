"""Documents and their parts. Written only by app/tasks/documents/keeping.py."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Json


class Document(Base):
    """A text of a client that was split into tasks, kept whole so that its results can be put together again."""

    __tablename__ = "documents"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    client_id: Mapped[UUID]
    client_document_id: Mapped[str]  # the client's own id
    text: Mapped[str]
    by: Mapped[str]
    field: Mapped[str]  # of the data of each task, which holds the part
    data: Mapped[Json]  # what else each task has
    part_count: Mapped[int]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("project_id", "client_document_id"),
        Index("ix_documents_project", "project_id", "id"),
    )


class DocumentPart(Base):
    """A part of a document, by the characters it goes from (`start`) and up to (`stop`, not of it), and its task."""

    __tablename__ = "document_parts"
    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 1
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"))
    start: Mapped[int]
    stop: Mapped[int]
