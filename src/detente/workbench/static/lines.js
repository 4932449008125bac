// Lines of text to write into: what is written there is neither lost nor told twice while the page is made anew around it.
"use strict";
Object.assign(window.wb, (() => {
  // put the focus on an element that the server makes anew, unless somebody is writing meanwhile
  const writes = (element) => Boolean(element && element.matches("input, textarea, select, .cm-content"));
  function focus(selector) {
    setTimeout(() => {
      const found = document.querySelector(selector);
      if (found && !writes(document.activeElement)) found.focus();
    }, 120);
  }

  // a line tells the page what is written in it, for the line itself may be made anew meanwhile; one that names something
  // new is emptied when it has told; what could not be taken is put back
  const named = (name) => document.querySelector(`[data-testid="${CSS.escape(name)}"]`);
  const lastTold = new WeakMap(); // what a line has told already is not told twice
  function tell(number, line) {
    if (lastTold.get(line) === line.value) return;
    lastTold.set(line, line.value);
    emitEvent("wb-line", [number, line.value]);
  }
  function emptied(line) {
    lastTold.delete(line);
    line.value = "";
    line.focus();
  }
  function untold(name, words) {
    const line = named(name);
    if (line && !line.value) line.value = words;
  }
  function wrong(id) {
    const line = document.getElementById(id);
    if (line) line.setAttribute("aria-invalid", "true");
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
    const finish = () => {
      if (!told && line.isConnected && line.value !== first) line.dispatchEvent(new Event("change", { bubbles: true }));
      told = true;
    };
    line.addEventListener("change", () => (told = true));
    line.addEventListener("blur", () => setTimeout(finish), { once: true }); // one that is torn out tells nothing
    line.addEventListener("keydown", (event) => event.key === "Enter" && setTimeout(finish));
  }
  // rows are called by their places: the line that says what this one said, wherever it is now; a title is only one
  function sameLine(name, first) {
    const there = named(name);
    if (name === "title" || (there && there.value === first)) return there;
    const alike = name.replace(/\d+/, "");
    const found = Array.from(document.querySelectorAll(".wb-form input[type=text]")).filter(
      (line) => line.value === first && line.dataset.testid.replace(/\d+/, "") === alike && line.dataset.testid !== alike,
    );
    return found.length === 1 ? found[0] : null;
  }
  let caret = [0, 0];
  function noteCaret() {
    const line = document.activeElement;
    if (writing && line === writing.line) caret = [line.selectionStart, line.selectionEnd];
  }
  document.addEventListener("selectionchange", noteCaret); // later than what is typed
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !writing || event.target !== writing.line) return;
    writing.line.value = writing.first;
    writing.line.removeAttribute("aria-invalid");
  });
  document.addEventListener(
    "input",
    (event) => {
      lastTold.delete(event.target);
      noteCaret();
      event.target.removeAttribute("aria-invalid");
    },
    true,
  );
  // a line that is torn out with its form would tell what is half written: it tells only if it is there afterwards
  document.addEventListener(
    "change",
    (event) => {
      const line = event.target;
      if (!event.isTrusted || !line.matches(".wb-form input[type=text]")) return;
      event.stopImmediatePropagation();
      setTimeout(() => line.isConnected && line.dispatchEvent(new Event("change", { bubbles: true })));
    },
    true,
  );

  // a button, box or choice that was used keeps the focus when its form is made anew, at the row that it moved
  let used = null;
  const FOCUSED = ".wb-form button, .wb-form select, .wb-form input[type=checkbox]";
  document.addEventListener("focusin", (event) => {
    const found = event.target.closest(FOCUSED);
    used = found ? { element: found, name: found.dataset.testid || "", acted: false } : null;
  });
  for (const kind of ["click", "change"])
    document.addEventListener(kind, (event) => {
      if (used && event.target.closest(FOCUSED) === used.element) used.acted = true;
    });
  function follow() {
    if (!used || used.element.isConnected) return;
    const { name, acted } = used;
    used = null;
    if (!name || (document.activeElement && document.activeElement !== document.body)) return;
    const step = /^(.+-)(\d+)-(up|down)$/.exec(name);
    const gone = /^(.*-remove-|statement-)(\d+)(-remove)?$/.exec(name);
    const names = [name];
    if (acted && step) {
      const to = Number(step[2]) + (step[3] === "up" ? -1 : 1);
      names.unshift(`${step[1]}${to}-${step[3]}`, `${step[1]}${to}-${step[3] === "up" ? "down" : "up"}`);
    }
    if (gone) names.push(`${gone[1]}${Number(gone[2]) - 1}${gone[3] || ""}`);
    const next = names.map(named).find((found) => found && !found.disabled);
    if (next) next.focus();
  }
  function restore() {
    if (!writing || writing.line.isConnected) return;
    const { line, name, first } = writing;
    writing = null;
    const again = sameLine(name, first);
    if (!again || writes(document.activeElement)) return;
    const words = line.value;
    const begun = again.value;
    const [start, end] = caret;
    if (words !== first) goOn(again, words, begun);
    again.focus();
    if (again.value === words) again.setSelectionRange(start, end);
    writing = { line: again, name: again.dataset.testid, first: begun };
  }
  const kept = new MutationObserver(() => {
    follow();
    restore();
  });
  kept.observe(document, { childList: true, subtree: true });

  return { focus, named, tell, emptied, untold, putBack, wrong };
})());
