"""Projects, tasks, assignments, answers and results."""
