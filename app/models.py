"""All models in one import, for migrations and for whoever needs the whole metadata. No rule lives here."""

from app.accounts import models as accounts
from app.channels import models as channels
from app.db import Base
from app.payments import models as payments
from app.people import models as people
from app.tasks import models as tasks
from app.tasks.documents import models as documents
from app.webhooks import models as webhooks

metadata = Base.metadata

__all__ = ["accounts", "channels", "documents", "metadata", "payments", "people", "tasks", "webhooks"]
