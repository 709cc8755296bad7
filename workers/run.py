"""One queue worker: `python -m workers.run QUEUE` works on one queue, in its own process, until told to end.

One queue only, because RQ loses a job that is killed just after it was taken when a worker listens on several
(https://github.com/rq/rq, `Queue.dequeue_any`: BLMOVE for one queue, BLPOP for several); in-process, because a
fork for each job is several times slower. How many there are of which queue is app/stack.py's business.
"""

import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

import redis
import structlog
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer

from app import heartbeat, log, outbox
from app.settings import settings
from workers import jobs, stopping

# How long a worker without work waits in Redis before it looks up, beats, and waits again.
IDLE_S = 5
RECONNECT_S = 1.0

logger = structlog.get_logger()


class QueueWorker(SimpleWorker):
    """RQ's in-process worker, minus its command channel, plus our heartbeat and our way of ending.

    RQ ends a worker whose Redis goes away in the middle of a job; `main` then makes another.
    """

    log_job_description = False
    log_result_lifespan = False
    max_connection_wait_time = 2.0
    waiting = False

    @property
    def dequeue_timeout(self) -> int:
        """How long one wait for a job lasts."""
        return IDLE_S

    def subscribe(self) -> None:
        """Listen to no commands: whoever can write to Redis must not thereby command processes."""

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Beat RQ's way and ours."""
        super().heartbeat(timeout, pipeline)
        if pipeline is None:
            heartbeat.beat(self.queues[0].name, self.successful_job_count)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Do one job and count it."""
        super().execute_job(job, queue)
        self.successful_job_count += 1

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Job, Queue] | None:
        """Wait for a job; only while waiting does a signal end the worker at once."""
        self.waiting = True
        try:
            if stopping.requested.is_set():
                raise StopRequested
            return super().dequeue_job_and_maintain_ttl(timeout, max_idle_time)
        finally:
            self.waiting = False

    def _install_signal_handlers(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.request_stop)

    def request_stop(self, _signum: int, _frame: FrameType | None) -> None:
        """End after the work in hand. Touches nothing but flags: it may run between any two instructions."""
        first = not stopping.requested.is_set()
        stopping.requested.set()
        self._stop_requested = True
        if first and self.waiting:
            raise StopRequested


def main(arguments: Sequence[str]) -> int:
    """Work on the queue named by the one argument until told to end; return the exit code."""
    if len(arguments) != 1 or arguments[0] not in outbox.QUEUES:
        sys.stderr.write(f"usage: python -m workers.run {{{','.join(outbox.QUEUES)}}}\n")
        return 2
    queue = arguments[0]
    # Imported above and looked up here, so that the first job does not wait for the whole house to load.
    assert callable(getattr(jobs, queue))
    log.configure()
    structlog.contextvars.bind_contextvars(queue=queue)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.requested.set())
    while not stopping.requested.is_set():
        try:
            _work(queue)
        except redis.RedisError as error:
            logger.warning("Redis is away", error=type(error).__name__)
        stopping.requested.wait(RECONNECT_S)
    _say_goodbye(queue)
    return 0


def _work(queue: str) -> None:
    # A connection of its own: RQ stretches its timeouts to the length of its waits.
    connection = redis.Redis.from_url(settings().redis_url, socket_connect_timeout=2)
    source = Queue(queue, connection=connection, serializer=JSONSerializer)
    worker = QueueWorker([source], connection=connection, serializer=JSONSerializer)
    try:
        worker.work(logging_level="WARNING")
    finally:
        connection.close()


def _say_goodbye(queue: str) -> None:
    try:
        heartbeat.stop(queue)
    except redis.RedisError as error:
        logger.warning("Redis is away", error=type(error).__name__)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
