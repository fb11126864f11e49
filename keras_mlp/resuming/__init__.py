"""Resuming: the state of a run, where it is kept, and how to continue from it.

`TERMINATED` is the exit status of a program that SIGTERM has stopped, its state saved:
128 and the number of the signal. `callbacks.ExactResume` is the way to use this.

```python
import signal
import keras_mlp

assert keras_mlp.resuming.TERMINATED == 128 + signal.SIGTERM
```
"""

from keras_mlp.resuming.checkpoints import Checkpoints as Checkpoints
from keras_mlp.resuming.directory_lock import DirectoryLock as DirectoryLock
from keras_mlp.resuming.errors import DirectoryInUseError, ResumeError
from keras_mlp.resuming.run_state import RunState as RunState
from keras_mlp.resuming.saving import Saving as Saving
from keras_mlp.resuming.stop_signals import TERMINATED
from keras_mlp.resuming.stop_signals import StopSignals as StopSignals

__all__ = ["TERMINATED", "DirectoryInUseError", "ResumeError"]
