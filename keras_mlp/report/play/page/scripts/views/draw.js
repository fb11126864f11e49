// The view "Draw": an image goes in, every layer lights up, the answer comes out.

function drawView(images) {
  const [height, width, depth] = page.image.shape;
  const names = page.answer.names;
  let pixels = new Uint8ClampedArray(height * width * depth);
  let shown = null; // The embedded image that was loaded, if any.
  let results = [];

  const seen = picture("What the network sees", "pixels large");
  const answer = element("ol", { class: "bars", "aria-label": "How probable each class is" });
  const verdict = element("p", { class: "verdict", "aria-live": "polite" });
  const nearest = element("div", { class: "thumbnails" });
  const rest = element("div", { class: "quiet" });
  const layers = layersPanel(() => update());
  let nearestBy = "pixels";
  let pause;

  function update() {
    const inputs = imageInputs(pixels);
    results = run(inputs);
    const outputs = results.at(-1);
    const probabilities = answerOf(outputs);
    const best = indexOfLargest(probabilities);
    const empty = shown === null && pixels.every((pixel) => pixel === 0);
    paintImage(seen, pixels);
    bars(answer, names, probabilities, { text: percent, marked: best, largest: 1 });
    const truth = shown === null ? "" : ` The label says ${names[shown.label]}.`;
    verdict.replaceChildren(
      ...(empty
        ? ["Nothing is drawn yet: these are the outputs for an empty image."]
        : ["Read as ", element("strong", {}, names[best]), `, ${percent(probabilities[best])}.${truth}`]),
    );
    layers.light(inputs, results);
    // What takes longer waits until the pen does.
    clearTimeout(pause);
    pause = setTimeout(() => {
      layers.explain();
      showNearest(inputs, empty);
    }, 60);
  }

  function showNearest(inputs, empty) {
    const hidden = denseLayers().at(-2);
    const by = nearestBy === "units" && hidden ? hidden.shown : -1;
    const here = by < 0 ? inputs : results[by];
    const distance = (image) => {
      const there = imageInputs(image.pixels);
      const values = by < 0 ? there : run(there)[by];
      return values.reduce((sum, value, i) => sum + (value - here[i]) ** 2, 0);
    };
    const found = empty
      ? []
      : images.train
          .map((image) => ({ image, far: distance(image) }))
          .sort((a, b) => a.far - b.far)
          .slice(0, 6);
    nearest.replaceChildren(...found.map(({ image }) => thumbnail(image, load)));
    rest.textContent = empty ? "Draw something, or load an image." : "";
  }

  function load(image) {
    shown = image;
    pixels = image.pixels;
    field.forget();
    update();
    field.canvas.closest("section").scrollIntoView({ block: "nearest" });
  }

  const field = drawingField((strokes) => {
    shown = null;
    const drawn = drawnImage(strokes, height, width);
    pixels = Uint8ClampedArray.from(
      { length: drawn.length * depth },
      (_, i) => drawn[Math.floor(i / depth)],
    );
    update();
  });
  redraws.add(() => update());

  const strip = element("div", { class: "thumbnails" });
  const wrong = images.test.filter((image) => image.mistake);
  const right = images.test.filter((image) => !image.mistake);
  const showStrip = (which) =>
    strip.replaceChildren(...(which === "wrong" ? wrong : right).map((i) => thumbnail(i, load)));
  showStrip(wrong.length ? "wrong" : "right");

  const view = element(
    "div",
    {},
    element(
      "div",
      { class: "columns" },
      section(
        "Draw",
        `Draw ${page.image.digits ? "a digit" : "something"}: it becomes ${height} × ${width} ` +
          "numbers, moved and scaled as in the training images.",
        field.canvas,
        element(
          "p",
          { class: "buttons" },
          button("Clear", () => field.clear()),
          button("Take back a line", () => field.undo()),
        ),
        verdict,
      ),
      section(
        "What the network sees",
        `${height * width * depth} numbers, ${page.image.scale ? "from 0 to 1" : "from 0 to 255"}.`,
        seen,
      ),
      section("What it answers", "How probable it holds each class to be.", answer),
    ),
    section(
      "Test images",
      "The network was not trained on these. Choose one to load it. Below those that it " +
        "mistakes stand the label → its answer.",
      choice(
        "Show",
        [
          ["wrong", `mistakes of this network (${wrong.length})`],
          ["right", `others (${right.length})`],
        ],
        wrong.length ? "wrong" : "right",
        showStrip,
      ),
      strip,
    ),
    section(
      "Every layer",
      "Each square is a unit; the brighter, the more it sends on. Choose one to see why.",
      layers.whole,
    ),
    section(
      "The nearest training images",
      `Of ${images.train.length} that are in this page. What looks alike to the eye need not ` +
        "look alike to the last hidden layer.",
      choice(
        "Nearest by",
        [
          ["pixels", "pixels"],
          ["units", "the last hidden layer"],
        ],
        nearestBy,
        (value) => {
          nearestBy = value;
          update();
        },
      ),
      nearest,
      rest,
    ),
    breakingSection(images.test, () => update(), layers),
  );
  // Something to look at, until something is drawn.
  shown = [...wrong, ...right][0];
  pixels = shown.pixels;
  update();
  return view;
}

function thumbnail(image, load) {
  const { names } = page.answer;
  const canvas = element("canvas", { class: "pixels", "aria-hidden": "true" });
  const paintIt = () => paintImage(canvas, image.pixels);
  paintIt();
  const name = names[image.label] ?? String(image.label + 1);
  const said = image.mistake ? `${name} → ${names[image.answer]}` : name;
  return button("", () => load(image), {
    class: image.mistake ? "thumbnail mistake" : "thumbnail",
    "aria-label": `Load an image: ${said}`,
  }).appendChild(canvas).parentNode.appendChild(element("span", {}, said)).parentNode;
}
