// What the page does by itself: sides and tabs, light or dark, messages, dragging, the graph.
"use strict";
window.wb = (() => {
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const one = (selector, within = document) => within.querySelector(selector);
  const remember = (name, value) => {
    try {
      localStorage.setItem(`detente-${name}`, value);
    } catch {
      /* it is only a convenience */
    }
  };
  const remembered = (name) => {
    try {
      return localStorage.getItem(`detente-${name}`) || "";
    } catch {
      return "";
    }
  };

  // light or dark
  const chosen = remembered("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  const dark = () => {
    const set = document.documentElement.dataset.theme;
    return set ? set === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  function theme() {
    const next = dark() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    remember("theme", next);
    window.dispatchEvent(new Event("wb-theme"));
    graph.restyle();
  }

  function language(name) {
    document.cookie = `detente-language=${name}; path=/; max-age=31536000; samesite=strict`;
    location.reload();
  }

  // which side, which view, which tab; the view is there before the page is
  document.documentElement.dataset.view = remembered("view") === "text" ? "text" : "forms";
  function side(name) {
    const work = one(".wb-work");
    if (!work) return;
    work.dataset.side = name;
    all(".wb-switch button").forEach((button) => {
      button.setAttribute("aria-pressed", button.dataset.side === name ? "true" : "false");
    });
    if (name === "answers") graph.resize();
  }
  function view(name) {
    all(".wb-views button").forEach((button) => {
      button.setAttribute("aria-selected", button.dataset.view === name ? "true" : "false");
      button.tabIndex = button.dataset.view === name ? 0 : -1;
    });
    document.documentElement.dataset.view = name;
    remember("view", name);
  }
  function tab(name) {
    emitEvent("wb-tab", name);
    remember("tab", name);
  }

  // what is written on the page as a message
  let timer = 0;
  function say(words) {
    let box = one(".wb-say");
    if (!box) {
      box = document.createElement("div");
      box.className = "wb-say";
      box.setAttribute("role", "status");
      box.setAttribute("aria-live", "polite");
      box.dataset.testid = "say";
      document.body.append(box);
    }
    box.textContent = words;
    box.classList.add("wb-said");
    clearTimeout(timer);
    timer = setTimeout(() => box.classList.remove("wb-said"), Math.max(4000, 60 * words.length));
  }

  // put the focus on an element that the server makes anew, unless somebody is writing meanwhile
  const writes = (element) => Boolean(element && element.matches("input, textarea, select, .cm-content"));
  function focus(selector) {
    setTimeout(() => {
      const found = one(selector);
      if (found && !writes(document.activeElement)) found.focus();
    }, 120);
  }

  // a line tells the page what is written in it, for the line itself may be made anew meanwhile; one that names something
  // new is emptied when it has told; what could not be taken is put back
  const named = (name) => one(`[data-testid="${CSS.escape(name)}"]`);
  const tell = (number, line) => emitEvent("wb-line", [number, line.value]);
  function emptied(line) {
    line.value = "";
    line.focus();
  }
  function untold(name, words) {
    const line = named(name);
    if (line && !line.value) line.value = words;
  }
  function putBack(id, words) {
    const line = document.getElementById(id);
    if (line) line.value = words;
  }

  // the line in which somebody writes while the server makes its form anew keeps its words, its caret and the focus
  let writing = null;
  document.addEventListener("focusin", (event) => {
    const line = event.target.closest(".wb-form input[type=text]");
    writing = line ? { line, name: line.dataset.testid, first: line.value } : null;
  });
  function goOn(line, words, first) {
    line.value = words;
    line.dispatchEvent(new Event("input", { bubbles: true }));
    // the browser tells a change only of what is typed into the new line
    let told = false;
    const tell = () => {
      if (!told && line.isConnected && line.value !== first) line.dispatchEvent(new Event("change", { bubbles: true }));
      told = true;
    };
    line.addEventListener("change", () => (told = true));
    line.addEventListener("blur", tell, { once: true });
    line.addEventListener("keydown", (event) => event.key === "Enter" && setTimeout(tell));
  }
  const kept = new MutationObserver(() => {
    if (!writing || writing.line.isConnected) return;
    const { line, name, first } = writing;
    const again = named(name);
    writing = null;
    if (!again || writes(document.activeElement)) return;
    const caret = [line.selectionStart, line.selectionEnd];
    const words = line.value;
    if (again.value === first && words !== first) goOn(again, words, first);
    again.focus();
    if (again.value === words) again.setSelectionRange(...caret);
    writing = { line: again, name, first };
  });
  kept.observe(document, { childList: true, subtree: true });

  function point(name) {
    all(".wb-form").forEach((part) => part.classList.toggle("wb-pointed", part.dataset.form === name));
  }

  // arrow keys within a list of tabs
  document.addEventListener("keydown", (event) => {
    const list = event.target.closest && event.target.closest('[role="tablist"]');
    if (list && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      const tabs = all('[role="tab"]', list);
      const at = tabs.indexOf(event.target);
      const n = tabs.length;
      const to = { ArrowLeft: at - 1 + n, ArrowRight: at + 1, Home: 0, End: n - 1 }[event.key] % n;
      tabs[to].focus();
      tabs[to].click();
      event.preventDefault();
    }
    const inside = event.target.closest && event.target.closest(".cm-editor, input, select, textarea");
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !(event.target.closest && event.target.closest(".cm-editor"))) {
      const key = event.key.toLowerCase();
      if (key === "s") {
        event.preventDefault();
        if (document.activeElement) document.activeElement.blur();
        setTimeout(() => emitEvent("wb-save"), 50);
      } else if (!inside && (key === "y" || (key === "z" && event.shiftKey))) {
        event.preventDefault();
        emitEvent("wb-redo");
      } else if (!inside && key === "z") {
        event.preventDefault();
        emitEvent("wb-undo");
      }
    }
  });

  // dragging a row of a list by its grip
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest && event.target.closest(".wb-grip");
    if (!grip || event.button !== 0) return;
    const row = grip.closest("li");
    const list = row.parentElement;
    const rows = Array.from(list.children);
    const old = rows.indexOf(row);
    const boxes = rows.map((other) => other.getBoundingClientRect());
    const gap = rows.length > 1 ? boxes[1].top - boxes[0].bottom : 0;
    const height = boxes[old].height + gap;
    const begin = event.clientY + list.scrollTop;
    let now = old;
    let moved = false;
    grip.setPointerCapture(event.pointerId);
    const drag = (move) => {
      const by = move.clientY - begin;
      if (!moved && Math.abs(by) < 4) return;
      moved = true;
      list.classList.add("wb-dragging");
      row.classList.add("wb-dragged");
      row.style.transform = `translateY(${by}px)`;
      const middle = boxes[old].top + boxes[old].height / 2 + by;
      now = 0;
      boxes.forEach((box, place) => {
        if (place !== old && box.top + box.height / 2 < middle) now++;
      });
      rows.forEach((other, place) => {
        if (place === old) return;
        const up = place > old && place <= now;
        const down = place < old && place >= now;
        other.style.transform = up ? `translateY(${-height}px)` : down ? `translateY(${height}px)` : "";
      });
    };
    const drop = (end) => {
      grip.removeEventListener("pointermove", drag);
      grip.removeEventListener("pointerup", drop);
      grip.removeEventListener("pointercancel", drop);
      list.classList.remove("wb-dragging");
      row.classList.remove("wb-dragged");
      rows.forEach((other) => {
        other.style.transform = "";
      });
      if (end.type === "pointerup" && now !== old) list.dispatchEvent(new CustomEvent("wbmove", { detail: [old, now] }));
    };
    grip.addEventListener("pointermove", drag);
    grip.addEventListener("pointerup", drop);
    grip.addEventListener("pointercancel", drop);
  });

  // what the sections of a report do where scripts run
  function sections() {
    if (!window.detenteReport) return;
    all(".wb-sections > *:not([data-lively])").forEach((part) => {
      part.dataset.lively = "";
      window.detenteReport(part);
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('.wb-sections a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    const target = document.getElementById(decodeURIComponent(link.getAttribute("href").slice(1)));
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    if (target) target.scrollIntoView({ block: "center" });
    else tab("premises");
  });

  // a file to take along; where it cannot be made, the reason is said
  document.addEventListener("click", async (event) => {
    const link = event.target.closest && event.target.closest("a[data-export]");
    if (!link) return;
    event.preventDefault();
    link.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) {
        say(await answer.text());
        return;
      }
      const named = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("content-disposition") || "");
      const file = document.createElement("a");
      file.href = URL.createObjectURL(await answer.blob());
      file.download = named ? decodeURIComponent(named[1]) : "file";
      file.click();
      setTimeout(() => URL.revokeObjectURL(file.href), 10000);
    } catch (error) {
      say(String(error.message || error));
    } finally {
      link.removeAttribute("aria-busy");
    }
  });

  // the graph
  const graph = (() => {
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
      if (!same) cy.fit(undefined, 24);
      if (found.condensed) told(filled(settings.words.condensed, { n: found.states.toLocaleString() }));
      else tell();
      legend(found.movers);
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
        const button = one('[data-testid="graph-focus"]');
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
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => graph.restyle());

  // when the page is there
  const ready = setInterval(() => {
    if (!one(".wb-work") || !window.did_handshake) return;
    clearInterval(ready);
    view(document.documentElement.dataset.view);
    side("answers");
    const last = remembered("tab");
    if (last && one(`[data-tab="${CSS.escape(last)}"]`)) tab(last);
  }, 30);

  return { theme, language, side, view, tab, say, focus, named, tell, emptied, untold, putBack, point, sections, graph };
})();
