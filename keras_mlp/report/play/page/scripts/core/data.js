// What the page holds: the network, its weights and some images, unpacked once.

const page = JSON.parse(document.getElementById("page-data").textContent);

async function inflated(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const sizeOf = (shape) => shape.reduce((product, size) => product * size, 1);

// A weight is a whole number of 24 bits times the scale of its column. First come the
// scales of all columns, then all high bytes, all middle bytes and all low bytes.
async function unpackedWeights({ shapes, packed }) {
  const data = await inflated(packed);
  const columns = shapes.map((shape) => shape[shape.length - 1]);
  const scaleCount = columns.reduce((sum, count) => sum + count, 0);
  const scales = new Float32Array(data.buffer, 0, scaleCount);
  const count = shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
  const high = data.subarray(4 * scaleCount);
  const middle = high.subarray(count);
  const low = middle.subarray(count);
  let place = 0;
  let firstScale = 0;
  return shapes.map((shape, number) => {
    const values = new Float64Array(sizeOf(shape));
    for (let i = 0; i < values.length; i += 1, place += 1) {
      const whole = (high[place] << 16) + (middle[place] << 8) + low[place] - 2 ** 23;
      values[i] = whole * scales[firstScale + (i % columns[number])];
    }
    firstScale += columns[number];
    return values;
  });
}

async function unpackedImages({ packed, labels }) {
  const pixels = await inflated(packed);
  const size = pixels.length / labels.length;
  return labels.map((label, i) => ({ label, pixels: pixels.subarray(i * size, (i + 1) * size) }));
}
