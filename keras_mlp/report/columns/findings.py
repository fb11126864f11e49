"""Which columns of a table matter, in sentences."""

from keras_mlp.report.columns.importance import Importance
from keras_mlp.report.text import listed, number

_MOST_NAMED = 3
_MOST_IDLE_NAMED = 6


def column_findings(importance: Importance) -> list[str]:
    """Says which columns matter most and which do not.

    Args:
        importance: What `permutation_importance` found.

    Returns:
        A sentence for each thing that the figures show.
    """
    matters = importance.matters()
    rises = dict(zip(importance.names, importance.rises, strict=True))
    first = [name for name, yes in zip(importance.names, matters, strict=True) if yes]
    idle = [name for name in importance.names if name not in first]
    sentences = []
    if first:
        leader = first[0]
        risen = importance.base + rises[leader]
        others = first[1:_MOST_NAMED]
        sentences.append(
            f"The column {leader} matters most: with its values shuffled, the "
            f"{importance.measure} rises from {number(importance.base)} to "
            f"{number(risen)}." + (f" Next: {listed(others)}." if others else "")
        )
    else:
        sentences.append(
            f"No column matters: whichever is shuffled, the {importance.measure} "
            f"stays about {number(importance.base)}."
        )
    if first and idle:
        rest = len(idle) - _MOST_IDLE_NAMED
        named = [*idle[:_MOST_IDLE_NAMED], *([f"{rest} more"] if rest > 0 else [])]
        word = "do" if len(named) > 1 else "does"
        sentences.append(
            f"{listed(named)} {word} not matter: when shuffled, the "
            f"{importance.measure} stays."
        )
    return sentences
