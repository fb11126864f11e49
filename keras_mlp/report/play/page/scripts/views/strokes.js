// Strokes of a pen as an image like those of MNIST.

// MNIST's digits fill a box of 20 of its 28 pixels, and their centre of mass is in the
// middle. Lines are about two pixels thick, however large they were drawn.
const BOX = 20 / 28;
const PEN = 2.3 / 28;
// So many dots across a pixel: their mean is its grey value.
const FINE = 4;

function renderedStrokes(strokes, height, width, toPixels) {
  const canvas = document.createElement("canvas");
  canvas.width = width * FINE;
  canvas.height = height * FINE;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.lineCap = "round";
  context.lineJoin = "round";
  context.lineWidth = PEN * height * FINE;
  for (const stroke of strokes) {
    context.beginPath();
    stroke.forEach((point, i) => {
      const [x, y] = toPixels(point).map((value) => value * FINE);
      if (i === 0) context.moveTo(x, y);
      // A dot is a line of no length.
      context.lineTo(x, y);
    });
    context.stroke();
  }
  const dots = context.getImageData(0, 0, canvas.width, canvas.height).data;
  const pixels = new Float64Array(height * width);
  for (let y = 0; y < canvas.height; y += 1)
    for (let x = 0; x < canvas.width; x += 1)
      pixels[Math.floor(y / FINE) * width + Math.floor(x / FINE)] +=
        dots[4 * (y * canvas.width + x) + 3] / FINE ** 2;
  return pixels;
}

function centreOfMass(pixels, height, width) {
  let mass = 0;
  let x = 0;
  let y = 0;
  pixels.forEach((value, i) => {
    mass += value;
    x += value * ((i % width) + 0.5);
    y += value * (Math.floor(i / width) + 0.5);
  });
  return mass ? [x / mass, y / mass] : [width / 2, height / 2];
}

// Returns uint8 pixels, `height * width`, of strokes: lists of points `[x, y]`.
function drawnImage(strokes, height, width) {
  const points = strokes.flat();
  if (!points.length) return new Uint8ClampedArray(height * width);
  const ends = (axis, pick) => points.reduce((best, p) => pick(best, p[axis]), points[0][axis]);
  const [left, right] = [ends(0, Math.min), ends(0, Math.max)];
  const [top, bottom] = [ends(1, Math.min), ends(1, Math.max)];
  const pen = PEN * height;
  const room = BOX * Math.min(height, width) - pen;
  const scale = room / Math.max(right - left, bottom - top, 1);
  const placed = ([dx, dy]) => ([x, y]) => [
    width / 2 + (x - (left + right) / 2) * scale + dx,
    height / 2 + (y - (top + bottom) / 2) * scale + dy,
  ];
  const boxed = renderedStrokes(strokes, height, width, placed([0, 0]));
  const [x, y] = centreOfMass(boxed, height, width);
  const centred = placed([width / 2 - x, height / 2 - y]);
  return Uint8ClampedArray.from(renderedStrokes(strokes, height, width, centred));
}
