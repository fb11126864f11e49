import numpy as np

from keras_mlp.report.columns.dependence import partial_dependence
from keras_mlp.report.columns.findings import column_findings
from keras_mlp.report.columns.importance import Importance, permutation_importance
from keras_mlp.report.evaluation.examples import examples_of


def _table(rows=3000):
    random = np.random.default_rng(0)
    columns = {
        "idle": random.normal(size=rows),
        "strong": random.normal(size=rows),
        "kind": random.choice(["a", "b", ""], size=rows).astype(object),
    }
    return examples_of((columns, np.zeros(rows)))


def _outputs(examples):
    kinds = np.array(
        [{"a": 0.0, "b": 0.5, "": 1.0}[k] for k in examples.column("kind")]
    )
    return (3.0 * examples.column("strong") + kinds)[:, np.newaxis]


def test_importance_is_what_theory_says():
    """Of a sum of columns, shuffling one adds twice its variance to the error."""
    examples = _table()

    def error(some, answers):
        return np.square(_outputs(some) - answers).mean(axis=(1, 2))

    found = permutation_importance(examples, _outputs, error, "mean square error")
    assert found.names == ("strong", "kind", "idle")
    assert (found.base, found.rows) == (0.0, 2000)
    expected = [2 * 9 * np.var(examples.column("strong")), 2 * 0.5**2 * 2 / 3, 0]
    np.testing.assert_allclose(found.rises, expected, rtol=0.1)
    assert found.matters().tolist() == [True, True, False]
    again = permutation_importance(examples, _outputs, error, "mean square error")
    np.testing.assert_array_equal(found.rises, again.rises)


def test_rows_of_numbers_are_shuffled_alike():
    random = np.random.default_rng(0)
    examples = examples_of((random.normal(size=(50, 2)), np.zeros(50)), ["a", "b"])

    def outputs(some):
        return some.inputs[:, 1:]

    def error(some, answers):
        return np.square(some.inputs[:, 1:] - answers).mean(axis=(1, 2))

    before = examples.inputs.copy()
    found = permutation_importance(examples, outputs, error, "error")
    assert found.names == ("b", "a")
    assert found.rises[1] == 0
    np.testing.assert_array_equal(examples.inputs, before)


def test_dependence_on_numbers_and_on_text():
    examples = _table()
    numbers = partial_dependence(examples, "strong", _outputs)
    slope = np.polyfit(numbers.values, numbers.outputs[:, 0], 1)[0]
    assert abs(slope - 3) < 1e-5
    texts = partial_dependence(examples, "kind", _outputs)
    means = dict(zip(texts.values, texts.outputs[:, 0], strict=True))
    assert set(means) == {"a", "b", "(missing)"}
    assert abs(means["b"] - means["a"] - 0.5) < 1e-6
    assert abs(means["(missing)"] - means["a"] - 1) < 1e-6


def test_a_column_without_values_has_no_dependence():
    examples = examples_of(({"gone": [np.nan, np.nan]}, [0, 1]))
    assert partial_dependence(examples, "gone", lambda some: some) is None


def _importance(names, rises, spreads):
    return Importance(
        tuple(names), np.array(rises), np.array(spreads), 0.5, "cross-entropy", 100
    )


def test_sentences_name_what_matters_and_what_does_not():
    found = _importance("abcd", [1.0, 0.4, 0.2, 0.001], [0.01] * 4)
    assert column_findings(found) == [
        "The column a matters most: with its values shuffled, the cross-entropy rises "
        "from 0.5 to 1.5. Next: b and c.",
        "d does not matter: when shuffled, the cross-entropy stays.",
    ]


def test_sentences_where_one_matters_and_many_do_not():
    found = _importance("abcdefghij", [1.0] + [0.0] * 9, [0.01] * 10)
    assert column_findings(found)[1] == (
        "b, c, d, e, f, g and 3 more do not matter: when shuffled, the cross-entropy "
        "stays."
    )


def test_sentence_where_nothing_matters():
    # One is within two standard errors of five shuffles, the other a trifle.
    found = _importance("ab", [0.05, 0.004], [0.06, 0.0])
    assert column_findings(found) == [
        "No column matters: whichever is shuffled, the cross-entropy stays about 0.5."
    ]
