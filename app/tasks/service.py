"""The room's verbs, in one place for whoever uses them. Each lives in the file named for its idea.

description: what a project is. loading, adding: tasks come in. choosing: who gets which. answering, leases: what
becomes of it. training: how workers learn and are trusted. judgement, quality: what the answers come to; surveys,
free_text, documents: kinds with rules of their own. ending, results: what comes out. events: what happened, live.
"""

from app.tasks.adding import AddReport, add_tasks
from app.tasks.answering import Freed, Recorded, free, question, record_answer, replacements, revive
from app.tasks.choosing import Taken, take_next
from app.tasks.ending import Withdrawn, wind_up
from app.tasks.events import record_event
from app.tasks.judgement.concluding import conclude
from app.tasks.leases import live_of
from app.tasks.loading import LineError, TaskItem
from app.tasks.projects import (
    Progress,
    create_project,
    exam_names,
    lock_project,
    past_deadline,
    progress,
    project_is_done,
    project_of,
    projects_of,
    set_state,
)
from app.tasks.rules import Reading, WorkerFacts, late_verdict

__all__ = [
    "AddReport",
    "Freed",
    "LineError",
    "Progress",
    "Reading",
    "Recorded",
    "Taken",
    "TaskItem",
    "Withdrawn",
    "WorkerFacts",
    "add_tasks",
    "conclude",
    "create_project",
    "exam_names",
    "free",
    "late_verdict",
    "live_of",
    "lock_project",
    "past_deadline",
    "progress",
    "project_is_done",
    "project_of",
    "projects_of",
    "question",
    "record_answer",
    "record_event",
    "replacements",
    "revive",
    "set_state",
    "take_next",
    "wind_up",
]
