"""The command line: what `./kazi` hands over to. Standard output carries only the answer asked for.

Owns the commands and their words; what they do is in the rooms, in app/stack.py, app/demo and app/doctor.py.
"""

import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from app import client_commands, clock
from app.errors import AppError
from app.settings import settings

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Kazi: paid micro-tasks by SMS and WhatsApp."
)
client = typer.Typer(no_args_is_help=True, help="Clients: companies with text work.")
user = typer.Typer(no_args_is_help=True, help="People who sign in to the console.")
partner = typer.Typer(no_args_is_help=True, help="Partners: organisations that bring workers in.")
person = typer.Typer(no_args_is_help=True, help="A worker's own data: give it to them, or erase it.")
app.add_typer(client, name="client")
app.add_typer(user, name="user")
app.add_typer(partner, name="partner")
app.add_typer(person, name="person")

Port = Annotated[int, typer.Option(help="The port to serve on.")]
Host = Annotated[str, typer.Option(help="The address to serve on; 0.0.0.0 for every network.")]
Folder = Annotated[Path | None, typer.Option(help="The data folder (default: KAZI_DATA_DIR).")]


def say(line: str) -> None:
    """Tell the person at the terminal something that is not the answer."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Run the command; an error a person can act on is one line, not a traceback."""
    try:
        app()
    except AppError as error:
        say(f"kazi: {error.message}")
        sys.exit(1)


@contextmanager
def _database() -> Iterator[Any]:
    # A command that touches one room still meets the foreign keys of the others: it needs every table.
    from app import db, models, stack

    assert models.metadata.tables
    with stack.reached_servers(settings().data_dir), db.transaction() as session:
        yield session


@app.command()
def up(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """Serve for real: web, queue workers, sweeper, and the servers they need."""
    from app import stack
    from app.servers import Supervisor

    data_dir = settings().data_dir.absolute()
    os.environ.setdefault("KAZI_PUBLIC_URL", f"http://127.0.0.1:{port}")
    os.environ["KAZI_DATA_DIR"] = str(data_dir)
    settings.cache_clear()
    with stack.owned_servers(data_dir) as servers:
        stack.migrate()
        settings().key_material()
        logs = data_dir / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        specs = stack.processes(port, host=host, log_dir=logs)
        say(
            f"Kazi is up: console at http://127.0.0.1:{port}/console (logs in {logs}; Ctrl-C stops everything)"
        )
        Supervisor(specs, data_dir=data_dir, servers=servers).run()


@app.command()
def web(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """Serve only the web side, on given servers or those of a running `up`."""
    from app import stack

    _exec(stack.web_argv(port, host=host))


@app.command()
def worker(
    queue: Annotated[str, typer.Argument(help="inbound, assignment, timeouts, outbound, payouts, webhooks")],
) -> None:
    """Run one queue worker: one process, one queue."""
    from app.outbox import QUEUES

    if queue not in QUEUES:
        raise AppError(
            "unknown-queue", 422, f"There is no queue {queue!r}. The queues are {', '.join(QUEUES)}."
        )
    _exec(["-m", "workers.run", queue])


@app.command()
def sweeper() -> None:
    """Run the sweeper, which drives again what is due. Two are harmless."""
    _exec(["-m", "workers.sweeper"])


def _exec(argv: list[str]) -> None:
    """Become another process of the installation, on the servers the settings or a running `up` name."""
    from app import stack
    from app.servers import join

    if not stack.given():
        running = join(settings().data_dir)
        if running is None:
            raise AppError(
                "no-servers",
                500,
                "No servers to work on: set KAZI_DATABASE_URL and KAZI_REDIS_URL, or start ./kazi up first.",
            )
        stack.point_at(running.database_url, running.redis_url)
    os.environ["PYTHONPATH"] = str(stack.ROOT)
    os.execv(sys.executable, [sys.executable, *argv])


@app.command()
def migrate() -> None:
    """Bring the database to the newest migration."""
    from app import stack

    with stack.reached_servers(settings().data_dir):
        stack.migrate()
    say("The database is at the newest migration.")


@app.command()
def demo(
    exit_when_done: Annotated[bool, typer.Option("--exit", help="End when the job is done.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write the figures to this file, as JSON.")] = None,
    data: Annotated[Path, typer.Option(help="Where the demo keeps its data.")] = Path(".kazi/demo"),
    port: Annotated[int, typer.Option(help="The port of the console; 0 takes a free one.")] = 0,
    tasks: Annotated[int, typer.Option(min=1, help="How many tasks.")] = 240,
    # Some vanish and some stop: of fewer, too few of a country are left for three answers to every task.
    phones: Annotated[int, typer.Option(min=24, help="How many simulated phones.")] = 60,
    seed: Annotated[int, typer.Option(help="The same seed makes the same people.")] = 7,
) -> None:
    """Run a real job end to end with simulated phones, and show the result."""
    from app.demo.run import Plan, run

    plan = Plan(data_dir=data.absolute(), port=port, tasks=tasks, phones=phones, seed=seed)
    sys.exit(run(plan, exit_when_done=exit_when_done, report=report))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(
    context: typer.Context,
    browser: Annotated[bool, typer.Option(help="Run the tests in a real browser too.")] = False,
) -> None:
    """Run the tests. What follows is passed on to pytest."""
    from app import stack

    chosen = ["-m", "browser or not browser"] if browser else []
    os.chdir(stack.ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *chosen, *context.args])


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(context: typer.Context) -> None:
    """Run a benchmark, or all: each beside its baseline, in one run."""
    from app import stack

    os.chdir(stack.ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "bench", *context.args])


@app.command(name="parse", context_settings={"ignore_unknown_options": True})
def parse_replies(
    project: Annotated[Path, typer.Option(help="A project, as JSON.")],
    language: Annotated[str, typer.Option(help="The language of who replies, such as sw.")],
    replies: Annotated[
        list[str] | None, typer.Argument(help="What they wrote; else the lines of input.")
    ] = None,
    questions: Annotated[int | None, typer.Option(help="How many questions the message asked.")] = None,
    question: Annotated[str | None, typer.Option(help="Which question of a survey, by its id.")] = None,
) -> None:
    """Show how replies to a project would be read, without a server: a line of JSON for each."""
    from app import parse_command

    read = parse_command.run(
        project,
        language,
        replies or parse_command.lines_of_input(),
        count=questions,
        question_id=question,
        today=clock.now().date(),
    )
    try:
        for line in read:
            print(line)
    except AppError as error:  # as every command line that is wrong: 1 would be a reading that failed
        say(f"kazi: {error.message}")
        raise typer.Exit(2) from None


@app.command()
def doctor() -> None:
    """Say what is misconfigured, and what to do about it."""
    from app.doctor import findings

    found = findings()
    for finding in found:
        print(finding)
    sys.exit(1 if any(finding.startswith("wrong") for finding in found) else 0)


@app.command()
def replay() -> None:
    """Take up again every received message that could not be handled, after what stood in the way is mended."""
    from app.channels import inbox

    with _database() as session:
        count = inbox.replay(session, now=clock.now())
    print(count)


@app.command()
def rekey() -> None:
    """Write everything kept anew under KAZI_SECRET_KEY, after a change of it; prints how many rows changed."""
    from app import rekey as tool
    from app import stack

    changed = doubled = 0
    with stack.reached_servers(settings().data_dir):
        for done in tool.rekey():
            say(f"{done.column.table}.{done.column.name}: {done.changed} written anew")
            changed, doubled = changed + done.changed, doubled + done.doubled
    if doubled:
        say(
            f"{doubled} numbers stand in two rows: they were used while the service ran without "
            "KAZI_SECRET_KEY_PREVIOUS. Nothing more is sent to the earlier rows; those people are known by the later."
        )
    print(changed)


@client.command("create")
def client_create(name: str) -> None:
    """Make a client; prints its id."""
    from app.accounts import service
    from app.ids import show

    with _database() as session:
        made = service.create_client(session, name=name, now=clock.now())
    print(show("cli", made.id))


@client.command("key")
def client_key(name: str) -> None:
    """Make a new API key for a client; prints it alone, once."""
    from app.accounts import service

    with _database() as session:
        found = service.client_by_name(session, name)
        key = service.issue_key(session, client_id=found.id, now=clock.now())
    print(key)


@client.command("credit")
def client_credit(
    name: str,
    amount: Annotated[str, typer.Argument(help="Whole minor units: 100000 KES is KES 1,000.")],
    currency: str,
    reference: Annotated[
        str | None, typer.Option(help="Your own reference; the same one twice credits once.")
    ] = None,
) -> None:
    """Credit a client with money received; prints the new balance in minor units."""
    from app.accounts import service
    from app.payments import ledger
    from app.payments.money import exponent

    if not amount.isascii() or not amount.isdigit() or int(amount) == 0:
        raise AppError(
            "invalid", 422, f"{amount!r} is no amount. Give whole minor units, such as 100000 for KES 1,000."
        )
    exponent(currency)
    with _database() as session:
        found = service.client_by_name(session, name)
        ledger.credit_client(
            session,
            client_id=found.id,
            amount_minor=int(amount),
            currency=currency,
            reference=f"credit:{found.id}:{reference or secrets.token_hex(8)}",
            now=clock.now(),
        )
        balance = ledger.client_credit(session, client_id=found.id, currency=currency)
    print(balance)


@user.command("create")
def user_create(
    email: str,
    role: Annotated[str, typer.Option(help="admin, approver, reviewer, viewer, partner or client.")],
    partner_name: Annotated[
        str | None, typer.Option("--partner", help="The partner of a partner's user.")
    ] = None,
    client_name: Annotated[
        str | None, typer.Option("--client", help="The client of a client's user.")
    ] = None,
    password_file: Annotated[Path | None, typer.Option(help="Read the password from this file.")] = None,
) -> None:
    """Make a user of the console; prints a password made for them, unless one is given."""
    from app.accounts import service

    password = (
        password_file.read_text(encoding="utf-8").strip() if password_file else secrets.token_urlsafe(15)
    )
    with _database() as session:
        service.create_user(
            session,
            email=email,
            password=password,
            role=role,
            partner_id=_partner_id(session, partner_name) if partner_name else None,
            client_id=service.client_by_name(session, client_name).id if client_name else None,
            now=clock.now(),
        )
    if password_file is None:
        print(password)


def _partner_id(session: Any, name: str) -> Any:
    from app.people import service as people

    found = people.partner_by_name(session, name)
    return found.id


@partner.command("create")
def partner_create(
    name: str, help_phone: Annotated[str, typer.Option(help="Whom workers can call.")]
) -> None:
    """Make a partner; prints its id."""
    from app.ids import show
    from app.people import service as people

    with _database() as session:
        made = people.create_partner(session, name=name, help_phone=help_phone, now=clock.now())
    print(show("prt", made.id))


@partner.command("cohort")
def partner_cohort(
    partner_name: str,
    code: Annotated[str, typer.Argument(help="The invite code: workers text JOIN and this.")],
    languages: Annotated[str, typer.Option(help="The language menu, such as en,sw.")] = "en,sw",
    name: Annotated[str | None, typer.Option(help="The cohort's name (default: its code).")] = None,
    site: Annotated[str, typer.Option(help="The one village or place they live in, if it is one.")] = "",
) -> None:
    """Make a cohort, which workers join by texting JOIN and its code; prints its id."""
    from app.ids import show
    from app.people import service as people

    with _database() as session:
        made = people.create_cohort(
            session,
            partner_id=_partner_id(session, partner_name),
            name=name or code,
            invite_code=code,
            languages=[language.strip() for language in languages.split(",")],
            site=site,
            now=clock.now(),
        )
    print(show("coh", made.id))


WorkerId = Annotated[str, typer.Argument(help="The worker's id, as the console shows it: wkr_….")]


@person.command("export")
def person_export(worker_id: WorkerId) -> None:
    """Print everything kept about a worker, as JSON: it holds their number and what they wrote."""
    from app.ids import read
    from app.operations import erase

    with _database() as session:
        found = erase.export_worker(session, read("wkr", worker_id))
    print(json.dumps(found, ensure_ascii=False, indent=2))


@person.command("erase")
def person_erase(
    worker_id: WorkerId,
    yes: Annotated[bool, typer.Option("--yes", help="Really: this cannot be undone.")] = False,
) -> None:
    """Erase what is known of a worker, for ever: number, name and texts. Pay them first."""
    from app.accounts.audit import CLI
    from app.ids import read
    from app.operations import erase

    if not yes:
        raise AppError("not-confirmed", 422, "Nothing was erased. It cannot be undone: add --yes to do it.")
    with _database() as session:
        left = erase.erase_worker(session, read("wkr", worker_id), actor=CLI, now=clock.now())
    for balance in left:
        if balance.available:
            say(
                f"Not paid out: {balance.available} minor units of {balance.currency}. The ledger still owes them."
            )
    say(f"{worker_id} is erased.")


client_commands.register(app)

if __name__ == "__main__":
    main()
