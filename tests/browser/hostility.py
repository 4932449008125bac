"""What a hostile model must not bring about on a page."""

from __future__ import annotations

from playwright.sync_api import Page

STRANGE = """
(markup) => {
  const found = [];
  const roots = [document];
  for (const element of document.querySelectorAll("body *, head *")) {
    for (const attribute of element.attributes) {
      const said = `${element.tagName} ${attribute.name}=${attribute.value.slice(0, 80)}`;
      if (/^on/i.test(attribute.name) || attribute.name === "srcdoc") found.push(said);
      if (/^(href|src|action|formaction|xlink:href|data)$/i.test(attribute.name)
          && /^[\\s\\u0000-\\u001f]*(javascript|data:text|vbscript)/i.test(attribute.value)) found.push(said);
    }
    if (/^(script|style|iframe|base|object|embed|math|form|img)$/i.test(element.tagName)) {
      const words = element.tagName === "SCRIPT" ? element.textContent.trim().slice(0, 40) : element.outerHTML;
      if (words.includes("__pwned") || words.includes("attacker.invalid")) found.push(words.slice(0, 120));
    }
  }
  for (const tag of markup)
    for (const element of document.querySelectorAll(tag)) found.push(element.outerHTML.slice(0, 120));
  return found;
}
"""
FOREIGN = ("base", "iframe", "object", "embed", "math", "form", "marquee")
"""Elements that no page of ours has."""


def strange(page: Page) -> list[str]:
    """Return what stands on a page that only a hostile model can have put there."""
    found: list[str] = page.evaluate(STRANGE, list(FOREIGN))
    return found


def unharmed(page: Page) -> None:
    """Check that no script of a model ran, and that nothing on the page would run one."""
    assert page.evaluate("window.__pwned") is None
    assert strange(page) == []
    assert page.evaluate("window.__pwned") is None
