// SHAP values of a model's rows: a swarm of all, one feature's dependence, one row's waterfall. The chosen row and feature are in the address.
import { onPage } from "./page-events.js";

let leave = () => {};

export function startExplanations() {
  onPage(() => {
    leave();
    leave = () => {};
    const root = document.querySelector("[data-explanation]");
    if (root) {
      leave = mount(root);
    }
  });
}

function mount(root) {
  const data = JSON.parse(root.querySelector("[data-explanation-values]").textContent);
  const address = new URL(location.href);
  const rowChoice = root.querySelector("[data-explanation-row]");
  const state = {
    feature: Math.max(0, data.features.findIndex(f => f.name === address.searchParams.get("feature"))),
    colour: data.features.length > 1 ? data.features.findIndex((f, i) => f.name === address.searchParams.get("by") && i >= 0) : 0,
    row: Math.max(0, data.rows.indexOf(Number(address.searchParams.get("row") ?? NaN))),
  };
  if (state.colour < 0) {
    state.colour = state.feature === 0 ? 1 : 0;
  }
  let charts = null;

  function remember(name, value) {
    const now = new URL(location.href);
    now.searchParams.set(name, value);
    history.replaceState(history.state, "", now);
  }

  function chooseRow(row) {
    state.row = row;
    rowChoice.value = String(row);
    remember("row", data.rows[row]);
    charts?.draw();
  }

  rowChoice.replaceChildren(...data.rows.map((r, i) => new Option(`${r}`, String(i), false, i === state.row)));
  rowChoice.addEventListener("change", () => chooseRow(Number(rowChoice.value)));
  root.querySelector("[data-explanation-choices]")?.replaceChildren(choice("Feature", "feature", "feature"), choice("Colour", "colour", "by"));

  function choice(title, field, name) {
    const label = document.createElement("label");
    const select = document.createElement("select");
    label.textContent = title;
    select.className = "select small";
    select.setAttribute("aria-label", title);
    select.append(...data.features.map((f, i) => new Option(f.name, String(i), false, i === state[field])));
    select.addEventListener("change", () => {
      state[field] = Number(select.value);
      remember(name, data.features[state[field]].name);
      charts?.draw();
    });
    label.append(select);
    return label;
  }

  let left = false;
  import("./explanation-charts.js").then(module => {
    if (!left) {
      charts = module.mount(root, data, state, chooseRow);
    }
  });
  return () => {
    left = true;
    charts?.dispose();
  };
}
