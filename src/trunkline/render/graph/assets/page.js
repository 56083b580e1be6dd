"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const stage = document.getElementById("stage");
  const view = document.getElementById("view");
  const details = document.getElementById("details");
  const search = document.getElementById("search");
  const hits = document.getElementById("hits");
  const elements = new Map();
  for (const element of view.querySelectorAll("[data-node]")) elements.set(Number(element.dataset.node), element);
  const edges = [...view.querySelectorAll(".edge")];
  const state = { x: 0, y: 0, zoom: 1, chosen: null, matches: [], at: -1 };
  const SMALLEST = 0.02, LARGEST = 4, FAR = 0.42;

  // --- the view

  const show = () => {
    view.setAttribute("transform", `translate(${state.x} ${state.y}) scale(${state.zoom})`);
    stage.classList.toggle("far", state.zoom < FAR);
    drawMap();
  };

  const zoomAt = (x, y, factor) => {
    const zoom = Math.min(LARGEST, Math.max(SMALLEST, state.zoom * factor));
    state.x = x - (x - state.x) * (zoom / state.zoom);
    state.y = y - (y - state.y) * (zoom / state.zoom);
    state.zoom = zoom;
    show();
  };

  const room = () => {
    const right = details.hidden ? 0 : Math.min(400, innerWidth / 2);
    return { left: 20, top: 80, width: innerWidth - right - 40, height: innerHeight - 100 };
  };

  const fit = () => {
    const space = room();
    state.zoom = Math.min(space.width / data.width, space.height / data.height, 1.25);
    state.x = space.left + (space.width - data.width * state.zoom) / 2;
    state.y = space.top + (space.height - data.height * state.zoom) / 2;
    show();
  };

  const begin = () => {
    fit();
    const first = data.nodes[data.start];
    if (first && state.zoom < FAR) {
      state.zoom = 0.75;
      centre(first, 0.12);
    }
  };

  const centre = (node, height = 0.5) => {
    const space = room();
    state.zoom = Math.max(state.zoom, 0.75);
    state.x = space.left + space.width / 2 - (node.x + node.w / 2) * state.zoom;
    state.y = space.top + space.height * height - (node.y + node.h / 2) * state.zoom;
    show();
  };

  // --- pointer

  const pointers = new Map();
  let moved = 0;
  stage.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, event);
    moved = 0;
  });
  stage.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const others = [...pointers.values()].filter((other) => other.pointerId !== event.pointerId);
    moved += Math.abs(event.clientX - before.clientX) + Math.abs(event.clientY - before.clientY);
    if (moved > 4 && !stage.hasPointerCapture(event.pointerId)) {
      stage.setPointerCapture(event.pointerId);
      stage.classList.add("dragging");
    }
    pointers.set(event.pointerId, event);
    if (others.length) {
      const other = others[0];
      const far = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1;
      zoomAt((event.clientX + other.clientX) / 2, (event.clientY + other.clientY) / 2, far(event) / far(before));
    } else {
      state.x += event.clientX - before.clientX;
      state.y += event.clientY - before.clientY;
      show();
    }
  });
  const release = (event) => {
    pointers.delete(event.pointerId);
    stage.classList.remove("dragging");
  };
  stage.addEventListener("pointerup", release);
  stage.addEventListener("pointercancel", release);
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomAt(event.clientX, event.clientY, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)));
  }, { passive: false });
  stage.addEventListener("click", (event) => {
    if (moved > 4) return;
    const element = event.target.closest("[data-node]");
    choose(element ? Number(element.dataset.node) : null);
  });

  // --- one node

  const make = (tag, text, className) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    return element;
  };

  const section = (title, rows) => (rows.length ? [make("h3", title), ...rows] : []);

  const goTo = (index, label) => {
    const button = make("button", undefined, "go");
    if (label) button.append(make("span", label));
    button.append(make("b", data.nodes[index].name));
    button.addEventListener("click", () => { choose(index); centre(data.nodes[index]); });
    return button;
  };

  const table = (pairs) => {
    const list = make("dl");
    for (const [key, value] of pairs) list.append(make("dt", key), make("dd", value));
    return pairs.length ? [list] : [];
  };

  const describe = (node) => {
    const close = make("button", "×", "close");
    close.title = "Close (Esc)";
    close.addEventListener("click", () => choose(null));
    const findings = node.findings.map((finding) => {
      const row = make("div", finding.message, `finding ${finding.severity}`);
      row.append(make("small", [finding.rule, finding.hint].filter(Boolean).join(" · ")));
      return row;
    });
    details.replaceChildren(
      close,
      make("div", node.label + (node.number ? ` ${node.number}` : ""), "kind"),
      make("h2", node.name),
      make("div", node.id, "id"),
      ...section("Changes", node.changes.map((change) => make("div", change, `change ${node.change}`))),
      ...section("Findings", findings),
      ...section("Leads to", node.out.map(([index, label]) => goTo(index, label))),
      ...section("Comes from", node.in.map(([index, label]) => goTo(index, label))),
      ...section("Uses", table(node.uses)),
      ...section("Settings", table(node.settings)),
    );
    details.scrollTop = 0;
  };

  const choose = (index) => {
    if (state.chosen !== null) elements.get(state.chosen).classList.remove("chosen");
    state.chosen = index;
    stage.classList.toggle("focus", index !== null);
    details.hidden = index === null;
    document.body.classList.toggle("reading", index !== null);
    for (const element of elements.values()) element.classList.remove("near");
    for (const edge of edges) {
      const from = Number(edge.dataset.from), to = Number(edge.dataset.to);
      const near = from === index || to === index;
      edge.classList.toggle("near", near);
      if (near) {
        elements.get(from).classList.add("near");
        elements.get(to).classList.add("near");
      }
    }
    if (index !== null) {
      elements.get(index).classList.add("chosen", "near");
      describe(data.nodes[index]);
    }
    drawMap();
  };

  // --- search

  const find = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const index of state.matches) elements.get(index).classList.remove("match");
    state.matches = words.length
      ? data.nodes.map((node, index) => index).filter((index) => words.every((word) => data.nodes[index].text.includes(word)))
      : [];
    for (const index of state.matches) elements.get(index).classList.add("match");
    state.at = -1;
    hits.textContent = words.length ? `${state.matches.length} found` : "";
    drawMap();
  };

  const step = (by) => {
    if (!state.matches.length) return;
    state.at = (state.at + by + state.matches.length) % state.matches.length;
    const index = state.matches[state.at];
    hits.textContent = `${state.at + 1} / ${state.matches.length}`;
    choose(index);
    centre(data.nodes[index]);
  };

  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
    if (event.key === "Escape") { search.value = ""; find(); search.blur(); }
    event.stopPropagation();
  });

  // --- the small map

  const map = document.querySelector("#map canvas");
  const MAP = 180;
  const scale = Math.min(MAP / data.width, (MAP * 0.75) / data.height);
  map.width = Math.max(40, data.width * scale);
  map.height = Math.max(30, data.height * scale);
  const drawMap = () => {
    const pen = map.getContext("2d");
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    pen.clearRect(0, 0, map.width, map.height);
    pen.fillStyle = colour("--edge");
    for (const [x, y, w, h] of data.panels) pen.fillRect(x * scale, y * scale, w * scale, h * scale);
    const matches = new Set(state.matches);
    data.nodes.forEach((node, index) => {
      pen.fillStyle = matches.has(index) ? "#f5b400" : colour(`--f-${node.family}`);
      const size = matches.has(index) ? 4 : 1.5;
      pen.fillRect(node.x * scale, node.y * scale, Math.max(size, node.w * scale), Math.max(size, node.h * scale));
    });
    pen.strokeStyle = colour("--accent");
    pen.lineWidth = 1.5;
    const unit = scale / state.zoom;
    pen.strokeRect(-state.x * unit, -state.y * unit, innerWidth * unit, innerHeight * unit);
  };
  const fromMap = (event) => {
    if (event.type === "pointermove" && !event.buttons) return;
    const box = map.getBoundingClientRect();
    state.x = innerWidth / 2 - ((event.clientX - box.left) / scale) * state.zoom;
    state.y = innerHeight / 2 - ((event.clientY - box.top) / scale) * state.zoom;
    show();
  };
  map.addEventListener("pointerdown", fromMap);
  map.addEventListener("pointermove", fromMap);

  // --- tools

  const theme = (name) => { document.documentElement.dataset.theme = name; drawMap(); };
  const flip = () => theme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");

  const save = () => {
    const copy = stage.cloneNode(true);
    for (const name of ["chosen", "near", "match"]) {
      for (const element of copy.querySelectorAll(`.${name}`)) element.classList.remove(name);
    }
    copy.setAttribute("class", "flow");
    copy.setAttribute("viewBox", `0 0 ${data.width} ${data.height}`);
    copy.setAttribute("width", data.width);
    copy.setAttribute("height", data.height);
    copy.querySelector("#view").removeAttribute("transform");
    const style = `><style>${data.styles[document.documentElement.dataset.theme]}</style>`;
    const text = new XMLSerializer().serializeToString(copy).replace(">", () => style);
    const file = new Blob([text], { type: "image/svg+xml" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `${data.name || "flow"}.svg`;
    link.click();
    URL.revokeObjectURL(link.href);
  };

  const list = document.getElementById("list");
  const remarks = () => {
    const rows = data.nodes.flatMap((node, index) => [
      ...node.findings.map((finding) => [index, finding.message, `finding ${finding.severity}`]),
      ...node.changes.map((change) => [index, change, `change ${node.change}`]),
    ]);
    for (const [index, text, className] of rows) {
      const row = goTo(index);
      row.append(make("span", text));
      row.classList.add(...className.split(" "));
      list.append(row);
    }
    for (const text of data.remarks) list.append(make("div", text, "finding"));
  };

  const toggle = (id) => { const element = document.getElementById(id); element.hidden = !element.hidden; };
  const actions = {
    fit, flip, save,
    print: () => print(),
    in: () => zoomAt(innerWidth / 2, innerHeight / 2, 1.3),
    out: () => zoomAt(innerWidth / 2, innerHeight / 2, 1 / 1.3),
    legend: () => toggle("legend"),
    list: () => toggle("list"),
  };
  for (const button of document.querySelectorAll("[data-do]")) {
    button.addEventListener("click", actions[button.dataset.do]);
  }
  const STEP = 80;
  const keys = {
    "/": () => search.focus(), "+": actions.in, "=": actions.in, "-": actions.out, 0: fit, f: fit, t: flip,
    n: () => step(1), N: () => step(-1), l: actions.legend, Escape: () => choose(null),
    ArrowLeft: () => { state.x += STEP; show(); }, ArrowRight: () => { state.x -= STEP; show(); },
    ArrowUp: () => { state.y += STEP; show(); }, ArrowDown: () => { state.y -= STEP; show(); },
    Enter: () => {
      const element = document.activeElement.closest("[data-node]");
      if (element) choose(Number(element.dataset.node));
    },
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    if (event.key === "Enter" && !document.activeElement.closest("[data-node]")) return;
    event.preventDefault();
    keys[event.key]();
  });
  addEventListener("resize", show);
  let onScreen = "light";
  addEventListener("beforeprint", () => {
    onScreen = document.documentElement.dataset.theme;
    theme("light");
    stage.setAttribute("viewBox", `0 0 ${data.width} ${data.height}`);
    view.removeAttribute("transform");
  });
  addEventListener("afterprint", () => { stage.removeAttribute("viewBox"); theme(onScreen); show(); });

  for (const [index, element] of elements) {
    element.setAttribute("tabindex", "0");
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", data.nodes[index].name);
  }
  if (!document.documentElement.dataset.theme) {
    theme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  }
  remarks();
  begin();
})();
