"""How fast a project goes: how many are asked at once, when it will be done, what it may expect before it runs."""
