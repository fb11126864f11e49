// A gradient tape for matrices: each operation notes how to go back through it.

function matrix(rows, columns, data = new Float64Array(rows * columns)) {
  return { rows, columns, data, gradient: new Float64Array(rows * columns), back: null, from: [] };
}

function noted(rows, columns, from, back) {
  return { ...matrix(rows, columns), from, back };
}

// Goes back from a result whose gradient is set, through all that it was made from.
function goBack(result) {
  const order = [];
  const seen = new Set();
  const visit = (node) => {
    if (seen.has(node)) return;
    seen.add(node);
    node.from.forEach(visit);
    order.push(node);
  };
  visit(result);
  order.reverse().forEach((node) => node.back?.());
}

function product(a, b) {
  const result = noted(a.rows, b.columns, [a, b], () => {
    for (let i = 0; i < a.rows; i += 1)
      for (let k = 0; k < a.columns; k += 1) {
        const place = i * a.columns + k;
        let sum = 0;
        for (let j = 0; j < b.columns; j += 1) {
          const g = result.gradient[i * b.columns + j];
          sum += g * b.data[k * b.columns + j];
          b.gradient[k * b.columns + j] += g * a.data[place];
        }
        a.gradient[place] += sum;
      }
  });
  for (let i = 0; i < a.rows; i += 1)
    for (let k = 0; k < a.columns; k += 1) {
      const value = a.data[i * a.columns + k];
      for (let j = 0; j < b.columns; j += 1)
        result.data[i * b.columns + j] += value * b.data[k * b.columns + j];
    }
  return result;
}

// A row is added to, or multiplied with, each row of `a`; or matrices of one shape.
function combined(a, b, value, toA, toB) {
  const at = b.rows === 1 && a.rows !== 1 ? (i) => i % b.columns : (i) => i;
  const result = noted(a.rows, a.columns, [a, b], () => {
    for (let i = 0; i < a.data.length; i += 1) {
      const g = result.gradient[i];
      const j = at(i);
      a.gradient[i] += g * toA(b.data[j]);
      b.gradient[j] += g * toB(a.data[i]);
    }
  });
  for (let i = 0; i < a.data.length; i += 1) result.data[i] = value(a.data[i], b.data[at(i)]);
  return result;
}

const sum = (a, b) => combined(a, b, (x, y) => x + y, () => 1, () => 1);
const times = (a, b) => combined(a, b, (x, y) => x * y, (y) => y, (x) => x);

const SLOPES = {
  linear: () => 1,
  relu: (x) => (x > 0 ? 1 : 0),
  tanh: (x) => 1 - Math.tanh(x) ** 2,
  sigmoid: (x) => sigmoid(x) * (1 - sigmoid(x)),
  silu: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))),
  elu: (x) => (x > 0 ? 1 : Math.exp(x)),
  gelu: (x) =>
    (1 + errorFunction(x / Math.SQRT2)) / 2 + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI),
};

function bent(a, activation) {
  const result = noted(a.rows, a.columns, [a], () => {
    for (let i = 0; i < a.data.length; i += 1)
      a.gradient[i] += result.gradient[i] * SLOPES[activation](a.data[i]);
  });
  result.data = a.data.map((x) => activations[activation](x));
  return result;
}

// Brings each row (or column) to the mean 0, if `centred`, and the mean square 1.
// Returns the result with `means` and `squares`, which batch normalization remembers.
function standardized(a, { byColumn, centred, epsilon }) {
  const groups = byColumn ? a.columns : a.rows;
  const size = byColumn ? a.rows : a.columns;
  const at = (group, i) => (byColumn ? i * a.columns + group : group * a.columns + i);
  const means = new Float64Array(groups);
  const squares = new Float64Array(groups);
  const factor = (group) => 1 / Math.sqrt(squares[group] + epsilon);
  const result = noted(a.rows, a.columns, [a], () => {
    for (let group = 0; group < groups; group += 1) {
      let mean = 0;
      let along = 0;
      for (let i = 0; i < size; i += 1) {
        mean += result.gradient[at(group, i)] / size;
        along += (result.gradient[at(group, i)] * result.data[at(group, i)]) / size;
      }
      if (!centred) mean = 0;
      for (let i = 0; i < size; i += 1) {
        const place = at(group, i);
        a.gradient[place] += factor(group) * (result.gradient[place] - mean - result.data[place] * along);
      }
    }
  });
  for (let group = 0; group < groups; group += 1) {
    for (let i = 0; i < size; i += 1) means[group] += centred ? a.data[at(group, i)] / size : 0;
    for (let i = 0; i < size; i += 1)
      squares[group] += (a.data[at(group, i)] - means[group]) ** 2 / size;
    for (let i = 0; i < size; i += 1)
      result.data[at(group, i)] = (a.data[at(group, i)] - means[group]) * factor(group);
  }
  return Object.assign(result, { means, squares });
}
