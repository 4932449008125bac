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
    const finish = () => {
      if (!told && line.isConnected && line.value !== first) line.dispatchEvent(new Event("change", { bubbles: true }));
      told = true;
    };
    line.addEventListener("change", () => (told = true));
    line.addEventListener("blur", finish, { once: true });
    line.addEventListener("keydown", (event) => event.key === "Enter" && setTimeout(finish));
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

  return { focus, named, tell, emptied, untold, putBack };
})());
