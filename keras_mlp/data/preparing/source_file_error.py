"""The error that a file cannot become a data set."""


class SourceFileError(ValueError):
    """A file from which a data set is made is missing, damaged or the wrong one.

    The message names it, what was expected and what was found.

    Example:

    ```python
    import keras_mlp

    try:
        keras_mlp.data.prepare("mnist", source="no-such-directory")
    except keras_mlp.data.SourceFileError as error:
        assert "no-such-directory" in str(error)
    ```
    """
