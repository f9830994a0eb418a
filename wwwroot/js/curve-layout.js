// How a reader wants the charts: in the address, so that a link shows the same, and kept by the browser for the next run.
const KEPT = "mlhub-charts";
const PLAIN = { axis: "step", smoothing: 0, log: false, robust: false, find: "" };

/** @param saved a layout that somebody saved, as a query string, for addresses that name none */
export function layout(compact, saved) {
  if (compact) {
    return { ...PLAIN };
  }
  const address = new URL(location.href).searchParams;
  const told = ["axis", "smoothing", "log", "robust", "find"].some(name => address.has(name)) ? address : saved ? new URLSearchParams(saved) : null;
  const settings = { ...PLAIN, ...(told ? read(Object.fromEntries(told)) : { ...remembered(), find: "" }) };
  if (Object.keys(PLAIN).some(name => settings[name] !== PLAIN[name])) {
    tell(settings);
  }
  return settings;
}

export function keep(settings) {
  localStorage.setItem(KEPT, JSON.stringify(settings));
  tell(settings);
}

function tell(settings) {
  const now = new URL(location.href);
  for (const [name, value] of Object.entries(settings)) {
    value === false || value === "" || value === 0 ? now.searchParams.delete(name) : now.searchParams.set(name, value === true ? "1" : value);
  }
  history.replaceState(history.state, "", now);
  // The forms that save a view send it with their address, which the server wrote before.
  document.querySelectorAll(".curves-tab form[method=post]").forEach(form => form.setAttribute("action", now));
}

/** What makes sense of it: addresses are written by people too. */
function read({ axis, smoothing, log, robust, find }) {
  const share = Number(smoothing ?? 0);
  return {
    ...(["step", "relative", "time"].includes(axis) && { axis }),
    ...(share >= 0 && share < 1 && { smoothing: share }),
    log: log === "1" || log === true,
    robust: robust === "1" || robust === true,
    ...(typeof find === "string" && { find: find.slice(0, 250) }),
  };
}

function remembered() {
  try {
    return read(JSON.parse(localStorage.getItem(KEPT)) ?? {});
  } catch {
    return {};
  }
}
