"""The demonstration: a real job end to end with simulated phones, over the real HTTP edge."""
