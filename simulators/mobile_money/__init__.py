"""A mobile-money provider played locally, in the spirit of the GSMA Mobile Money API and of pawaPay v2.

Payouts are accepted now and decided later; the caller's reference is the key that makes each happen
once. `fate` says what becomes of a payout (and which recipients force what), `service` makes it
happen, `api` is what the application calls. `GET /simulator/paid` is the oracle: the payments that
were really made. Run it with `python -m simulators.mobile_money --help`.
"""
