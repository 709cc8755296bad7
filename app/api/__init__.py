"""HTTP for clients and operators: the REST API v1, its one error shape, health and metrics."""
