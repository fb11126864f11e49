// The view "Code" of an autoencoder: an image, its code as sliders, the decoder's image.

function codeView(images) {
  const place = page.network.code;
  const size = sizeOf(network.operations[place].shape);
  const [height, width, depth] = page.image.shape;
  const original = picture("The image", "pixels large");
  const decoded = picture("What the decoder makes of the code", "pixels large");
  const distance = element("p", { class: "quiet", "aria-live": "polite" });
  let image = images.test[0];
  const code = new Float64Array(size);

  const codeOf = ({ pixels }) => run(imageInputs(pixels), { until: place })[place];
  const codes = images.test.map(codeOf);
  const range = (i) => {
    const values = codes.map((each) => each[i]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return high > low ? [low, high, false] : [low - 1, low + 1, true];
  };
  const sliders = Array.from(code, (_, i) => {
    const [min, max, constant] = range(i);
    return slider(`number ${i + 1}${constant ? ", the same for all" : ""}`, {
      min, max, step: (max - min) / 200, value: min,
      oninput: (value) => {
        code[i] = value;
        decode();
      },
    });
  });

  function decode() {
    const outputs = outputsOf(imageInputs(image.pixels), { from: place, start: code });
    const most = page.image.scale ? 1 : 255;
    const pixels = Uint8ClampedArray.from(outputs, (value) => (255 * value) / most);
    paintImage(decoded, pixels);
    const inputs = imageInputs(image.pixels);
    const error = outputs.reduce((sum, value, i) => sum + (value - inputs[i]) ** 2, 0) / inputs.length;
    distance.textContent = `Mean squared error: ${short(error, 4)}.`;
  }
  function load(chosen) {
    image = chosen;
    setCode(codeOf(image));
    paintImage(original, image.pixels);
  }
  function setCode(values) {
    code.set(values);
    sliders.forEach((each, i) => each.set(values[i]));
    decode();
  }
  const other = () => images.test[Math.floor(Math.random() * images.test.length)];
  const redraw = () => {
    paintImage(original, image.pixels);
    decode();
  };
  redraws.add(redraw);
  load(image);
  return element(
    "div",
    {},
    element(
      "div",
      { class: "columns pair" },
      section("The image", `${height * width * depth} numbers go in.`, original),
      section("The decoder's image", `Made of the ${size} numbers of the code alone.`, decoded, distance),
    ),
    section(
      "The code",
      `All that the decoder gets to know. Each slider goes from the least to the greatest of ` +
        `the ${images.test.length} test images in this page.`,
      element(
        "p",
        { class: "buttons" },
        button("The code of the image", () => setCode(codeOf(image))),
        button("Half way to another image", () => {
          const there = codeOf(other());
          setCode(code.map((value, i) => (value + there[i]) / 2));
        }),
        button("All at the mean", () =>
          setCode(code.map((_, i) => codes.reduce((sum, each) => sum + each[i], 0) / codes.length)),
        ),
      ),
      element("div", { class: "sliders" }, sliders),
    ),
    section(
      "Test images",
      "Choose one: its code is set.",
      element("div", { class: "thumbnails" }, images.test.map((each) => thumbnail(each, load))),
    ),
  );
}
