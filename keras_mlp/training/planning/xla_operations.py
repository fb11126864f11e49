"""What XLA may compile: operations with TensorFlow's results and errors.

On a CPU, XLA leaves out what asserts and checks as it runs, moves an index that does
not exist to one that does, draws other random numbers than TensorFlow and ignores the
seeds of some. So there is a list of what it may compile, and not of what it may not:
products of matrices, arithmetic on each element, reductions, casts, shapes, the
assignment of variables, and conditions and loops around these; and random bits by the
algorithm "philox", which are the same in both.

Convolutions are not in it: XLA's kernels for them are many times slower.
"""

from collections.abc import Iterable
from typing import Any

import tensorflow as tf

_PRODUCTS = "BatchMatMul BatchMatMulV2 BatchMatMulV3 BiasAdd BiasAddGrad Einsum MatMul"

_EACH_ELEMENT = """
Abs AddN AddV2 Add Acos Asin Atan Atan2 Ceil ClipByValue Cos Cosh Div DivNoNan Elu
EluGrad Erf Erfc Erfinv Exp Expm1 Floor FloorDiv FloorMod InvGrad IsFinite IsInf IsNan
LeakyRelu LeakyReluGrad Log Log1p LogicalAnd LogicalNot LogicalOr Maximum Minimum Mod
Mul MulNoNan Neg NextAfter Pow RealDiv Reciprocal ReciprocalGrad Relu Relu6 Relu6Grad
ReluGrad Rint Round Rsqrt RsqrtGrad Selu SeluGrad Sigmoid SigmoidGrad Sign Sin Sinh
Softplus SoftplusGrad Softsign SoftsignGrad Sqrt SqrtGrad Square SquaredDifference Sub
Tan Tanh TanhGrad TruncateDiv TruncateMod Xdivy Xlog1py Xlogy BitwiseAnd BitwiseOr
BitwiseXor LeftShift RightShift Equal Greater GreaterEqual Less LessEqual NotEqual
Select SelectV2
"""

_REDUCTIONS = """
All Any ArgMax ArgMin Cumprod Cumsum EuclideanNorm L2Loss LogSoftmax Max Mean Min Prod
Softmax SoftmaxCrossEntropyWithLogits SparseSoftmaxCrossEntropyWithLogits Sum
"""

_SHAPES = """
Bitcast BroadcastArgs BroadcastGradientArgs BroadcastTo Cast ConcatOffset ConcatV2
Const DynamicStitch EnsureShape ExpandDims Fill Identity IdentityN MatrixDiag
MatrixDiagPart MirrorPad OneHot OnesLike Pack Pad PadV2 PreventGradient Range Rank
Reshape ReverseV2 Shape ShapeN Size Slice Snapshot Split SplitV Squeeze StopGradient
StridedSlice StridedSliceGrad Tile Transpose Unpack ZerosLike
"""

_PROGRAMS = """
AssignAddVariableOp AssignSubVariableOp AssignVariableOp Case If NoOp PartitionedCall
Placeholder ReadVariableOp StatefulPartitionedCall StatelessCase StatelessIf
StatelessWhile VariableShape While _Arg _Retval
"""

_RANDOM_BITS = "StatelessRandomGetKeyCounter StatelessRandomUniformFullIntV2:philox"

ALLOWED = frozenset(
    " ".join(
        [_PRODUCTS, _EACH_ELEMENT, _REDUCTIONS, _SHAPES, _PROGRAMS, _RANDOM_BITS]
    ).split()
)


def not_for_xla(operations: Iterable[str]) -> list[str]:
    """Returns those operations that XLA may not compile, in order.

    Args:
        operations: Kinds of operations.
    """
    return sorted(set(operations) - ALLOWED)


def operations_of(graph: Any) -> frozenset[str]:
    """Returns the kinds of operations in a graph, and in its functions.

    Args:
        graph: A `tf.Graph`.
    """
    definition = graph.as_graph_def()
    bodies = [
        definition.node,
        *(function.node_def for function in definition.library.function),
    ]
    return frozenset(
        _kind(node, body)
        for body in bodies
        for node in body
        if not _is_of_a_shape(node)
    )


def _kind(node: Any, body: Any) -> str:
    """Returns the kind of an operation; of random bits, with their algorithm."""
    if node.op != "StatelessRandomUniformFullIntV2":
        return node.op
    algorithm = node.input[3].split(":")[0]
    [value] = [
        tf.make_ndarray(each.attr["value"].tensor)
        for each in body
        if each.name == algorithm and each.op == "Const"
    ] or [None]
    return node.op + (":philox" if value == tf.random.Algorithm.PHILOX.value else "")


def _is_of_a_shape(node: Any) -> bool:
    """Returns whether an operation looks up sizes, as gradients of reductions do."""
    return (
        node.op == "GatherV2"
        and node.attr["Tparams"].type in _INTEGERS
        and "gradient_tape/" in node.name
    )


# `tf.int32` and `tf.int64`, of which shapes are.
_INTEGERS = (3, 9)
