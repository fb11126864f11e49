// `keras_mlp.layers.MLP`, with its options, trained in the page.

const GATES = { glu: "sigmoid", swiglu: "silu", geglu: "gelu" };
const MOMENTUM = 0.99;

class Perceptron {
  // `units`: of the hidden layers and the output. The other options are those of `MLP`.
  constructor(inputs, units, options, random) {
    Object.assign(this, { options, random, steps: 0 });
    this.weights = [];
    let width = inputs;
    this.layers = units.map((count, i) => {
      const layer = this.makeLayer(width, count, i === units.length - 1);
      width = count;
      return layer;
    });
  }

  weight(rows, columns, kind) {
    const made = matrix(rows, columns);
    if (kind === "kernel") {
      const limit = Math.sqrt(6 / (rows + columns));
      made.data = made.data.map(() => (2 * this.random() - 1) * limit);
    } else if (kind === "ones") made.data.fill(1);
    Object.assign(made, { kind, mean: new Float64Array(rows * columns), square: new Float64Array(rows * columns) });
    this.weights.push(made);
    return made;
  }

  makeLayer(width, count, last) {
    const { normalization, gate, residual } = this.options;
    const layer = { kernel: this.weight(width, count, "kernel"), bias: this.weight(1, count, "zeros") };
    if (last) return layer;
    if (normalization) {
      layer.gamma = this.weight(1, count, "ones");
      if (normalization !== "rms") layer.beta = this.weight(1, count, "zeros");
      layer.moving = { means: new Float64Array(count), squares: new Float64Array(count).fill(1) };
    }
    if (gate) {
      layer.gateKernel = this.weight(width, count, "kernel");
      layer.gateBias = this.weight(1, count, "zeros");
    }
    if (residual === "project" && width !== count)
      layer.projection = this.weight(width, count, "kernel");
    layer.adds = Boolean(residual) && (width === count || Boolean(layer.projection));
    layer.hidden = true;
    return layer;
  }

  normalized(layer, x, training) {
    const kind = this.options.normalization;
    const epsilon = kind === "rms" ? 1e-6 : 1e-3;
    let result;
    if (kind === "batch" && !training) {
      const { means, squares } = layer.moving;
      result = matrix(x.rows, x.columns);
      result.data = x.data.map((value, i) => {
        const j = i % x.columns;
        return (value - means[j]) / Math.sqrt(squares[j] + epsilon);
      });
    } else result = standardized(x, { byColumn: kind === "batch", centred: kind !== "rms", epsilon });
    if (kind === "batch" && training)
      for (const name of ["means", "squares"])
        layer.moving[name] = layer.moving[name].map(
          (value, j) => MOMENTUM * value + (1 - MOMENTUM) * result[name][j],
        );
    const scaled = times(result, layer.gamma);
    return layer.beta ? sum(scaled, layer.beta) : scaled;
  }

  dropped(x) {
    const kept = 1 - this.options.dropout;
    const mask = matrix(x.rows, x.columns);
    mask.data = mask.data.map(() => (this.random() < kept ? 1 / kept : 0));
    return times(x, mask);
  }

  // Returns the results of all layers; the last are the outputs.
  results(inputs, training = false) {
    const { activation, gate, dropout } = this.options;
    let x = inputs;
    return this.layers.map((layer) => {
      const before = x;
      x = sum(product(x, layer.kernel), layer.bias);
      if (!layer.hidden) return x;
      if (layer.gamma) x = this.normalized(layer, x, training);
      if (gate) {
        const opened = sum(product(before, layer.gateKernel), layer.gateBias);
        x = times(x, bent(opened, GATES[gate]));
      } else x = bent(x, activation);
      if (training && dropout) x = this.dropped(x);
      if (layer.adds)
        x = sum(x, layer.projection ? product(before, layer.projection) : before);
      return x;
    });
  }

  // One step on the binary cross-entropy of logits; returns the loss before it.
  trainStep(inputs, labels, { optimizer, rate, l2 }) {
    this.weights.forEach((weight) => weight.gradient.fill(0));
    const outputs = this.results(inputs, true).at(-1);
    let loss = 0;
    labels.forEach((label, i) => {
      const x = outputs.data[i];
      loss += (activations.softplus(x) - label * x) / labels.length;
      outputs.gradient[i] = (sigmoid(x) - label) / labels.length;
    });
    goBack(outputs);
    this.steps += 1;
    for (const weight of this.weights) {
      if (weight.kind === "kernel" && l2)
        weight.data.forEach((value, i) => {
          loss += l2 * value * value;
          weight.gradient[i] += 2 * l2 * value;
        });
      if (optimizer === "adam") this.adamUpdate(weight, rate);
      else weight.data.forEach((value, i) => { weight.data[i] = value - rate * weight.gradient[i]; });
    }
    return loss;
  }

  adamUpdate(weight, rate) {
    const corrected = (rate * Math.sqrt(1 - 0.999 ** this.steps)) / (1 - 0.9 ** this.steps);
    weight.gradient.forEach((g, i) => {
      weight.mean[i] += (g - weight.mean[i]) * 0.1;
      weight.square[i] += (g * g - weight.square[i]) * 0.001;
      weight.data[i] -= (corrected * weight.mean[i]) / (Math.sqrt(weight.square[i]) + 1e-7);
    });
  }
}
