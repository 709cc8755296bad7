"""Providers and people played locally, each as a process of its own that speaks HTTP.

Nothing here imports the application, and the application imports nothing from here: the two meet
only over HTTP, as they would with a real provider. The pieces that every simulator uses (serving,
knobs, chance, event log, journal, posting) are the modules of this package; each simulator is a
package below it.
"""
