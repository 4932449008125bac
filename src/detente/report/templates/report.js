// What a report adds where scripts run: filters, sorting, folds, colours, one state looked at. Without it all is shown.
"use strict";
(() => {
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

  // folds and colours
  const folds = () => all("main details");
  const dark = () => {
    const set = document.documentElement.dataset.theme;
    return set ? set === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const does = {
    theme: () => { document.documentElement.dataset.theme = dark() ? "light" : "dark"; },
    open: () => folds().forEach((fold) => { fold.open = true; }),
    close: () => folds().forEach((fold) => { fold.open = false; }),
  };
  all(".tools").forEach((tools) => {
    tools.hidden = false;
    all("button", tools).forEach((button) => button.addEventListener("click", does[button.dataset.do]));
  });
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = folds().filter((fold) => !fold.open);
    closed.forEach((fold) => { fold.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((fold) => { fold.open = false; }));

  // a link to something folded opens it
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();

  // what parts of a page do; the workbench calls it for parts that come later
  const enliven = (within) => {
    // option tables
    all(".tableau-part", within).forEach((part) => {
      const table = part.querySelector(".on-screen table");
      const heads = all("thead th", table).slice(1);
      const rows = all("tbody tr", table).map((row) => Array.from(row.cells).slice(1)).filter((cells) => cells.length === heads.length);
      const spans = all("td[colspan]", table);
      const box = part.querySelector(".filters");
      const field = (name) => box.querySelector(`[data-filter="${name}"]`);
      const chosen = (name) => (field(name) ? field(name).value : "");
      const has = (head, name, value) => head.dataset[name].split(" ").includes(value);
      const show = () => {
        const outcome = chosen("outcome");
        const mark = chosen("mark");
        const only = field("only") && field("only").checked;
        let shown = 0;
        heads.forEach((head, place) => {
          const yes = (!outcome || has(head, "outcomes", outcome)) && (!mark || has(head, "holds", mark))
            && (!only || head.dataset.held !== "");
          head.hidden = !yes;
          rows.forEach((cells) => { cells[place].hidden = !yes; });
          shown += yes;
        });
        spans.forEach((cell) => { cell.colSpan = Math.max(1, shown); });
        const out = box.querySelector("output");
        out.textContent = out.dataset.words.replace("%(n)s", shown).replace("%(all)s", heads.length);
      };
      if (heads.length > 3) {
        box.hidden = false;
        box.addEventListener("change", show);
        show();
      }
    });

    // the map of moves: one state and its moves stand out
    all("svg.state-graph", within).forEach((svg) => {
      const nodes = all("g.node", svg);
      const edges = all("g.edge", svg);
      const look = (node) => {
        const id = node && node.dataset.node;
        const near = new Set([id]);
        edges.forEach((edge) => {
          const own = edge.dataset.from === id || edge.dataset.to === id;
          if (own) near.add(edge.dataset.from).add(edge.dataset.to);
          edge.classList.toggle("faint", Boolean(node) && !own);
        });
        nodes.forEach((other) => other.classList.toggle("faint", Boolean(node) && !near.has(other.dataset.node)));
      };
      svg.setAttribute("role", "group");
      nodes.forEach((node) => {
        const words = node.querySelector("title");
        node.setAttribute("tabindex", "0");
        node.setAttribute("role", "img");
        node.setAttribute("aria-label", words ? words.textContent : node.textContent);
        node.addEventListener("pointerenter", () => look(node));
        node.addEventListener("pointerleave", () => look(null));
        node.addEventListener("focus", () => look(node));
        node.addEventListener("blur", () => look(null));
      });
    });

    // sorting
    all("table.sortable", within).forEach((table) => {
      const body = table.tBodies[0];
      const value = (row, place) => {
        const cell = row.cells[place];
        return cell.dataset.by === undefined ? cell.textContent.trim() : Number(cell.dataset.by);
      };
      const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b
        : String(a).localeCompare(String(b), document.documentElement.lang, { numeric: true }));
      all("thead th", table).forEach((head) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "sort";
        button.append(...head.childNodes);
        head.append(button);
        button.addEventListener("click", () => {
          const up = head.getAttribute("aria-sort") !== "ascending";
          all("th[aria-sort]", table).forEach((other) => other.removeAttribute("aria-sort"));
          head.setAttribute("aria-sort", up ? "ascending" : "descending");
          const place = head.cellIndex;
          const sorted = Array.from(body.rows).sort((a, b) => (up ? 1 : -1) * compare(value(a, place), value(b, place)));
          body.append(...sorted);
        });
      });
    });
  };
  enliven(document);
  window.detenteReport = enliven;
})();
