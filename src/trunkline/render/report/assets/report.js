"use strict";
(() => {
  const find = (query) => [...document.querySelectorAll(query)];
  const [tools, search, kind, hits, nothing] = ["tools", "search", "kind", "hits", "nothing"].map((id) => document.getElementById(id));
  const items = find("[data-item]");
  const chips = find("#tools .chip");
  const sections = find("main > section:not(#summary)");
  const tables = new Set(items.map((item) => item.closest("table")).filter(Boolean));
  const texts = new Map();
  tools.hidden = false;

  /* The text of an item, that of its drawing too: gathered once, when somebody searches. */
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const levels = chips.filter((chip) => chip.ariaPressed === "true").map((chip) => chip.dataset.level);
    const narrowed = words.length || levels.length || kind.value;
    let shown = 0;
    for (const item of items) {
      const is = item.dataset;
      const fits =
        (!kind.value || is.kind === kind.value) &&
        (!levels.length || levels.some((level) => is.levels.split(" ").includes(level))) &&
        words.every((word) => textOf(item).includes(word));
      item.hidden = !fits;
      shown += fits;
    }
    for (const part of sections) part.hidden = Boolean(narrowed) && !part.querySelector("[data-item]:not([hidden])");
    for (const table of tables) table.parentElement.hidden = !table.querySelector("tr[data-item]:not([hidden])");
    document.getElementById("summary").hidden = Boolean(narrowed);
    hits.textContent = narrowed ? `${shown.toLocaleString("en")} of ${items.length.toLocaleString("en")}` : "";
    nothing.hidden = !narrowed || shown > 0;
  };

  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 80);
  });
  kind.addEventListener("change", show);
  for (const chip of chips)
    chip.addEventListener("click", () => {
      chip.ariaPressed = String(chip.ariaPressed !== "true");
      show();
    });

  const theme = () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  };
  const cards = () => find("details.card").filter((card) => !card.hidden);
  const open = (button) => {
    const all = cards();
    const opening = all.some((card) => !card.open);
    for (const card of all) card.open = opening;
    button.textContent = opening ? "Close all" : "Open all";
  };
  const verbs = { theme, open, print: () => print() };
  for (const button of find("[data-do]")) button.addEventListener("click", () => verbs[button.dataset.do](button));

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "t" && !typing) theme();
    else if (event.key === "Escape") {
      search.value = kind.value = "";
      for (const chip of chips) chip.ariaPressed = "false";
      search.blur();
      show();
    }
  });

  /* A link to what is folded opens it, and shows it even where a filter hid it. */
  const follow = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let part = target; part; part = part.parentElement) {
      part.hidden = false;
      if (part.tagName === "DETAILS") part.open = true;
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = find("details:not([open])").filter((each) => !each.closest("[hidden]"));
    for (const each of closed) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of closed) each.open = false;
  });
})();
