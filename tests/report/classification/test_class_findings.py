import numpy as np

from keras_mlp.report import class_findings

NAMES = ["cat", "dog", "fox"]


def _answers(labels, predicted, sure):
    outputs = np.full((len(labels), 3), (1 - sure) / 2)
    outputs[np.arange(len(labels)), predicted] = sure
    return np.asarray(labels), outputs


def test_accuracy_beside_the_commonest_class_and_the_commonest_confusions():
    labels = [0] * 10 + [1] * 6 + [2] * 4
    predicted = [0] * 7 + [1] * 2 + [2] + [1] * 5 + [2] + [2] * 1 + [0] * 3
    assert class_findings(*_answers(labels, predicted, 0.65), NAMES) == [
        "It is right on 65% of 20 examples; always answering cat would be right on "
        "50%.",
        "Most often taken for another: fox for cat (3 of 4, 75%), cat for dog (2 of "
        "10, 20%), cat for fox (1 of 10, 10%).",
    ]


def test_a_class_that_is_never_predicted():
    sentences = class_findings(*_answers([0, 0, 1, 2, 2], [0, 0, 0, 0, 0], 0.4), NAMES)
    assert "dog is never predicted, though 1 example is of it." in sentences
    assert "fox is never predicted, though 2 examples are of it." in sentences


def test_nothing_mistaken_is_not_spoken_of():
    [sentence] = class_findings(*_answers([0, 1, 2], [0, 1, 2], 0.99))
    assert sentence == (
        "It is right on 100% of 3 examples; always answering 0 would be right on 33.3%."
    )


def test_confidence_that_the_answers_do_not_bear_out():
    labels = np.arange(300) % 3
    predicted = np.where(np.arange(300) % 10 < 6, labels, (labels + 1) % 3)
    over = class_findings(*_answers(labels, predicted, 0.9))[-1]
    assert over == (
        "The probabilities are over-confident: on average its answers are given 90%, "
        "and 60% of them are right."
    )
    under = class_findings(*_answers(labels, predicted, 0.4))[-1]
    assert under.startswith("The probabilities are under-confident: ")
    for kind in ("over", "under"):
        right = class_findings(*_answers(labels, predicted, 0.61))
        assert not any(kind in sentence for sentence in right)
    # Logits say nothing of how sure a model is.
    _, outputs = _answers(labels, predicted, 0.9)
    assert not any("confident" in each for each in class_findings(labels, 10 * outputs))
    # Five examples are too few to say so.
    few = class_findings(*_answers(labels[:5], predicted[:5], 0.9))
    assert not any("over-confident" in sentence for sentence in few)
