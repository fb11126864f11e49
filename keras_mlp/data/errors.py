"""Errors of the data functions, so that callers can tell them apart."""


class UnknownDatasetError(ValueError):
    """No data set has this name; the message lists names that are near it.

    Example:

    ```python
    import keras_mlp

    try:
        keras_mlp.data.load("mnist_5")
    except keras_mlp.data.UnknownDatasetError as error:
        assert "mnist_5k" in str(error)
    ```
    """


class DatasetNotPreparedError(FileNotFoundError):
    """The data set exists but its files are not on this machine.

    The message says where they were looked for and how to get them.

    Example:

    ```python
    import keras_mlp

    try:
        keras_mlp.data.describe("mnist", data_dir="no-such-directory")
    except keras_mlp.data.DatasetNotPreparedError as error:
        assert "no-such-directory" in str(error)
    ```
    """
