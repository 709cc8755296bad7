"""`python -m bench.empty_jobs COUNT`: does so many RQ jobs that do nothing, one by one, and prints how many a second.

The baseline of the rows benchmark: what RQ itself costs, in the kind of worker and serializer Kazi uses.
"""

import json
import sys
import time

import redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from app.settings import settings

QUEUE = "bench-empty"


def nothing() -> None:
    """Do nothing: the cost of a job is then RQ's own."""


def main() -> None:
    """Enqueue the jobs, do them, say how quickly."""
    count = int(sys.argv[1])
    connection = redis.Redis.from_url(settings().redis_url)
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    for _ in range(count):
        queue.enqueue_call("bench.empty_jobs.nothing", result_ttl=0)
    worker = SimpleWorker([queue], connection=connection, serializer=JSONSerializer)
    worker.log_job_description = False
    began = time.perf_counter()
    worker.work(burst=True, logging_level="WARNING")
    took_s = time.perf_counter() - began
    if queue.count:
        sys.exit(f"{queue.count} of {count} empty jobs were not done.")
    print(json.dumps({"rate": count / took_s}))


if __name__ == "__main__":
    main()
