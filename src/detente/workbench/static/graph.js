// The state graph: what is shown of it, looked at, and walked through.
"use strict";
window.wb.graph = (() => {
  let cy = null;
  let settings = null;
  let data = null;
  let step = 0;
  let near = false;
  let picked = null;
  let number = 0;
  let playing = 0;
  let loading = null;
  let known = new Map(); // what is drawn, so that only what differs is drawn anew
  const colour = (name) => {
    const probe = document.createElement("span");
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const DASHES = [[], [9, 4], [2, 4], [11, 4, 2, 4], [5, 3], [15, 4], [3, 3, 9, 3], [7, 2, 2, 2, 2, 2]];
  const style = () => {
    const ink = colour("ink");
    const movers = DASHES.map((dash, place) => ({
      selector: `edge.mover-${place + 1}`,
      style: {
        "line-color": colour(`c${place + 1}`),
        "target-arrow-color": colour(`c${place + 1}`),
        ...(dash.length ? { "line-style": "dashed", "line-dash-pattern": dash } : {}),
      },
    }));
    return [
      {
        selector: "node",
        style: {
          shape: "round-rectangle",
          width: "data(width)",
          height: "data(height)",
          label: (node) => (node.data("height") < 34 ? node.data("label").split("\n")[0] : node.data("label")),
          "text-valign": "center",
          "text-halign": "center",
          "text-wrap": "wrap",
          "text-max-width": "data(width)",
          "font-size": 11,
          "font-family": "system-ui, sans-serif",
          color: ink,
          "background-color": colour("raised"),
          "border-width": 1,
          "border-color": colour("muted"),
        },
      },
      { selector: "node.group", style: { "border-style": "double", "border-width": 4 } },
      { selector: "node.holds-elsewhere", style: { "border-color": colour("partly"), "border-width": 2 } },
      {
        selector: "node.holds",
        style: { "background-color": colour("holds-wash"), "border-color": colour("holds"), "border-width": 3 },
      },
      { selector: "node.status-quo", style: { "border-color": colour("link"), "border-width": 3, shape: "cut-rectangle" } },
      {
        selector: "edge",
        style: {
          width: 1.6,
          "curve-style": "bezier",
          "target-arrow-shape": "triangle",
          "arrow-scale": 0.9,
          "line-color": colour("muted"),
          "target-arrow-color": colour("muted"),
          opacity: 0.9,
        },
      },
      ...movers,
      { selector: "edge.move", style: { width: 0.8, opacity: 0.28, "target-arrow-shape": "vee" } },
      { selector: "edge.on-way", style: { width: 4, opacity: 1 } },
      { selector: ".wb-faint", style: { opacity: 0.12 } },
      { selector: "node.wb-here", style: { "border-width": 5, "border-color": colour("focus") } },
      { selector: "node.wb-come", style: { "background-color": colour("partly-wash") } },
      { selector: "node.wb-rest", style: { "background-color": colour("holds-wash") } },
    ];
  };
  const library = () => {
    if (window.cytoscape) return Promise.resolve();
    if (!loading)
      loading = new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = "/workbench/static/vendor/cytoscape/cytoscape.min.js";
        script.onload = done;
        script.onerror = failed;
        document.head.append(script);
      });
    return loading;
  };
  const told = (words) => {
    const line = document.getElementById("wb-graph-step");
    if (line) line.textContent = words;
  };
  const filled = (words, values) => words.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");
  const visible = () => {
    const box = document.getElementById("wb-graph");
    return Boolean(box && box.offsetParent && box.clientWidth);
  };

  async function show(given) {
    settings = given;
    const mine = ++number;
    clearInterval(playing);
    if (!visible()) return;
    if (!cy || !cy.nodes().length) told(settings.words.loading);
    try {
      const url = new URL(settings.url, location.href);
      if (settings.to) url.searchParams.set("to", settings.to);
      if (near && picked) url.searchParams.set("focus", picked);
      const [answer] = await Promise.all([fetch(url), library()]);
      const found = await answer.json();
      if (mine !== number || !document.getElementById("wb-graph")) return;
      if (!answer.ok) {
        if (cy) cy.elements().remove();
        known = new Map();
        told(found.error || "");
        return;
      }
      draw(found);
    } catch (error) {
      if (mine === number) told(String(error.message || error));
    }
  }
  function draw(found) {
    const before = data;
    data = found;
    step = 0;
    const box = document.getElementById("wb-graph");
    if (!cy || cy.container() !== box) {
      if (cy) cy.destroy();
      known = new Map();
      window.cytoscape.warnings(false); // boxes that touch have no room for an arrow between them
      cy = window.cytoscape({
        container: box,
        style: style(),
        layout: { name: "preset" },
        minZoom: 0.05,
        maxZoom: 4,
        autoungrabify: false,
        boxSelectionEnabled: false,
        pixelRatio: Math.min(2, window.devicePixelRatio || 1),
      });
      cy.on("tap", "node", (event) => choose(event.target));
      cy.on("mouseover", "node, edge", (event) => {
        box.title = event.target.data("title") || "";
      });
      cy.on("mouseout", "node, edge", () => {
        box.title = "";
      });
      new ResizeObserver(() => {
        if (!cy || cy.container() !== box || !box.clientWidth) return;
        cy.resize();
        cy.fit(undefined, 24);
      }).observe(box);
      window.wbGraph = cy;
    }
    const ids = new Set(found.elements.map((item) => item.data.id));
    const same = before && cy.nodes().length && found.elements.every((item) => item.group !== "nodes" || cy.getElementById(item.data.id).length);
    cy.batch(() => {
      cy.elements().forEach((item) => {
        if (ids.has(item.id())) return;
        known.delete(item.id());
        item.remove();
      });
      cy.elements().removeClass("wb-here wb-faint wb-come wb-rest");
      for (const item of found.elements) {
        const there = cy.getElementById(item.data.id);
        const said = JSON.stringify(item);
        if (there.length && known.get(item.data.id) === said) continue;
        known.set(item.data.id, said);
        if (there.length) {
          there.data(item.data);
          there.classes(item.classes);
          if (item.position) there.position(item.position);
        } else cy.add(item);
      }
    });
    if (found.condensed) told(filled(settings.words.condensed, { n: found.states.toLocaleString() }));
    else tell();
    legend(found.movers);
    if (!same) {
      cy.resize(); // the words above and below it have taken their room
      cy.fit(undefined, 24);
    }
    if (picked) mark();
  }
  function legend(movers) {
    const box = document.getElementById("wb-graph-legend");
    if (!box) return;
    box.replaceChildren();
    movers.forEach((name, place) => {
      const item = document.createElement("span");
      const line = document.createElement("span");
      line.className = "wb-legend-line";
      line.style.borderTopColor = `var(--c${(place % 8) + 1})`;
      line.style.borderTopStyle = DASHES[place % 8].length ? "dashed" : "solid";
      item.append(line, ` ${name}`);
      box.append(item);
    });
    for (const [kind, words] of [
      ["wb-legend-holds", settings.words.holds],
      ["wb-legend-quo", settings.words.status],
      ["wb-legend-gain", settings.words.gain],
      ["wb-legend-move", settings.words.move],
    ]) {
      const item = document.createElement("span");
      const sign = document.createElement("span");
      sign.className = kind;
      item.append(sign, ` ${words}`);
      box.append(item);
    }
  }
  function choose(node) {
    const state = node.data("state");
    mark(node);
    if (state) {
      picked = state;
      emitEvent("wb-pick", state);
      if (near) show(settings);
    } else told(node.data("title") || "");
  }
  function mark(node) {
    if (!cy) return;
    const found = node || cy.nodes().filter((item) => item.data("state") === picked);
    cy.elements().removeClass("wb-here wb-faint");
    if (!found.length) return;
    found.addClass("wb-here");
    const own = found.closedNeighborhood();
    if (cy.elements().length > 12) cy.elements().difference(own).addClass("wb-faint");
  }
  function tell() {
    if (!data || !data.way.length) {
      told(data && data.way ? settings.words.none : "");
      return;
    }
    const at = step;
    const here = data.way[at];
    const words = at === 0 ? filled(settings.words.begin, { state: here.label }) : here.words;
    told(filled(settings.words.step, { n: at, m: data.way.length - 1, words }));
  }
  function walk(by) {
    if (!cy || !data || !data.way.length) return;
    clearInterval(playing);
    step = Math.min(Math.max(step + by, 0), data.way.length - 1);
    const here = data.way[step];
    cy.elements().removeClass("wb-here wb-faint wb-come wb-rest");
    const node = here.node ? cy.getElementById(here.node) : cy.collection();
    node.addClass("wb-here");
    if (node.length) cy.animate({ center: { eles: node } }, { duration: 150 });
    tell();
  }
  function play() {
    if (!cy || !data) return;
    if (!data.play) {
      told(settings.words.still);
      return;
    }
    clearInterval(playing);
    const { steps, rest } = data.play;
    const last = Math.max(0, ...Object.values(steps));
    let now = 0;
    cy.fit(undefined, 24);
    cy.elements().removeClass("wb-here wb-faint wb-come wb-rest");
    const frame = () => {
      cy.batch(() => {
        cy.nodes().forEach((node) => {
          const when = steps[node.id()];
          node.toggleClass("wb-come", when !== undefined && when <= now);
          node.toggleClass("wb-faint", when === undefined || when > now);
        });
      });
      if (now <= last) {
        told(filled(settings.words.play, { n: now }));
        now++;
        return;
      }
      clearInterval(playing);
      cy.nodes().forEach((node) => {
        const share = rest[node.id()];
        node.toggleClass("wb-come", false);
        node.toggleClass("wb-faint", share === undefined);
        node.toggleClass("wb-rest", share !== undefined);
      });
      const shares = Object.entries(rest)
        .sort((a, b) => b[1] - a[1])
        .slice(0, 8)
        .map(([id, share]) => `${(cy.getElementById(id).data("label") || id).split("\n")[0]}: ${Math.round(share * 100)} %`);
      told(`${settings.words.rest}: ${shares.join(", ")}`);
    };
    frame();
    playing = setInterval(frame, 700);
  }
  return {
    show,
    look(state) {
      picked = state;
      if (near) show(settings);
      else mark();
    },
    back: () => walk(-1),
    forward: () => walk(1),
    play,
    fit() {
      if (!cy) return;
      cy.elements().removeClass("wb-here wb-faint wb-come wb-rest");
      cy.fit(undefined, 24);
    },
    focus() {
      near = !near;
      const button = document.querySelector('[data-testid="graph-focus"]');
      if (button) button.setAttribute("aria-pressed", near ? "true" : "false");
      if (settings) show(settings);
    },
    resize() {
      if (cy && visible()) {
        cy.resize();
        cy.fit(undefined, 24);
      }
    },
    restyle() {
      if (cy) cy.style(style());
    },
  };
})();
