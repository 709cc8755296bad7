"""Every sentence a worker reads, in the worker's language, safe for GSM-7.

`say` renders one text of the catalogs, `question` and `menu` put numbered choices together, `money` writes an
amount. What to say when is decided in app/conversation; how a reply is read, in app/conversation/parse.py.
"""

from app.texts.catalog import LANGUAGES, Language, catalog_check, fields, is_draft, keys, say
from app.texts.money import money
from app.texts.render import (
    brief_question,
    bundle,
    join,
    menu,
    names_pay,
    options,
    question,
    short_options,
    written_question,
)

__all__ = [
    "LANGUAGES",
    "Language",
    "brief_question",
    "bundle",
    "catalog_check",
    "fields",
    "is_draft",
    "join",
    "keys",
    "menu",
    "money",
    "names_pay",
    "options",
    "question",
    "say",
    "short_options",
    "written_question",
]
