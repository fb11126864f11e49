// The network of this page: carried out operation by operation.

const network = {
  operations: page.network.operations,
  inputShape: page.network.input_shape,
  arrays: [], // As trained.
  current: [], // As they are now: "Break it" changes them.
  switchedOff: new Map(), // From the place of an operation to the units that give 0.
};

// Returns the result of each operation.
//
// `from` and `start`: begin after that operation, with its result. `until`: the last that
// is wanted. `whole`: with the weights as trained, whatever was broken.
function run(inputs, { from = -1, start, until = Infinity, whole = false } = {}) {
  const { operations, inputShape } = network;
  const arrays = whole ? network.arrays : network.current;
  const results = [];
  if (from >= 0) results[from] = start;
  const result = (place) => (place < 0 ? inputs : results[place]);
  for (let place = from + 1; place < Math.min(operations.length, until + 1); place += 1) {
    const operation = operations[place];
    const [first] = operation.inputs;
    const values = result(first);
    const before = first < 0 ? inputShape : operations[first].shape;
    const weights = operation.arrays.map((number) => arrays[number]);
    let output;
    switch (operation.type) {
      case "dense":
        output = activated(weightedSums(values, ...weights), operation);
        break;
      case "activation":
        output = activated(values, operation);
        break;
      case "affine":
        output = values.map(
          (x, i) => x * weights[0][i % weights[0].length] + weights[1][i % weights[1].length],
        );
        break;
      case "normalize":
        output = normalized(values, operation, ...weights);
        break;
      case "add":
        output = values.map((x, i) => operation.inputs.reduce((sum, p) => sum + result(p)[i], 0));
        break;
      case "multiply":
        output = values.map((x, i) => operation.inputs.reduce((all, p) => all * result(p)[i], 1));
        break;
      case "convolve":
      case "deconvolve": {
        const kernelShape = page.weights.shapes[operation.arrays[0]];
        const transposed = operation.type === "deconvolve";
        output = convolved(values, before, operation, kernelShape, weights, transposed);
        break;
      }
      case "pool":
        output = pooled(values, before, operation);
        break;
      case "pool_all":
        output = pooled(values, before, {
          shape: [1, 1, before[2]],
          size: before,
          strides: [1, 1],
        });
        break;
      case "enlarge":
        output = enlarged(values, before, operation);
        break;
      case "reshape":
        output = values;
        break;
      default:
        throw new Error(`There is no operation "${operation.type}".`);
    }
    const off = whole ? undefined : network.switchedOff.get(place);
    if (off && off.size) output = output.map((x, i) => (off.has(i) ? 0 : x));
    results.push(output);
  }
  return results;
}

const outputsOf = (inputs, options) => run(inputs, options).at(-1) ?? inputs;

// The probability of each class, or the numbers as they are.
function answerOf(outputs) {
  const { task, from_logits: fromLogits } = page.answer;
  if (task !== "classification") return Array.from(outputs);
  if (outputs.length > 1) return Array.from(fromLogits ? softmax(outputs) : outputs);
  const second = fromLogits ? sigmoid(outputs[0]) : outputs[0];
  return [1 - second, second];
}

const indexOfLargest = (values) => values.reduce((best, x, i) => (x > values[best] ? i : best), 0);

const imageInputs = (pixels) =>
  Float64Array.from(pixels, (pixel) => (page.image.scale ? pixel / 255 : pixel));

// The layers that a reader thinks of: each matrix product, with the operation whose result
// its units send on: after the normalization and the activation that follow.
function denseLayers() {
  const { operations } = network;
  const follows = (operation, place) =>
    ["activation", "affine", "normalize"].includes(operation?.type) &&
    operation.inputs[0] === place;
  return operations.flatMap((operation, place) => {
    if (operation.type !== "dense") return [];
    let shown = place;
    while (follows(operations[shown + 1], shown)) shown += 1;
    return [{ place, shown, operation, units: operation.shape.at(-1) }];
  });
}
