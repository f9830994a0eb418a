// Which runs are selected. The part of the page that acts on them reads a hidden field.
const MOST = 1000;

export function runsSelection(root, model, pinned) {
  const selected = new Set();
  const actions = () => document.querySelector("[data-runs-actions]");
  const field = () => actions()?.querySelector("[data-selected]");
  const box = root.querySelector("[data-pick-all]");
  let last = null;

  function tell() {
    const input = field();
    if (input) {
      input.value = written([...selected]);
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    dressAll();
  }

  /** As the server reads it: many ids are packed, four letters for three bytes. */
  function written(ids) {
    if (ids.length <= 20 || !ids.every(id => /^[0-9a-f]{32}$/.test(id))) {
      return ids.join(",");
    }
    const bytes = ids.join("").match(/../g).map(pair => parseInt(pair, 16));
    let text = "";
    for (let i = 0; i < bytes.length; i += 3000) {
      text += String.fromCharCode(...bytes.slice(i, i + 3000));
    }
    return `~${btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
  }

  function set(id, on) {
    on && selected.size < MOST ? selected.add(id) : selected.delete(id);
    tell();
  }

  function dress(rows) {
    for (const row of rows) {
      const on = selected.has(row.dataset.run);
      row.classList.toggle("selected", on);
      const pick = row.querySelector("[data-pick]");
      if (pick) {
        pick.checked = on;
      }
    }
    box.checked = selected.size > 0;
    box.indeterminate = box.checked && rows.some(r => r.dataset.run && !selected.has(r.dataset.run));
  }

  function dressAll() {
    dress([...root.querySelectorAll("tbody tr[data-run]")]);
  }

  function clear() {
    selected.clear();
    tell();
  }

  function changed(event) {
    if (event.target === box) {
      const ids = [...root.querySelectorAll("tbody tr[data-run]")].map(r => r.dataset.run);
      box.checked ? ids.slice(0, MOST - selected.size).forEach(id => selected.add(id)) : selected.clear();
      tell();
    } else if (event.target.matches("[data-pick]")) {
      set(event.target.closest("tr").dataset.run, event.target.checked);
    }
  }

  /** With Shift, all from the one before to this. */
  function clicked(event) {
    if (event.target.matches?.("[data-pick]")) {
      const rows = [...root.querySelectorAll("tbody tr[data-run]")];
      const [here, before] = [rows.indexOf(event.target.closest("tr")), rows.findIndex(r => r.dataset.run === last)];
      if (event.shiftKey && before >= 0) {
        rows.slice(Math.min(here, before), Math.max(here, before) + 1).forEach(r => event.target.checked ? selected.add(r.dataset.run) : selected.delete(r.dataset.run));
      }
      last = rows[here]?.dataset.run;
    }
  }

  function outside(event) {
    if (event.target.closest("[data-clears]")) {
      clear();
    }
  }

  // The part that acts is there before it lives, and what is selected until then is told it again. It lets go of the selection when it has done something.
  let known = actions();
  let letGo = known?.dataset.letGo;
  const watch = new MutationObserver(() => {
    const now = actions();
    if (now && now.dataset.live && (now !== known || live !== now.dataset.live)) {
      [known, live] = [now, now.dataset.live];
      selected.size > 0 && tell();
    }
    if (now && now.dataset.letGo !== letGo) {
      letGo = now.dataset.letGo;
      selected.clear();
      dressAll();
    }
  });
  let live = known?.dataset.live;
  watch.observe(document.querySelector("main") ?? document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-live", "data-let-go"] });
  root.addEventListener("click", clicked, true);
  root.addEventListener("change", changed);
  document.addEventListener("click", outside);
  return {
    dress, clear, set,
    has: id => selected.has(id),
    size: () => selected.size,
    stop() {
      watch.disconnect();
      root.removeEventListener("click", clicked, true);
      root.removeEventListener("change", changed);
      document.removeEventListener("click", outside);
    },
  };
}
