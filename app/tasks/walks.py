"""The statement that finds a worker's next task and takes a place of it: its SQL, and nothing but.

How it goes: the running projects the worker may work on, by priority, then by how near their deadlines are, then
by age (every other stretch of a worker's questions by turns, so that no project waits for ever behind an older
one). In each, up to three tries, from strict to lenient:

0. tasks that nobody has who may depend on the worker (their group: a referrer, one payout account) and no
   neighbour of theirs (their site), while the worker has not had their share of the project;
1. the same, though a neighbour has it: a project may be for one village;
2. any task, whoever has it and however many they had: where the deadline is near, or nobody else is about.

In a try, tasks whose place came back go first, so that old ones get finished; where judging knows who does well,
they go first to the better half only, because they are the doubtful ones, and the others begin something new.
Then the walk goes on from where this worker came to (their cursor), and once round from the project's front. Each
walk reads a bounded number of rows of a partial index that holds only tasks with an empty place (what it wants
besides is looked at in those rows alone); looking whether somebody else is about is bounded too, and done only for
those it matters for.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Integer, Uuid, select, text

from app.tasks.models import OFFERABLE, Project, Task

# How many candidates one walk looks at before it gives up: tasks the worker had are passed over.
WINDOW = 100
# How many projects are asked, at most, before a worker is told there is nothing.
PROJECTS = 200
# So many of a project's newest questions show whether somebody else is about.
RECENT = 20
# A task of more places is a survey's, for a crowd: its neighbours are asked on purpose, and there are too many to look
# at one by one.
CROWD = 25
# Votes a skill is made of before its lower bound may bar somebody: until then it is low for everybody.
KNOWN_FROM = 20
# Of the tries: neighbours are avoided up to the first, the group and the share are kept up to the second.
STRICT, NEAR, LENIENT = 0, 1, 2


def _given(name: str, kind: str) -> str:
    """Return the SQL of a bound value that the planner does not look at.

    It would make a plan for each set of values, which takes longer than the search itself; so it finds nothing to
    gain by that, and keeps one plan.
    """
    return f"(SELECT CAST(:{name} AS {kind}))"


_WORKER, _GROUP, _SITE = _given("worker_id", "uuid"), _given("group_id", "uuid"), _given("site", "text")
_NOW, _TURN, _SPREAD = _given("now", "timestamptz"), _given("turn", "bigint"), _given("spread", "float8")


def never_had(task: str) -> str:
    """Return the SQL condition that the worker never had a task which very many have: one look, at their own row."""
    return f"""
        (SELECT a.id FROM assignments a WHERE a.task_id = {task} AND a.worker_id = {_WORKER}) IS NULL"""  # noqa: S608 - as above


def open_to(task: str, tries: str) -> str:
    """Return the SQL condition that the worker never had the task, nor somebody they may depend on.

    How far the latter is minded depends on the try. One probe of the index on (task_id, worker_id), which reads
    the few assignments a task has: what else is asked of them is written so that no other index serves it, because
    one chosen while the statistics are old would read all that a worker, or a project, ever had. A scalar subquery
    on purpose: NOT EXISTS may be turned into a hash of the whole table.
    """
    return f"""
        (SELECT a.id FROM assignments a
          WHERE a.task_id = {task}
            AND (a.worker_id = {_WORKER}
                 OR {tries} < {LENIENT} AND a.state NOT IN ('skipped', 'expired', 'withdrawn')
                    AND (a.group_id = {_GROUP} OR a.worker_id = {_GROUP}
                         OR {tries} = {STRICT} AND a.site = {_SITE}))
          LIMIT 1) IS NULL"""  # noqa: S608 - the parts are constants of these modules


def _walk(name: str, condition: str, besides: str = "true") -> str:
    """Return the SQL of one walk: the first task of the window that the worker never had and nobody is taking.

    The window is read from the index first and the row looked at again after it, so that the number of rows
    touched is bounded also where the worker had them all.
    """
    return f"""
        SELECT * FROM (
         SELECT t.id, t.position, '{name}' AS walk
           FROM (SELECT id, position FROM tasks
                  WHERE project_id = p.id AND {OFFERABLE} AND {condition}
                  ORDER BY position LIMIT {WINDOW}) seen
           JOIN tasks t ON t.id = seen.id
          WHERE t.state = 'open' AND t.answered + t.live < t.places AND t.unsure <= 2 * t.places
            AND {besides}
            AND CASE WHEN t.places > {CROWD} THEN {never_had("t.id")} ELSE {open_to("t.id", "p.tries")} END
          ORDER BY seen.position LIMIT 1
            FOR NO KEY UPDATE OF t SKIP LOCKED) {name}"""  # noqa: S608 - the parts are constants of this module


def order_of(project: str) -> str:
    """Return the SQL of what projects are asked by, the least first: priority, then how near the deadline is, then age.

    `turn` counts the stretches of a worker's questions: in every other one, projects that are equal in priority and
    urgency take turns.
    """
    return f"""-{project}.priority,
                      CASE WHEN {project}.deadline < {_NOW} + interval '6 hours' THEN 0
                           WHEN {project}.deadline < {_NOW} + interval '1 day' THEN 1
                           WHEN {project}.deadline < {_NOW} + interval '3 days' THEN 2
                           ELSE 3 END,
                      CASE WHEN {_TURN} % 2 = 1
                           THEN hashtextextended(CAST({project}.id AS text) || CAST({_WORKER} AS text), {_TURN})
                           ELSE 0 END,
                      {project}.launched_at, {project}.id"""


# Somebody who does not depend on the worker, and has not had their own share, was asked lately.
_SOMEBODY_ELSE = f"""
    SELECT 1
      FROM (SELECT a.worker_id, a.group_id, a.offered_at FROM assignments a
             WHERE a.project_id = p.id ORDER BY a.offered_at DESC LIMIT {RECENT}) other
     WHERE other.offered_at > {_given("lull", "timestamptz")} AND other.worker_id <> {_WORKER}
       AND ({_GROUP} IS NULL
            OR other.worker_id <> {_GROUP}
               AND other.group_id IS DISTINCT FROM {_GROUP})
       AND (p.most_per_worker = 0 OR coalesce((SELECT o.given FROM cursors o
             WHERE o.worker_id = other.worker_id AND o.project_id = p.id), 0) < p.most_per_worker)
"""  # noqa: S608 - the parts are constants of this module

# `spread` (0..1) starts the last walk anywhere in the project: a worker who had all of the
# other windows still comes by everything in a few tries.
_PICKED = text(
    f"""
    SELECT p.id AS project_id, p.front, p.tries, p.room, t.id AS task_id, t.position,
           t.walk IN ('front', 'fresh') AS from_front
      FROM (SELECT pr.id, pr.front, pr.deadline, pr.most_per_worker, tries.n AS tries,
                   CASE WHEN pr.most_per_worker > 0 AND tries.n < {LENIENT}
                        THEN pr.most_per_worker - coalesce(c.given, 0) - 1 END AS room,
                   greatest(coalesce(c.position, -1), pr.front - 1) AS reached,
                   pr.median_lower IS NULL OR coalesce(s.lower, 0) >= pr.median_lower AS freed_first
              FROM projects pr
              LEFT JOIN cursors c ON c.project_id = pr.id AND c.worker_id = {_WORKER}
              LEFT JOIN skills s ON s.project_id = pr.id AND s.worker_id = {_WORKER}
             CROSS JOIN (VALUES ({STRICT}), ({NEAR}), ({LENIENT})) tries (n)
             WHERE pr.state = 'running'
               AND pr.countries @> jsonb_build_array({_given("country", "text")})
               AND pr.languages @> jsonb_build_array({_given("language", "text")})
               AND (pr.cohorts = '[]' OR pr.cohorts @> jsonb_build_array({_given("cohort", "text")}))
               AND (pr.deadline IS NULL OR pr.deadline > {_NOW})
               AND pr.requires <@ {_given("passed", "jsonb")}
               AND coalesce(c.admitted, NOT pr.gated)
               AND (pr.min_skill = 0 OR s.answers IS NULL OR s.answers < {KNOWN_FROM}
                    OR s.lower >= pr.min_skill)
               AND CASE WHEN pr.most_per_worker > 0 AND c.given >= pr.most_per_worker THEN tries.n = {LENIENT}
                        WHEN tries.n = {NEAR} THEN {_SITE} IS NOT NULL
                        WHEN tries.n = {LENIENT} THEN {_GROUP} IS NOT NULL
                        ELSE true END
             ORDER BY {order_of("pr")}, tries.n
             LIMIT {3 * PROJECTS}) p
     CROSS JOIN LATERAL (
        SELECT 1 WHERE p.tries < {LENIENT} OR p.deadline < {_given("soon", "timestamptz")}
                       OR NOT EXISTS ({_SOMEBODY_ELSE})
     ) may
     CROSS JOIN LATERAL (
        {_walk("freed", "freed AND p.freed_first")}
        UNION ALL
        {_walk("onward", "position > p.reached AND p.reached >= p.front")}
        UNION ALL
        {_walk("fresh", "position >= p.front AND NOT p.freed_first", "NOT t.freed")}
        UNION ALL
        {_walk("doubtful", "freed AND NOT p.freed_first")}
        UNION ALL
        {_walk("front", "position >= p.front")}
        UNION ALL
        {_walk("spread", f"position >= p.front + CAST({_SPREAD} * greatest(p.reached - p.front, 0) AS bigint)")}
     ) t
     LIMIT 1
    """  # noqa: S608 - the parts are constants of this module
).columns()

_PLACE = text(
    """
    UPDATE tasks SET live = tasks.live + 1,
           freed = tasks.freed AND tasks.answered + tasks.live + 1 < tasks.places
      FROM picked
     WHERE tasks.id = picked.task_id AND tasks.state = 'open'
       AND tasks.answered + tasks.live < tasks.places
    RETURNING tasks.id AS task_id, picked.project_id, picked.from_front, picked.front, picked.tries, picked.room,
              tasks.position, tasks.live, tasks.answered, tasks.unsure, tasks.freed
    """
)

_MOVED = text(
    """
    INSERT INTO cursors (worker_id, project_id, position, given)
    SELECT CAST(:worker_id AS uuid), project_id, position, 1 FROM place
    ON CONFLICT (worker_id, project_id) DO UPDATE SET position = excluded.position, given = cursors.given + 1
    """
)

_GIVEN = text(
    """
    INSERT INTO assignments
           (id, project_id, client_id, task_id, worker_id, state, number, language, message_id, group_id, site,
            offered_at, lease_s)
    SELECT CAST(:assignment_id AS uuid), project.id, project.client_id, place.task_id,
           CAST(:worker_id AS uuid), 'offered', :number, :language, CAST(:message_id AS uuid),
           CAST(:group_id AS uuid), CAST(:site AS text), :now, project.lease_s
      FROM place JOIN projects project ON project.id = place.project_id
    """
)


def _take_statement() -> Any:
    picked = _PICKED.cte("picked")
    place = _PLACE.columns(
        task_id=Uuid,
        project_id=Uuid,
        from_front=Boolean,
        front=BigInteger,
        tries=Integer,
        room=BigInteger,
        position=BigInteger,
        live=BigInteger,
        answered=BigInteger,
        unsure=BigInteger,
        freed=Boolean,
    ).cte("place")
    moved = _MOVED.columns().cte("moved")
    given = _GIVEN.columns().cte("given")
    return (
        select(Project, Task, place)
        .select_from(place)
        .join(Task, Task.id == place.c.task_id)
        .join(Project, Project.id == place.c.project_id)
        .add_cte(picked, place, moved, given)
    )


TAKE = _take_statement()
