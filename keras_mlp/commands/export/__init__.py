"""`keras-mlp export`: a run's network for places without this package."""

import argparse

from keras_mlp.commands.command_error import CommandError
from keras_mlp.commands.shared.arguments import add_data_dir, one_of
from keras_mlp.commands.shared.checks import check_run
from keras_mlp.requirements import require_extra

HELP = "Export the network of a run: SavedModel, LiteRT or ONNX."

# The ending of the name, and what is needed to write the format and to measure it.
FORMATS: dict[str, tuple[str, tuple[str, ...]]] = {
    "saved_model": ("", ()),
    "litert": (".tflite", ("ai_edge_litert",)),
    "onnx": (".onnx", ("onnx", "tf2onnx", "onnxruntime")),
}
QUANTIZATIONS = ("none", "float16", "int8")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("run", metavar="RUN", help="directory that `train` has written")
    parser.add_argument(
        "--format",
        **one_of(list(FORMATS)),
        default="saved_model",
        metavar="NAME",
        help=f"{', '.join(FORMATS)} (default: saved_model)",
    )
    parser.add_argument(
        "--quantize",
        **one_of(QUANTIZATIONS),
        default="none",
        metavar="NAME",
        help=f"{', '.join(QUANTIZATIONS)}: smaller numbers, for litert (default: none)",
    )
    parser.add_argument(
        "--out", metavar="PATH", help="what to write (default: in RUN/export/)"
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace an export that is there"
    )
    add_data_dir(parser)


def check(arguments: argparse.Namespace) -> None:
    """Says what is wrong as far as that can be seen without TensorFlow."""
    check_run(arguments.run)
    if arguments.quantize != "none" and arguments.format != "litert":
        raise CommandError(
            f"--quantize is for --format litert. Received: --format "
            f"{arguments.format} --quantize {arguments.quantize}."
        )
    _, packages = FORMATS[arguments.format]
    require_extra(f"--format {arguments.format}", *packages)
