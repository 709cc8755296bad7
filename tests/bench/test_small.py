"""The small benchmarks: what they count is what the app's own rules say."""

from bench import pauses, splitting


def test_the_rule_that_ships_pauses_who_guesses_and_spares_who_is_right_four_times_in_five() -> None:
    outcome = pauses.run(quick=True)
    ships = outcome.figures["floor 0.65"]
    assert outcome.targets[0].met
    assert ships["0.5"][0] < ships["0.5"][1] < ships["0.5"][2], "once paused is paused"
    assert ships["0.5"][2] > 0.6
    assert ships["0.9"][2] < ships["0.7"][2] < 0.1


def test_the_plain_rule_it_stands_beside_counts_halves() -> None:
    paused = pauses._fewer_than_half()
    assert not paused[2, 2]
    assert paused[2, 3]
    assert not paused[0, 4], "too few to say"


def test_a_document_is_split_at_sentences_and_not_at_abbreviations() -> None:
    figures = splitting.run(quick=True).figures
    text = splitting._text(figures["letters"])
    assert len(text) == figures["letters"]
    assert 0 < figures["sentence"]["parts"] < len(splitting._PLAIN.split(text))
