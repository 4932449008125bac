// The text of a model. Every change goes to the server with the revision that it was made of; the server answers with
// the revision that came of it, and with the text where changes of others were put together with it.
import * as CM from "nicegui-codemirror";

const WAIT = 70;
const setProblems = CM.StateEffect.define();

class Sign extends CM.GutterMarker {
  constructor(warning, words) {
    super();
    this.warning = warning;
    this.words = words;
  }
  eq(other) {
    return other.words === this.words && other.warning === this.warning;
  }
  toDOM() {
    const sign = document.createElement("span");
    sign.className = this.warning ? "wb-sign wb-sign-warning" : "wb-sign";
    sign.textContent = this.warning ? "!" : "✗";
    sign.title = this.words;
    return sign;
  }
}

function sentence(problem) {
  let words = problem.message;
  if (problem.expected) words += `; expected ${problem.expected}`;
  if (problem.nearest) words += `; did you mean ‘${problem.nearest}’?`;
  return words;
}

const problemField = CM.StateField.define({
  create: () => ({ marks: CM.RangeSet.empty, signs: CM.RangeSet.empty, list: [] }),
  update(value, transaction) {
    let { marks, signs, list } = value;
    if (transaction.docChanged) {
      marks = marks.map(transaction.changes);
      signs = signs.map(transaction.changes);
    }
    for (const effect of transaction.effects) {
      if (!effect.is(setProblems)) continue;
      list = effect.value;
      const doc = transaction.state.doc;
      const ranges = [];
      const lines = new Map();
      for (const problem of list) {
        if (problem.line < 1 || problem.line > doc.lines) continue;
        const line = doc.line(problem.line);
        const from = Math.min(line.from + problem.column - 1, line.to);
        const to = Math.max(from, Math.min(from + problem.length, line.to));
        const kind = problem.warning ? "wb-warning" : "wb-problem";
        if (to > from) ranges.push(CM.Decoration.mark({ class: kind }).range(from, to));
        ranges.push(CM.Decoration.line({ class: `${kind}-line` }).range(line.from));
        const there = lines.get(line.from) || { words: [], warning: true };
        there.words.push(sentence(problem));
        there.warning = there.warning && problem.warning;
        lines.set(line.from, there);
      }
      marks = CM.RangeSet.of(ranges, true);
      const found = [...lines].map(([at, one]) => new Sign(one.warning, one.words.join("\n")).range(at));
      signs = CM.RangeSet.of(found, true);
    }
    return { marks, signs, list };
  },
  provide: (field) => CM.EditorView.decorations.from(field, (value) => value.marks),
});

const problemTip = CM.hoverTooltip((view, at) => {
  const line = view.state.doc.lineAt(at);
  const found = [];
  view.state.field(problemField).signs.between(line.from, line.to, (_from, _to, sign) => {
    found.push(sign.words);
  });
  if (!found.length) return null;
  return {
    pos: line.from,
    above: true,
    create() {
      const dom = document.createElement("div");
      dom.className = "wb-tip";
      dom.textContent = found.join("\n");
      return { dom };
    },
  };
});

// Where in the document a line stands: the keys above it, "-" for an item of a list.
function pathAbove(doc, number, indent) {
  const path = [];
  let least = indent;
  for (let k = number - 1; k >= 1 && least > 0; k--) {
    const text = doc.line(k).text;
    if (!text.trim() || text.trim().startsWith("#")) continue;
    let column = text.length - text.trimStart().length;
    let rest = text.trimStart();
    const dashes = [];
    while (rest.startsWith("- ")) {
      dashes.push(column);
      const inner = rest.slice(2);
      column += 2 + (inner.length - inner.trimStart().length);
      rest = inner.trimStart();
    }
    const key = /^([\w.]+):/.exec(rest);
    if (key && column < least) {
      path.unshift(key[1]);
      least = column;
    }
    for (const dash of dashes.reverse()) {
      if (dash < least) {
        path.unshift("-");
        least = dash;
      }
    }
  }
  return path;
}

function nodeAt(nodes, path) {
  let at = 0;
  for (const part of path) {
    const node = nodes[at];
    if (!node) return null;
    if (part === "-") at = node.item;
    else if (node.keys[part]) at = node.keys[part][1];
    else at = node.any;
    if (at < 0) return null;
  }
  return nodes[at];
}

// The one stretch in which two texts differ: where it is in the old one, and what the new one has there.
function difference(old, text) {
  const most = Math.min(old.length, text.length);
  let from = 0;
  while (from < most && old[from] === text[from]) from++;
  let end = 0;
  while (end < most - from && old[old.length - 1 - end] === text[text.length - 1 - end]) end++;
  return { from, to: old.length - end, insert: text.slice(from, text.length - end) };
}

export default {
  template: `<div class="wb-editor"></div>`,
  props: {
    modelKey: String,
    page: String,
    text: String,
    revision: Number,
    language: String,
    keys: Object,
    label: String,
  },
  mounted() {
    this.key = this.modelKey;
    this.known = this.revision;
    this.sent = this.text;
    this.names = {};
    this.timer = null;
    this.busy = null;
    this.quiet = false;
    this.later = null;
    this.look = new CM.Compartment();
    this.darkness = window.matchMedia("(prefers-color-scheme: dark)");
    this.editor = new CM.EditorView({ doc: this.text, extensions: this.extensions(), parent: this.$el });
    const language = CM.languages.find((one) => one.name.toLowerCase() === this.language);
    if (language)
      language.load().then((found) => this.editor.dispatch({ effects: CM.StateEffect.appendConfig.of(found) }));
    this.onLook = () => this.editor.dispatch({ effects: this.look.reconfigure(this.colours()) });
    this.darkness.addEventListener("change", this.onLook);
    window.addEventListener("wb-theme", this.onLook);
    this.onHide = () => {
      if (document.visibilityState === "hidden") this.flush(true);
    };
    document.addEventListener("visibilitychange", this.onHide);
    this.size = new ResizeObserver(() => {
      if (!this.editor.hasFocus) return;
      const at = this.editor.state.selection.main.head;
      this.editor.dispatch({ effects: CM.EditorView.scrollIntoView(at, { y: "nearest", yMargin: 24 }) });
    });
    this.size.observe(this.$el); // where the list of problems takes room, the cursor stays in sight
  },
  beforeUnmount() {
    this.flush(true);
    this.size.disconnect();
    this.darkness.removeEventListener("change", this.onLook);
    window.removeEventListener("wb-theme", this.onLook);
    document.removeEventListener("visibilitychange", this.onHide);
    this.editor.destroy();
  },
  methods: {
    colours() {
      const chosen = document.documentElement.dataset.theme;
      const night = chosen ? chosen === "dark" : this.darkness.matches;
      const style = night ? CM.oneDarkHighlightStyle : CM.defaultHighlightStyle;
      return [CM.EditorView.darkTheme.of(Boolean(night)), CM.syntaxHighlighting(style)];
    },
    extensions() {
      const completions = [{ autocomplete: (context) => this.complete(context) }]; // one object: it is told apart by it
      const told = (name) => () => {
        this.flush().then(() => this.$emit(name));
        return true;
      };
      return [
        CM.Prec.highest(
          CM.keymap.of([
            { key: "Mod-z", run: told("undo") },
            { key: "Mod-y", run: told("redo") },
            { key: "Mod-Shift-z", run: told("redo") },
            { key: "Mod-s", run: told("save"), preventDefault: true },
          ]),
        ),
        CM.gutter({
          class: "wb-problem-gutter",
          markers: (view) => view.state.field(problemField).signs,
          initialSpacer: () => new Sign(false, ""),
        }),
        CM.basicSetup,
        problemField,
        problemTip,
        this.look.of(this.colours()),
        CM.indentUnit.of("  "),
        CM.EditorState.tabSize.of(2),
        CM.EditorView.lineWrapping,
        CM.EditorView.contentAttributes.of({ "aria-label": this.label, spellcheck: "false" }),
        CM.EditorState.languageData.of(() => completions),
        CM.EditorView.updateListener.of((update) => {
          if (update.docChanged && !this.quiet) {
            clearTimeout(this.timer);
            this.timer = setTimeout(() => this.flush(), WAIT);
          }
        }),
      ];
    },
    value() {
      return this.editor.state.doc.toString();
    },
    // Send what is not sent yet; resolves when the server has it, or could not be reached.
    flush(leaving = false) {
      clearTimeout(this.timer);
      if (leaving) return this.value() === this.sent ? Promise.resolve(true) : this.send(this.value(), true);
      if (!this.busy)
        this.busy = this.drain().finally(() => {
          this.busy = null;
        });
      return this.busy;
    },
    async drain() {
      while (this.value() !== this.sent) if (!(await this.send(this.value()))) return;
      const [text, revision] = this.later || ["", -1];
      this.later = null;
      this.show(text, revision);
    },
    async send(text, leaving = false) {
      const body = JSON.stringify({ key: this.key, text, base: this.known, page: this.page });
      try {
        const answer = await fetch("/workbench/text", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body,
          keepalive: leaving && body.length < 60000,
        });
        if (!answer.ok) throw new Error(await answer.text());
        const found = await answer.json();
        if (this.merge(text, found.text === undefined ? text : found.text)) this.known = found.revision;
        this.$el.classList.remove("wb-unsent");
        return true;
      } catch (error) {
        this.$el.classList.add("wb-unsent");
        this.timer = setTimeout(() => this.flush(), 1500);
        return false;
      }
    },
    // The server put our text together with another: bring that into what stands here by now. Where more was typed at the
    // same place it is sent again, as a change of what both began with.
    merge(ours, both) {
      const now = this.value();
      const theirs = difference(ours, both);
      const typed = difference(ours, now);
      const before = theirs.to < typed.from;
      if (ours !== both && ours !== now && !before && theirs.from <= typed.to) return false;
      const by = ours === now || before ? 0 : typed.insert.length - (typed.to - typed.from);
      if (ours !== both) this.change(theirs.from + by, theirs.to + by, theirs.insert);
      this.sent = both;
      return true;
    },
    // A text that was made elsewhere; what is typed here goes to the server first, which puts both together.
    take(text, revision) {
      if (this.busy || this.value() !== this.sent) this.later = [text, revision];
      else this.show(text, revision);
    },
    show(text, revision) {
      if (revision <= this.known) return;
      this.put(text);
      this.known = revision;
      this.sent = text;
    },
    put(text) {
      const { from, to, insert } = difference(this.value(), text);
      if (from !== to || insert) this.change(from, to, insert);
    },
    change(from, to, insert) {
      this.quiet = true;
      this.editor.dispatch({ changes: { from, to, insert } });
      this.quiet = false;
    },
    rename(key) {
      this.key = key;
    },
    showProblems(list) {
      this.editor.dispatch({ effects: setProblems.of(list) });
    },
    showNames(names) {
      this.names = names;
    },
    goTo(line, column) {
      const doc = this.editor.state.doc;
      if (line < 1 || line > doc.lines) return;
      const there = doc.line(line);
      const at = Math.min(there.from + column - 1, there.to);
      this.editor.dispatch({
        selection: { anchor: at },
        effects: CM.EditorView.scrollIntoView(at, { y: "center" }),
      });
      this.editor.focus();
    },
    complete(context) {
      const line = context.state.doc.lineAt(context.pos);
      const before = line.text.slice(0, context.pos - line.from);
      if (/(^|\s)#/.test(before)) return null;
      const word = /[\w.]*$/.exec(before)[0];
      if (!word && !context.explicit) return null;
      const from = context.pos - word.length;
      const options = [];
      const lead = /^(\s*(?:- )*)[\w.]*$/.exec(before);
      const indent = lead ? lead[1].length : before.length - before.trimStart().length;
      if (lead) {
        const path = pathAbove(context.state.doc, line.number, indent);
        if (/- $/.test(lead[1])) path.push("-");
        const node = nodeAt(this.keys.nodes, path);
        if (node)
          for (const [key, [words]] of Object.entries(node.keys))
            options.push({ label: key, apply: `${key}: `, detail: words, type: "property", boost: 2 });
      } else {
        const key = /^\s*(?:- )*([\w.]+):\s+[\w.]*$/.exec(before);
        if (key) {
          const path = pathAbove(context.state.doc, line.number, indent);
          if (/^\s*- /.test(before)) path.push("-");
          const node = nodeAt(this.keys.nodes, [...path, key[1]]);
          if (node) for (const one of node.words) options.push({ label: one, type: "enum", boost: 3 });
        }
      }
      if (/(^|\s)(because|source|name|notes|title|says): /.test(before)) return null;
      for (const [name, words] of Object.entries(this.names))
        options.push({ label: name, detail: words.slice(0, 60), type: "variable" });
      return options.length ? { from, options, validFor: /^[\w.]*$/ } : null;
    },
  },
};
