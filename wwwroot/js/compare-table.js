// The table of differences: a column for each run, the baseline first, signed differences in colour where it is known which way is better.
import { number } from "./chart-export.js";

/** More columns than anybody reads; brushing a chart brings the others here. */
const MOST = 60;

const details = [
  { key: "Started", of: r => new Date(r.started).toLocaleString() },
  { key: "Lasted", of: r => r.lasted },
  { key: "Status", of: r => r.status },
  { key: "User", of: r => r.user },
  { key: "Experiment", of: r => r.experiment },
];

/** The rows that are to be seen, by section, with the cells of the runs that are shown. */
function sections(data, state, onlyDifferences) {
  const columns = [state.baseline, ...state.shown.filter(i => i !== state.baseline)].slice(0, MOST);
  const all = [
    { title: "Run", rows: details.map(d => ({ key: d.key, values: data.runs.map(d.of) })) },
    { title: "Metrics", rows: data.metrics, numbers: true },
    { title: "Parameters", rows: data.params },
    { title: "Tags", rows: data.tags },
    { title: "Data", rows: data.data },
  ];
  const of = all.reduce((sum, s) => sum + s.rows.length, 0);
  const seen = all.map(s => ({ ...s, rows: s.rows.filter(row => !onlyDifferences || columns.some(i => row.values[i] !== row.values[columns[0]])) }));
  return { columns, of, sections: seen.filter(s => s.rows.length > 0) };
}

export function table(data, state, onlyDifferences) {
  const { columns, of, sections: shown } = sections(data, state, onlyDifferences);
  const element = node("table", "table compact differences compare-table");
  const head = node("tr");
  head.append(node("th", "key", ""));
  for (const i of columns) {
    head.append(heading(data.runs[i], i, i === state.baseline));
  }
  element.append(wrapped("thead", head));
  for (const section of shown) {
    const body = node("tbody");
    const title = node("th", "", section.title);
    title.colSpan = columns.length + 1;
    body.append(wrapped("tr", title, "group"));
    for (const row of section.rows) {
      const line = node("tr");
      const name = node("th", "key", row.key);
      name.scope = "row";
      line.append(name);
      for (const i of columns) {
        line.append(section.numbers ? numberCell(row, i, state.baseline) : textCell(row, i, state.baseline));
      }
      body.append(line);
    }
    element.append(body);
  }
  if (shown.length === 0) {
    const none = node("td", "quiet", "These runs do not differ in anything that they logged.");
    none.colSpan = columns.length + 1;
    element.append(wrapped("tbody", wrapped("tr", none)));
  }
  return { element, rows: shown.reduce((sum, s) => sum + s.rows.length, 0), of };
}

export function markdown(data, state, onlyDifferences) {
  const { columns, sections: shown } = sections(data, state, onlyDifferences);
  const clean = text => String(text ?? "–").replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
  const line = cells => `| ${cells.map(clean).join(" | ")} |`;
  const lines = [line(["", ...columns.map(i => data.runs[i].name + (i === state.baseline ? " (baseline)" : ""))]), line(["---", ...columns.map(() => "---")])];
  for (const section of shown) {
    for (const row of section.rows) {
      lines.push(line([row.key, ...columns.map(i => section.numbers ? number(numeric(row.values[i])) : row.values[i])]));
    }
  }
  return lines.join("\n") + "\n";
}

/** NaN and infinities come as texts. */
export function numeric(value) {
  return typeof value === "string" ? Number(value) : value;
}

function heading(run, i, isBaseline) {
  const cell = node("th");
  cell.scope = "col";
  const side = node("span", "side");
  const dot = node("span", `dot ${run.colour}`);
  const link = node("a", "", run.name);
  link.href = run.url;
  link.title = run.name;
  const choice = node("button", isBaseline ? "chip plain" : "button tiny ghost", isBaseline ? "baseline" : "set as baseline");
  choice.type = "button";
  choice.dataset.baseline = i;
  choice.disabled = isBaseline;
  side.append(dot, link);
  cell.append(side, choice);
  return cell;
}

function numberCell(row, i, baseline) {
  const value = numeric(row.values[i]);
  const cell = node("td", "right num", value === null || value === undefined ? "–" : Number.isFinite(value) ? number(value) : String(value).replace("Infinity", "∞"));
  const from = numeric(row.values[baseline]);
  if (i !== baseline && Number.isFinite(value) && Number.isFinite(from) && value !== from) {
    const change = value - from;
    const trend = row.better === 0 ? "" : Math.sign(change) === row.better ? " better" : " worse";
    cell.append(node("span", `delta${trend}`, `${change > 0 ? "+" : "−"}${number(Math.abs(change))}`));
  }
  return cell;
}

function textCell(row, i, baseline) {
  const value = row.values[i];
  const cell = node("td", i !== baseline && value !== row.values[baseline] ? "differs" : "", value ?? "–");
  cell.title = value ?? "";
  return cell;
}

function node(name, classes = "", text) {
  const element = document.createElement(name);
  if (classes) {
    element.className = classes;
  }
  if (text !== undefined) {
    element.textContent = text;
  }
  return element;
}

function wrapped(name, child, classes) {
  const element = node(name, classes);
  element.append(child);
  return element;
}
