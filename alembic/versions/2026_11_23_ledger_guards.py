"""Guards of the ledger and the audit trail: append-only tables, and transactions that sum to zero."""

from collections.abc import Sequence

from alembic import op

revision: str = "ledger_guards"
down_revision: str | None = "first_tables"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APPEND_ONLY = (
    "ledger_transactions",
    "postings",
    "payout_events",
    "audit_entries",
    "consents",
    "inbound_receipts",
)


def upgrade() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    # Deferred to the commit, because a transaction balances only once all its legs are there.
    op.execute(
        """
        CREATE FUNCTION check_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT FROM postings p JOIN ledger_transactions t ON t.id = p.transaction_id
                WHERE p.transaction_id = NEW.transaction_id
                GROUP BY t.currency
                HAVING sum(p.amount_minor) <> 0 OR bool_or(p.currency <> t.currency)
            ) THEN
                RAISE EXCEPTION 'ledger transaction % does not sum to zero in one currency', NEW.transaction_id
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON postings DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION check_balanced()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER balanced ON postings")
    op.execute("DROP FUNCTION check_balanced()")
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER append_only ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
