// The runs table: rows and columns are asked for as they come into sight, and all of what is in sight anew when something changed.
import { onPage } from "./page-events.js";
import { rowModel } from "./runs-rows.js";
import { runsKeys } from "./runs-keys.js";
import { runsSelection } from "./runs-selection.js";
import { startColumnPicker } from "./runs-columns.js";

const ROOM = 12;
const PULSE_MS = 400;
const COUNT_MS = 4000;

let leave = () => {};

export function startRunsTable() {
  startColumnPicker();
  onPage(() => {
    leave();
    leave = () => {};
    const root = document.querySelector("[data-runs-table]");
    if (root) {
      leave = root.querySelector("[data-scroll]") ? mount(root) : waitFor();
    }
  });
}

/** An empty table: whatever comes, the page is loaded anew. */
function waitFor() {
  return onPulse(reload, 500);
}

function reload() {
  window.Blazor ? window.Blazor.navigateTo(location.href, { replaceHistoryEntry: true }) : location.reload();
}

/** Told when something changed, at most so often. */
function onPulse(act, every) {
  let timer = null;
  let last = Date.now();
  const watch = new MutationObserver(changes => {
    if (timer === null && changes.some(c => c.target.matches?.("[data-runs-actions]") && c.oldValue !== null)) {
      timer = setTimeout(() => {
        timer = null;
        last = Date.now();
        act();
      }, Math.max(50, every - (Date.now() - last)));
    }
  });
  watch.observe(document.querySelector("main") ?? document.body, { subtree: true, attributes: true, attributeFilter: ["data-pulse"], attributeOldValue: true });
  return () => {
    watch.disconnect();
    clearTimeout(timer);
  };
}

function mount(root) {
  const scroll = root.querySelector("[data-scroll]");
  const table = scroll.querySelector("table");
  const body = table.querySelector("[data-body]");
  const pinned = table.querySelector("[data-pinned]");
  const columns = [...table.querySelectorAll("th[data-col]")];
  const pins = columns.slice(0, Number(root.dataset.pins));
  const rest = columns.slice(pins.length);
  const atOnce = Number(root.dataset.atOnce);
  let inSight = [0, Math.min(atOnce, rest.length)];
  let line = 38;
  let over = false;
  let drawing = false;
  let held = false;
  table.addEventListener("pointerdown", hold);
  let lastCount = 0;
  let counted = root.dataset.all !== undefined;

  const above = spacer("above");
  const under = spacer("under");
  body.before(above);
  body.after(under);
  root.querySelector("[data-without-script]").hidden = true;

  const model = rowModel(root, ask, () => draw());
  const selection = runsSelection(root, model, () => pinned);
  const first = [...body.rows];
  model.begin(first, root.dataset.next || null, root.dataset.all === undefined ? null : Number(root.dataset.all));
  line = first[0]?.getBoundingClientRect().height || line;

  function address(what) {
    const url = new URL(root.dataset.rows, location.href);
    for (const [name, value] of Object.entries(what)) {
      url.searchParams.set(name, value);
    }
    for (const name of root.dataset.fixed.split(" ").filter(Boolean)) {
      url.searchParams.append("fixed", name);
    }
    root.dataset.fixed || url.searchParams.append("fixed", "-");
    pins.forEach(th => url.searchParams.append("pin", th.dataset.col));
    const shown = rest.slice(...inSight);
    shown.forEach(th => url.searchParams.append("cols", th.dataset.col));
    shown.length || url.searchParams.append("cols", "-");
    url.searchParams.set("left", inSight[0]);
    url.searchParams.set("right", rest.length - inSight[1]);
    return url;
  }

  async function ask(what) {
    const answer = await fetch(address(what), { headers: { Accept: "text/html" } });
    if (!answer.ok) {
      root.classList.add("stale");
      throw new Error(`The runs could not be read: ${answer.status}`);
    }
    root.classList.remove("stale");
    const holder = document.createElement("template");
    holder.innerHTML = `<table><tbody>${await answer.text()}</tbody></table>`;
    return { rows: [...holder.content.querySelectorAll("tr")], next: answer.headers.get("X-Next-Page") };
  }

  function spacer(name) {
    const part = document.createElement("tbody");
    const cell = part.insertRow().insertCell();
    part.className = `room ${name}`;
    part.setAttribute("aria-hidden", "true");
    cell.colSpan = 1000;
    return part;
  }

  function lines() {
    const head = table.tHead.offsetHeight + (pinned?.offsetHeight ?? 0);
    const from = Math.floor(scroll.scrollTop / line);
    return [Math.max(0, from - ROOM), Math.min(model.length(), from + Math.ceil((scroll.clientHeight - head) / line) + ROOM)];
  }

  /** A row that is replaced between press and release would swallow the click. */
  function hold() {
    held = true;
    const release = () => {
      held = false;
      window.removeEventListener("pointerup", release);
      window.removeEventListener("pointercancel", release);
      draw();
    };
    window.addEventListener("pointerup", release);
    window.addEventListener("pointercancel", release);
  }

  /** At most once a frame. */
  function draw() {
    if (!drawing && !over) {
      drawing = true;
      requestAnimationFrame(() => {
        drawing = false;
        over || held || drawNow();
      });
    }
  }

  function drawNow() {
    const [from, to] = lines();
    const rows = model.slice(from, to).map(row => row ?? ghost());
    selection.dress(rows);
    dressOpened(rows);
    size(above, from);
    size(under, Math.max(0, model.length() - to));
    if (rows.length !== body.rows.length || rows.some((row, i) => row !== body.rows[i])) {
      body.replaceChildren(...rows);
    }
    if (rows.some(row => row.classList.contains("ghost"))) {
      model.need(from, to).catch(() => {});
    }
    words();
  }

  function size(part, count) {
    const height = count * line;
    part.hidden = height === 0;
    part.rows[0].cells[0].style.height = `${height}px`;
  }

  function ghost() {
    const row = document.createElement("tr");
    const cell = row.insertCell();
    row.className = "ghost";
    cell.colSpan = 1000;
    return row;
  }

  function dressOpened(rows) {
    for (const row of rows) {
      row.querySelector("[data-open]")?.setAttribute("aria-expanded", model.isOpen(model.idOf(row)));
    }
  }

  function words() {
    if (root.dataset.groupBy === undefined) {
      const runs = model.total();
      root.querySelector("[data-count]").textContent = counted ? `${runs.toLocaleString("en")}${counted === "more" ? "+" : ""} ${runs === 1 ? "run" : "runs"}` : "";
    }
  }

  async function count() {
    lastCount = Date.now();
    const url = new URL(root.dataset.rows.replace("/rows?", "/count?"), location.href);
    const answer = await fetch(url);
    if (answer.ok && !over) {
      const { runs, isAll, shape } = await answer.json();
      // Columns stay where they are while rows come and change; only where there are more of them are they laid out anew.
      const columnsOf = text => text.split("|").filter(Boolean).length;
      if (root.dataset.shape !== undefined && columnsOf(shape) > columnsOf(root.dataset.shape)) {
        return reload();
      }
      if (root.dataset.groupBy === undefined) {
        counted = isAll ? "all" : "more";
        model.count(runs, isAll);
      }
    }
  }

  /** Columns out of sight are spared; where the last ones come into sight, others are asked for. */
  function spareColumns() {
    if (rest.length <= atOnce) {
      return;
    }
    const left = scroll.scrollLeft;
    const from = rest.findIndex(th => th.offsetLeft + th.offsetWidth > left);
    const seen = rest.filter(th => th.offsetLeft < left + scroll.clientWidth && th.offsetLeft + th.offsetWidth > left).length;
    if (from < 0 || (from >= inSight[0] && from + seen <= inSight[1])) {
      return;
    }
    const start = Math.max(0, Math.min(rest.length - atOnce, from - Math.floor((atOnce - seen) / 2)));
    inSight = [start, Math.min(rest.length, start + Math.max(atOnce, seen + 4))];
    refresh();
  }

  /** Reads again what is in sight, and keeps the old rows until the new ones are there. */
  async function refresh() {
    const [from, to] = lines();
    const old = new Map(model.all().filter(r => r.dataset.run).map(r => [r.dataset.run, [...r.cells].map(c => c.textContent)]));
    const open = model.openedRuns();
    const places = open.map(id => [id, model.slice(0, to).findIndex(r => r?.dataset.run === id)]);
    model.forget();
    await model.need(from, to).catch(() => {});
    for (const [id, at] of places) {
      const row = at < 0 ? null : model.all().find(r => r.dataset.run === id);
      row && await model.open(row, depthOf(row), placeIn(row)).catch(() => {});
    }
    if (pinned) {
      const url = address({});
      new URLSearchParams(location.search).getAll("pinned").forEach(id => url.searchParams.append("pinned", id));
      const answer = await fetch(url);
      if (answer.ok) {
        const holder = document.createElement("template");
        holder.innerHTML = `<table><tbody>${await answer.text()}</tbody></table>`;
        pinned.replaceChildren(...holder.content.querySelectorAll("tr"));
      }
    }
    for (const row of model.all()) {
      const before = old.get(row.dataset.run);
      before?.length === row.cells.length && [...row.cells].forEach((cell, i) => i > 1 && cell.className !== "quiet" && cell.textContent !== before[i] && !cell.querySelector("time, [data-since]") && cell.lastElementChild?.classList.add("fresh"));
    }
    draw();
  }

  function depthOf(row) {
    return Number(/\bd(\d)/.exec(row.querySelector(".run-name")?.className ?? "")?.[1] ?? 0);
  }

  function placeIn(row) {
    for (let place = 0; place < model.total(); place++) {
      const at = model.rowAt(place);
      if (at === row) {
        return place;
      }
      if (at === null) {
        place += model.block - (place % model.block) - 1;
      }
    }
    return null;
  }

  async function toggle(row) {
    const id = model.idOf(row);
    model.isOpen(id) ? model.close(id) : await model.open(row, depthOf(row), placeIn(row));
    remember();
  }

  /** What was opened stands in the address, so that a link shows it too. */
  function remember() {
    const now = new URL(location.href);
    now.searchParams.delete("open");
    model.openedRuns().slice(0, 20).forEach(id => now.searchParams.append("open", id));
    history.replaceState(history.state, "", now);
  }

  function rememberPlace() {
    const now = new URL(location.href);
    const at = model.placeOf(Math.round(scroll.scrollTop / line));
    at > 0 ? now.searchParams.set("at", at) : now.searchParams.delete("at");
    over || now.href === location.href || history.replaceState(history.state, "", now);
  }

  /** Where whoever sent the link was. */
  function goBack() {
    const at = Number(new URLSearchParams(location.search).get("at"));
    if (at > 0 && !over) {
      drawNow();
      scroll.scrollTop = at * line;
    }
  }

  async function reopen() {
    for (const id of new URLSearchParams(location.search).getAll("open")) {
      const row = model.all().find(r => r.dataset.run === id);
      row && await model.open(row, depthOf(row), placeIn(row)).catch(() => {});
    }
  }

  function pin(row) {
    const now = new URL(location.href);
    const pinnedRuns = now.searchParams.getAll("pinned");
    now.searchParams.delete("pinned");
    const id = row.dataset.run;
    (pinnedRuns.includes(id) ? pinnedRuns.filter(p => p !== id) : [...pinnedRuns, id]).forEach(p => now.searchParams.append("pinned", p));
    now.searchParams.has("saved") || now.searchParams.set("saved", "-");
    window.Blazor ? window.Blazor.navigateTo(now.href) : location.assign(now);
  }

  function clicked(event) {
    const row = event.target.closest("tr");
    if (event.target.closest("[data-open]")) {
      toggle(row);
    } else if (event.target.closest("[data-pin-run]")) {
      pin(row);
    } else if (event.target.closest("[data-more]")) {
      const button = event.target.closest("[data-more]");
      const parent = model.all().find(r => !r.classList.contains("more-row") && model.idOf(r) === button.dataset.more);
      parent && model.more(button, parent, depthOf(parent));
    }
  }

  const keys = runsKeys({ root, scroll, model, selection, line: () => line, toggle, pin, head: () => table.tHead.offsetHeight + (pinned?.offsetHeight ?? 0), draw, drawNow });
  let settled = null;
  const scrolled = () => {
    draw();
    spareColumns();
    clearTimeout(settled);
    settled = setTimeout(rememberPlace, 300);
  };
  const sized = new ResizeObserver(draw);
  scroll.addEventListener("scroll", scrolled, { passive: true });
  table.addEventListener("click", clicked);
  sized.observe(scroll);
  const stop = onPulse(async () => {
    await refresh();
    Date.now() - lastCount > COUNT_MS ? await count() : setTimeout(() => over || Date.now() - lastCount > COUNT_MS && count(), COUNT_MS);
  }, PULSE_MS);
  const known = counted && root.dataset.shape === undefined ? Promise.resolve(words()) : count();
  Promise.all([known, reopen()]).then(goBack, () => {}).then(draw);

  return () => {
    over = true;
    clearTimeout(settled);
    stop();
    sized.disconnect();
    scroll.removeEventListener("scroll", scrolled);
    table.removeEventListener("click", clicked);
    keys.stop();
    selection.stop();
  };
}
