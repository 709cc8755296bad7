"""Documents: a client's texts, split into tasks and put together again.

sentences, splitting: where a text is cut (pure). models, keeping: what is kept, and the way back.
"""
