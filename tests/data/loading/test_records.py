"""Examples that are read in batches are those that TFDS reads one by one."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_mlp.data.loading.records import TOGETHER, encoded_batches, encoded_examples
from keras_mlp.data.prepared import prepared_builder


def columns(dataset):
    images, labels = zip(*dataset.as_numpy_iterator(), strict=True)
    return list(images), np.array(labels)


@pytest.mark.long_after(1)
@pytest.mark.parametrize(
    "split", ["train", "test[10%:50%]", "train[:100]+test[-50:]", "test[7:8]"]
)
def test_batches_hold_the_examples_in_their_order(split):
    builder = prepared_builder("mnist_5k", None)
    batches = encoded_batches(builder, split)
    sizes = [len(labels) for _, labels in batches]
    assert set(sizes[:-1]) <= {TOGETHER}
    images, labels = columns(batches.unbatch())
    expected_images, expected_labels = columns(encoded_examples(builder, split))
    assert images == expected_images
    np.testing.assert_array_equal(labels, expected_labels)
    assert labels.dtype == expected_labels.dtype == "int64"


def test_files_of_another_format_are_left_to_tfds():
    builder = prepared_builder("mnist_5k", None)
    about = SimpleNamespace(
        file_format=tfds.core.FileFormat.ARRAY_RECORD,
        supervised_keys=builder.info.supervised_keys,
        features=builder.info.features,
    )
    other = SimpleNamespace(info=about, as_dataset=builder.as_dataset)
    images, labels = columns(encoded_batches(other, "test[:20]").unbatch())
    expected_images, expected_labels = columns(encoded_examples(builder, "test[:20]"))
    assert images == expected_images
    np.testing.assert_array_equal(labels, expected_labels)
