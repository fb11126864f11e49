// What each operation of a network computes, for one example.

// The error function, by its power series: GELU needs it. Beyond 4 it is 1 to eight places.
function errorFunction(x) {
  if (Math.abs(x) > 4) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n += 1) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

const activations = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  leaky_relu: (x, slope = 0.2) => (x > 0 ? x : slope * x),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  elu: (x, slope = 1) => (x > 0 ? x : slope * Math.expm1(x)),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  gelu: (x) => (x * (1 + errorFunction(x / Math.SQRT2))) / 2,
  silu: (x) => x * sigmoid(x),
  sigmoid,
  hard_sigmoid: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
  tanh: Math.tanh,
  softplus: (x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0),
  softsign: (x) => x / (1 + Math.abs(x)),
  exponential: Math.exp,
};

function softmax(values) {
  const largest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function activated(values, { activation, slope }) {
  if (activation === "softmax") return softmax(values);
  const f = activations[activation];
  return values.map((value) => f(value, slope));
}

// The sums before the activation: one for each column of the kernel.
function weightedSums(values, kernel, bias) {
  const width = kernel.length / values.length;
  const sums = bias ? Float64Array.from(bias) : new Float64Array(width);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (value === 0) continue;
    const row = i * width;
    for (let j = 0; j < width; j += 1) sums[j] += value * kernel[row + j];
  }
  return sums;
}

function normalized(values, { epsilon, center }, gamma, beta) {
  const mean = center ? values.reduce((a, b) => a + b, 0) / values.length : 0;
  const square = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  const factor = 1 / Math.sqrt(square + epsilon);
  return values.map((x, i) => (x - mean) * factor * gamma[i] + beta[i]);
}

// Calls `use(from, to, row, column)` for each place of a window in each position: those of
// the small grid are `from`, `to` is where the window lies on the large one.
function overWindows([height, width], [, largeWidth], size, strides, use) {
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      for (let row = 0; row < size[0]; row += 1)
        for (let column = 0; column < size[1]; column += 1)
          use(
            y * width + x,
            (y * strides[0] + row) * largeWidth + x * strides[1] + column,
            row,
            column,
          );
}

function convolved(values, before, operation, kernelShape, [kernel, bias], transposed) {
  const { shape, strides } = operation;
  const [rows, columns, inputs, outputs] = kernelShape;
  const sums = new Float64Array(sizeOf(shape));
  if (bias) for (let i = 0; i < sums.length; i += 1) sums[i] = bias[i % outputs];
  const [small, large] = transposed ? [before, shape] : [shape, before];
  overWindows(small, large, [rows, columns], strides, (from, to, row, column) => {
    const source = (transposed ? from : to) * inputs;
    const target = (transposed ? to : from) * outputs;
    for (let i = 0; i < inputs; i += 1) {
      const value = values[source + i];
      if (value === 0) continue;
      const first = ((row * columns + column) * inputs + i) * outputs;
      for (let o = 0; o < outputs; o += 1) sums[target + o] += value * kernel[first + o];
    }
  });
  return activated(sums, operation);
}

function pooled(values, before, { shape, size, strides }) {
  const channels = shape[2];
  const largest = new Float64Array(sizeOf(shape)).fill(-Infinity);
  overWindows(shape, before, size, strides, (from, to) => {
    for (let c = 0; c < channels; c += 1) {
      const value = values[to * channels + c];
      if (value > largest[from * channels + c]) largest[from * channels + c] = value;
    }
  });
  return largest;
}

function enlarged(values, before, { shape, size }) {
  const [, width, channels] = shape;
  return new Float64Array(sizeOf(shape)).map((_, i) => {
    const place = Math.floor(i / channels);
    const y = Math.floor(Math.floor(place / width) / size[0]);
    const x = Math.floor((place % width) / size[1]);
    return values[(y * before[1] + x) * channels + (i % channels)];
  });
}
