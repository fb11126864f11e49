import json
from pathlib import Path

import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp.cli import main


@pytest.fixture
def run_directory(digits_run):
    return digits_run.directory


@pytest.fixture
def digits(tmp_path):
    """Test images that the network reads right, saved as files, by their label."""
    images, labels = next(
        iter(keras_mlp.data.load("mnist_5k", "test", 1000, flatten=False, scale=False))
    )
    files = {}
    for label in (0, 1, 6):
        image = images.numpy()[labels.numpy() == label][0]
        keras.utils.save_img(tmp_path / f"{label}.png", image, scale=False)
        keras.utils.save_img(tmp_path / f"ink-{label}.png", 255 - image, scale=False)
        large = np.kron(image[:, :, 0], np.ones((4, 4)))[..., None]
        keras.utils.save_img(tmp_path / f"large-{label}.jpg", large, scale=False)
        files[label] = tmp_path / f"{label}.png"
    return files


def predict(capsys, *arguments):
    status = main(["predict", *map(str, arguments)])
    captured = capsys.readouterr()
    return status, captured.out.splitlines(), captured.err.splitlines()


def test_answer_and_bars_for_each_image(run_directory, digits, capsys):
    capsys.readouterr()
    status, lines, _ = predict(capsys, run_directory, *digits.values())
    assert status == 0
    # An answer and ten outputs for each image.
    assert len(lines) == 11 * len(digits)
    for (label, path), first in zip(digits.items(), range(0, 33, 11), strict=True):
        assert lines[first] == f"{path}: {label}"
        rows = [line.split() for line in lines[first + 1 : first + 11]]
        assert [row[0] for row in rows] == list("0123456789")
        assert sum(float(row[1]) for row in rows) == pytest.approx(1, abs=1e-3)
        assert rows[label][2] == "█" * 40


def test_answers_as_json_and_without_bars(run_directory, digits, capsys):
    status, [line], _ = predict(capsys, run_directory, *digits.values(), "--json")
    assert status == 0
    found = json.loads(line)["predictions"]
    assert [(one["file"], one["class"]) for one in found] == [
        (str(path), str(label)) for label, path in digits.items()
    ]
    for one in found:
        assert max(one["outputs"], key=one["outputs"].get) == one["class"]
        assert sum(one["outputs"].values()) == pytest.approx(1)
    _, lines, _ = predict(capsys, run_directory, *digits.values(), "--quiet")
    assert lines == [f"{path}: {label}" for label, path in digits.items()]


def test_inverted_and_resized_images_are_read_the_same(run_directory, digits, capsys):
    for label, path in digits.items():
        _, ink, _ = predict(
            capsys, run_directory, path.with_name(f"ink-{label}.png"), "--invert"
        )
        _, plain, _ = predict(capsys, run_directory, path)
        assert ink[1:] == plain[1:]
        _, large, _ = predict(
            capsys, run_directory, path.with_name(f"large-{label}.jpg")
        )
        assert large[0].endswith(f": {label}")


def test_transparent_ink_is_laid_on_paper_and_that_is_said(
    run_directory, digits, capsys, tmp_path
):
    path = tmp_path / "ink.png"
    image = keras.utils.load_img(digits[6], color_mode="grayscale")
    image = keras.utils.img_to_array(image)
    ink = np.concatenate([np.zeros((28, 28, 3)), image], axis=-1)
    keras.utils.save_img(path, ink, scale=False)
    status, lines, error = predict(capsys, run_directory, path, "--invert")
    assert status == 0
    assert lines[0] == f"{path}: 6"
    assert [line for line in error if "transparent" in line] == error[-1:]
    assert f"'{path}' is transparent: its ink is dark" in error[-1]


def test_mistakes_are_one_line(run_directory, digits, capsys, tmp_path):
    (tmp_path / "notes.png").write_text("no image")
    (tmp_path / "empty.png").touch()
    (tmp_path / "half.png").write_bytes(digits[0].read_bytes()[:60])
    for image, expected in {
        "notes.png": "must be a PNG or JPEG image",
        "empty.png": "must be a PNG or JPEG image",
        "half.png": "must be a PNG or JPEG image",
        "absent.png": "a file that can be read",
    }.items():
        status, out, error = predict(capsys, run_directory, tmp_path / image)
        assert status == 2
        assert out == []
        assert len(error) == 1
        assert expected in error[0]
        assert image in error[0]
    status, _, error = predict(capsys, tmp_path, digits[0])
    assert status == 2
    assert "without run.json" in error[0]


def test_run_of_another_kind_or_broken_is_named(digits, line_run, capsys, tmp_path):
    status, _, error = predict(capsys, line_run.directory, digits[0])
    assert status == 2
    assert "run of a classifier" in error[0]
    (tmp_path / "broken").mkdir()
    Path(tmp_path / "broken/run.json").write_text('{"recipe": "digits"')
    status, _, error = predict(capsys, tmp_path / "broken", digits[0])
    assert status == 2
    assert "broken/run.json" in error[0]
