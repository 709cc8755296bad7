"""Who runs the queues: the queue workers and the sweeper, by their heartbeats."""

from dataclasses import dataclass
from datetime import datetime

import redis

from app import heartbeat, outbox

# A queue worker beats every few seconds; one that was quiet this long is stuck or gone.
SILENT_S = 30


@dataclass(frozen=True)
class QueueWorker:
    """One process: the queue it runs, how long ago it last said that it lives, and the jobs it has done."""

    queue: str
    seen_s: float
    alive: bool
    jobs: int


def queue_workers(now: datetime) -> list[QueueWorker] | None:
    """Return the processes heard of lately, in the order of the queues; None while Redis is away."""
    try:
        beats = heartbeat.beats()
    except redis.RedisError:
        return None
    order = {queue: position for position, queue in enumerate(outbox.QUEUES)}
    found = sorted(beats, key=lambda beat: (order.get(beat.queue, len(order)), beat.pid))
    return [
        QueueWorker(
            queue=beat.queue,
            seen_s=max(0.0, (now - beat.beat_at).total_seconds()),
            alive=(now - beat.beat_at).total_seconds() <= SILENT_S,
            jobs=beat.jobs,
        )
        for beat in found
    ]
