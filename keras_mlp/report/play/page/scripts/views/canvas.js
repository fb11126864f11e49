// The field that is drawn on: with mouse, pen or finger, or with the keyboard.

const FIELD = 280;
const KEY_STEP = 8;

function drawingField(onchange) {
  const canvas = element("canvas", {
    id: "field",
    width: FIELD,
    height: FIELD,
    tabindex: 0,
    role: "application",
    "aria-label":
      "Drawing field. Arrow keys move the pen, the space bar lowers and lifts it, " +
      "Backspace takes the last line away, Escape clears.",
  });
  let strokes = [];
  let pen = [FIELD / 2, FIELD / 2];
  let penIsDown = false;
  let pointer = null;

  const draw = () => {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, FIELD, FIELD);
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = 20;
    context.strokeStyle = colour("ink");
    for (const stroke of strokes) {
      context.beginPath();
      stroke.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
      if (stroke.length === 1) context.lineTo(...stroke[0]);
      context.stroke();
    }
    if (!strokes.length && document.activeElement !== canvas) {
      context.fillStyle = colour("quiet");
      context.font = "16px system-ui, sans-serif";
      context.textAlign = "center";
      context.fillText("Draw here", FIELD / 2, FIELD / 2);
    }
    if (document.activeElement === canvas && pointer === null) {
      context.lineWidth = 2;
      context.strokeStyle = colour(penIsDown ? "below" : "mark");
      context.beginPath();
      context.arc(...pen, 9, 0, 2 * Math.PI);
      context.stroke();
    }
  };
  // Once for each picture that the screen shows, however many points a pen gives.
  let waiting = false;
  const changed = () => {
    draw();
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      onchange(strokes);
    });
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * FIELD) / box.width,
      ((event.clientY - box.top) * FIELD) / box.height,
    ];
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pointer = event.pointerId;
    penIsDown = false;
    // Not of a pointer that a script made up: there is nothing to hold.
    if (event.isTrusted) canvas.setPointerCapture(pointer);
    strokes.push([place(event)]);
    changed();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const between = event.getCoalescedEvents?.() ?? [];
    strokes.at(-1).push(...(between.length ? between : [event]).map(place));
    changed();
  });
  for (const end of ["pointerup", "pointercancel"])
    canvas.addEventListener(end, (event) => {
      if (event.pointerId === pointer) pointer = null;
    });

  const api = {
    canvas,
    draw,
    clear() {
      strokes = [];
      penIsDown = false;
      changed();
    },
    undo() {
      strokes.pop();
      penIsDown = false;
      changed();
    },
    forget() {
      strokes = [];
      penIsDown = false;
      draw();
    },
  };
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    if (move) {
      pen = pen.map((value, axis) =>
        Math.min(FIELD, Math.max(0, value + KEY_STEP * move[axis])),
      );
      if (penIsDown) {
        strokes.at(-1).push(pen);
        changed();
      } else draw();
    } else if (event.key === " ") {
      penIsDown = !penIsDown;
      if (penIsDown) strokes.push([pen]);
      changed();
    } else if (event.key === "Backspace") api.undo();
    else if (event.key === "Escape") api.clear();
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("focus", draw);
  canvas.addEventListener("blur", () => {
    penIsDown = false;
    draw();
  });
  redraws.add(draw);
  return api;
}
