// What the page does by itself: sides and tabs, light or dark, messages, dragging.
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
    wb.graph.restyle();
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
    if (name === "answers") wb.graph.resize();
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

  // what is asked is in the address, so that a page that is loaded again asks the same
  function asked(values) {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
    history.replaceState(null, "", url);
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

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => wb.graph.restyle());

  // when the page is there
  const ready = setInterval(() => {
    if (!one(".wb-work") || !window.did_handshake) return;
    clearInterval(ready);
    view(document.documentElement.dataset.view);
    side("answers");
    const last = remembered("tab");
    if (last && one(`[data-tab="${CSS.escape(last)}"]`)) tab(last);
  }, 30);

  return { theme, language, side, view, tab, asked, say, point, sections };
})();
