"""From answers to a result: votes, the fitted model of a project, when to stop, and what a person looks at."""
