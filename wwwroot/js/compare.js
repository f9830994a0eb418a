// The page that lays runs side by side: what a reader chooses is in the address, so that a link shows the same.
import { onPage } from "./page-events.js";
import { toast } from "./toast.js";
import { markdown, table } from "./compare-table.js";

let leave = () => {};

export function startCompare() {
  onPage(() => {
    leave();
    leave = () => {};
    const root = document.querySelector("[data-compare]");
    if (root) {
      leave = mount(root);
    }
  });
}

function mount(root) {
  const data = JSON.parse(root.querySelector("[data-compare-runs]").textContent);
  const address = new URL(location.href);
  const box = root.querySelector("[data-compare-table]");
  const onlyDifferences = root.querySelector("[data-compare-diff]");
  onlyDifferences.checked = address.searchParams.get("diff") !== "0";
  const state = {
    baseline: Math.max(0, data.runs.findIndex(r => r.id === address.searchParams.get("baseline"))),
    shown: data.runs.map((_, i) => i),
  };
  let charts = null;

  function remember(name, value) {
    const now = new URL(location.href);
    value === null ? now.searchParams.delete(name) : now.searchParams.set(name, value);
    history.replaceState(history.state, "", now);
  }

  function show() {
    const { element, rows, of } = table(data, state, onlyDifferences.checked);
    box.replaceChildren(element);
    const runs = state.shown.length === data.runs.length ? "" : ` · ${state.shown.length.toLocaleString("en")} of ${data.runs.length.toLocaleString("en")} runs brushed`;
    root.querySelector("[data-compare-count]").textContent = `${rows.toLocaleString("en")} of ${of.toLocaleString("en")} rows${runs}`;
  }

  function clicked(event) {
    const choice = event.target.closest("[data-baseline]");
    if (choice) {
      state.baseline = Number(choice.dataset.baseline);
      remember("baseline", data.runs[state.baseline].id);
      show();
      charts?.draw();
    }
  }

  function copy(event) {
    const kind = event.target.closest("[data-compare-copy]")?.dataset.compareCopy;
    if (kind) {
      navigator.clipboard.writeText(kind === "link" ? location.href : markdown(data, state, onlyDifferences.checked)).then(() => toast(kind === "link" ? "Link copied" : "Table copied as Markdown"));
    }
  }

  onlyDifferences.addEventListener("change", () => {
    remember("diff", onlyDifferences.checked ? null : "0");
    show();
  });
  box.addEventListener("click", clicked);
  document.addEventListener("click", copy);
  show();

  let left = false;
  showInsights(root.querySelector("[data-compare-insights]"));
  import("./compare-charts.js").then(module => {
    if (!left) {
      charts = module.mount(root, data, {
        chosen: Object.fromEntries(address.searchParams),
        baseline: () => state.baseline,
        remember,
        brushed: shown => {
          state.shown = shown;
          show();
        },
      });
    }
  });
  return () => {
    left = true;
    document.removeEventListener("click", copy);
    charts?.dispose();
  };
}

/** What takes the server longer comes when the rest is there. */
async function showInsights(box) {
  if (!box) {
    return;
  }
  const answer = await fetch(box.dataset.compareInsights, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok) {
    const holder = document.createElement("template");
    holder.innerHTML = await answer.text();
    box.replaceChildren(holder.content);
  } else {
    box.remove();
  }
}
