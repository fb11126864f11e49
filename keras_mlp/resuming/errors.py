"""What can be wrong with a directory that a run is resumed from."""


class ResumeError(ValueError):
    """Saved state is damaged, or is that of another model, data set or version.

    Example:

    ```python
    import pathlib
    import keras_mlp

    points = keras_mlp.data.noisy_line(100, seed=0)
    model = keras_mlp.models.LinearRegression()
    model.compile(loss="mse")
    resume = keras_mlp.callbacks.ExactResume("line")
    model.fit(points, callbacks=[resume], verbose=0)
    for path in pathlib.Path("line").glob("checkpoint-*"):
        path.write_bytes(b"damaged")
    try:
        model.fit(points, epochs=2, callbacks=[resume], verbose=0)
    except keras_mlp.callbacks.ResumeError as error:
        assert "damaged" in str(error)
    ```
    """


class DirectoryInUseError(OSError):
    """Another process, or another `fit`, uses the directory.

    Example:

    ```python
    from pathlib import Path
    from keras_mlp.callbacks import DirectoryInUseError
    from keras_mlp.resuming import DirectoryLock

    with DirectoryLock(Path("run")).held():
        try:
            with DirectoryLock(Path("run")).held():
                raise AssertionError
        except DirectoryInUseError as error:
            assert "run" in str(error)
    ```
    """
