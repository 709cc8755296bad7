"""How the bodies that are read by hand are described in the OpenAPI document: their types, schemas, examples."""

from typing import Any

from app.tasks.description.spec import ProjectSpec

PROJECT: dict[str, Any] = {
    "name": "Water reports",
    "kind": "verification",
    "instructions": {"en": "Read the report and say whether it is about water."},
    "template": {"en": 'Is this about WATER? "{text}"', "sw": 'Je, hii inahusu MAJI? "{text}"'},
    "choices": [
        {"value": "yes", "label": {"en": "Yes", "sw": "Ndiyo"}},
        {"value": "no", "label": {"en": "No", "sw": "Hapana"}},
    ],
    "pay": {"amount": 200, "currency": "KES"},
    "redundancy": {"mode": "fixed", "answers": 3},
    "lease": "PT4H",
    "countries": ["KE"],
}

PROJECT_SCHEMA = ProjectSpec.model_json_schema(ref_template="#/components/schemas/{model}")
# The parts of the description, which the document keeps among its components.
PROJECT_PARTS: dict[str, Any] = PROJECT_SCHEMA.pop("$defs", {})

PROJECT_BODY: dict[str, Any] = {
    "required": True,
    "content": {"application/json": {"schema": PROJECT_SCHEMA, "example": PROJECT}},
}

_TASK: dict[str, Any] = {
    "type": "object",
    "required": ["id", "data"],
    "properties": {
        "id": {"type": "string", "maxLength": 200, "description": "Your own id of the task."},
        "data": {"type": "object", "description": "What the template's {names} are filled from."},
        "gold": {"type": "string", "description": "The known truth, where there is one: a choice's value."},
    },
}

TASKS_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {"type": "array", "items": _TASK},
            "example": [{"id": "r1", "data": {"text": "The well is dry"}, "gold": "yes"}],
        },
        "application/x-ndjson": {
            "schema": {"type": "string", "description": "One JSON object a line."},
            "example": '{"id": "r1", "data": {"text": "The well is dry"}}\n{"id": "r2", "data": {"text": "…"}}\n',
        },
        "text/csv": {
            "schema": {"type": "string", "description": "Columns id, perhaps gold, and the others as data."},
            "example": "id,text,gold\nr1,The well is dry,yes\n",
        },
    },
}
