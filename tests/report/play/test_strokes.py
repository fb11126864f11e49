import numpy as np
import pytest

import keras_mlp
from keras_mlp import report
from keras_mlp.data import DatasetNotPreparedError
from tests.report.play.digits import drawn_digits


@pytest.mark.long
def test_digits_drawn_by_strokes_are_read(browser, tmp_path):
    recipe = keras_mlp.recipes.get("digits").replace(dataset="mnist", epochs=3)
    try:
        test = recipe.raw_images("test[:200]")
    except DatasetNotPreparedError as error:
        pytest.skip(str(error))
    model = recipe.model(seed=0)
    model.fit(recipe.train_data(), epochs=recipe.epochs, verbose=0)
    path = report.play(model, tmp_path / "play.html", test)
    browser.open(path)
    answers = []
    for _, strokes in drawn_digits(100):
        browser.evaluate("document.querySelector('.buttons button').click()")
        browser.draw(strokes)
        answers.append(
            browser.evaluate(
                "new Promise(done => requestAnimationFrame(() => setTimeout(() => done("
                "document.querySelector('.verdict strong').textContent))))"
            )
        )
    right = np.equal(answers, [str(digit) for digit, _ in drawn_digits(100)])
    assert right.sum() >= 95
