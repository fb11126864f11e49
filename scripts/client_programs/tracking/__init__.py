"""Programs that write down how a training goes."""
