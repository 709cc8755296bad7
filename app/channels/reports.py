"""What a provider reports of our messages, noted for many of them in one statement.

The same as `service.record_status` does for one, of which it takes the order of statuses. What it cannot do at once
it returns: the caller notes those alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import ids
from app.channels import rules
from app.channels.service import BEHIND


@dataclass(frozen=True)
class Report:
    """One report: of which of our messages, what the provider says became of it, and when that came."""

    message_id: UUID
    provider_message_id: str | None
    status: str
    error_code: str | None
    at: datetime


# Rows that somebody holds are passed over: a batch never waits while it holds others.
_RECORD_ALL = text(
    """
    WITH said AS (
        SELECT * FROM unnest(
            CAST(:message_ids AS uuid[]), CAST(:report_ids AS uuid[]), CAST(:told AS text[]),
            CAST(:reported AS text[]), CAST(:behind AS text[]), CAST(:codes AS text[]),
            CAST(:sids AS text[]), CAST(:ats AS timestamptz[])
        ) AS said (message_id, report_id, told, reported, behind, code, sid, at)
    ), held AS MATERIALIZED (
        SELECT id FROM messages WHERE id = ANY(CAST(:message_ids AS uuid[])) AND direction = 'out'
         ORDER BY id FOR UPDATE SKIP LOCKED
    ), brought AS (
        UPDATE messages SET
            status = CASE WHEN status = ANY(string_to_array(said.behind, ',')) THEN said.told ELSE status END,
            error_code = CASE WHEN status = ANY(string_to_array(said.behind, ',')) THEN said.code
                         ELSE error_code END,
            provider_message_id = coalesce(provider_message_id, said.sid),
            due_at = NULL, lease_until = NULL, unknown_since = NULL,
            sent_at = coalesce(sent_at, said.at),
            delivered_at = CASE WHEN (CASE WHEN status = ANY(string_to_array(said.behind, ',')) THEN said.told
                ELSE status END) IN ('delivered', 'read') THEN coalesce(delivered_at, said.at)
                ELSE delivered_at END
        FROM said JOIN held ON held.id = said.message_id
        WHERE messages.id = held.id
        RETURNING messages.id, said.report_id, said.reported, said.code, said.at
    ), told AS (
        INSERT INTO status_reports (id, message_id, status, error_code, at)
        SELECT report_id, id, reported, code, at FROM brought
        ON CONFLICT DO NOTHING
    )
    SELECT id FROM brought
    """
)


def record_together(session: Session, reports: Sequence[Report]) -> list[Report]:
    """Note reports, in the order they came for each message; return those that have to be noted alone."""
    left: list[Report] = []
    for round_ in _rounds(reports):
        told = {report.message_id: rules.reported_status(report.status) for report in round_}
        plain = [report for report in round_ if told[report.message_id] is not None]
        done = _record(session, plain, told) if plain else set()
        left += [report for report in round_ if report.message_id not in done]
    return left


def _rounds(reports: Sequence[Report]) -> list[list[Report]]:
    """Return the reports in rounds that have each message once: its first reports, its second, and so on."""
    rounds: list[list[Report]] = []
    come: dict[UUID, int] = {}
    for report in reports:
        number = come.get(report.message_id, 0)
        come[report.message_id] = number + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(report)
    return rounds


def _record(session: Session, reports: Sequence[Report], told: dict[UUID, str | None]) -> set[UUID]:
    statuses = [str(told[report.message_id]) for report in reports]
    values = {
        "message_ids": [report.message_id for report in reports],
        "report_ids": [ids.new() for _ in reports],
        "told": statuses,
        "reported": [report.status for report in reports],
        "behind": [",".join(BEHIND[status]) for status in statuses],
        "codes": [report.error_code for report in reports],
        "sids": [report.provider_message_id for report in reports],
        "ats": [report.at for report in reports],
    }
    return set(session.scalars(_RECORD_ALL, values))
