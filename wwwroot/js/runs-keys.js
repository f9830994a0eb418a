// The runs table by keys: j k g G x c l h p Enter Esc ?
export function runsKeys({ root, scroll, model, selection, line, toggle, pin, head, drawNow }) {
  let at = -1;

  function rowAt(place = at) {
    return place < 0 ? null : model.slice(place, place + 1)[0] ?? null;
  }

  function move(to) {
    at = Math.max(0, Math.min(model.length() - 1, to));
    const [top, room] = [at * line(), scroll.clientHeight - head()];
    if (top < scroll.scrollTop) {
      scroll.scrollTop = top;
    } else if (top + line() > scroll.scrollTop + room) {
      scroll.scrollTop = top + line() - room;
    }
    drawNow();
    mark();
    root.getBoundingClientRect().top < 0 && root.scrollIntoView({ block: "start" });
  }

  function mark() {
    const row = rowAt();
    for (const other of root.querySelectorAll("tr.at")) {
      other === row || other.classList.remove("at");
    }
    row?.classList.add("at");
  }

  const moves = {
    j: () => move(at + 1),
    k: () => move(at - 1),
    g: () => move(0),
    G: () => move(model.length() - 1),
  };

  const acts = {
    x: row => row?.dataset.run && selection.set(row.dataset.run, !selection.has(row.dataset.run)),
    c: () => document.querySelector("[data-compare-selected]")?.click(),
    l: row => row?.querySelector("[data-open]") && !model.isOpen(model.idOf(row)) && toggle(row),
    h: row => row?.querySelector("[data-open]") && model.isOpen(model.idOf(row)) && toggle(row),
    p: row => row?.dataset.run && pin(row),
    Enter: row => row?.querySelector(".name a")?.click(),
    Escape: () => selection.clear(),
    "?": () => document.getElementById("runs-keys")?.showModal(),
  };

  function pressed(event) {
    const [go, act] = [moves[event.key], acts[event.key]];
    if (!(go ?? act) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]") || taken(event)) {
      return;
    }
    if (go) {
      event.preventDefault();
      return go();
    }
    const place = at;
    // A row that is still on its way is waited for.
    rowAt(place) || place < 0 ? act(rowAt(place)) : model.need(place, place + 1).then(() => act(rowAt(place)), () => {});
    event.key === "Enter" || event.preventDefault();
  }

  /** What has the focus may have a use of its own for the key. */
  function taken(event) {
    const target = event.target;
    return target.isContentEditable || (["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) && !target.matches("[data-pick]"))
      || (event.key === "Enter" && target !== document.body && target !== scroll) || (event.key === "Escape" && document.querySelector("details.menu[open], :popover-open"));
  }

  document.addEventListener("keydown", pressed);
  return {
    stop: () => document.removeEventListener("keydown", pressed),
  };
}
