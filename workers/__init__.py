"""The RQ side: the pool of queue workers, their jobs, and the sweeper."""
