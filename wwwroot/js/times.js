import { onPage } from "./page-events.js";

const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

export function startTimes() {
  onPage(() => {
    refreshAgo();
    tick();
  });
  setInterval(refreshAgo, 20_000);
  setInterval(tick, 1000);
}

// Only the text node's value is changed: a live component must find the nodes it made.
function write(element, text) {
  if (element.firstChild && element.firstChild.nodeValue !== text) {
    element.firstChild.nodeValue = text;
  }
}

function refreshAgo() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const then = new Date(time.dateTime);
    write(time, ago((Date.now() - then) / 1000));
    time.title = local.format(then);
  }
  for (const time of document.querySelectorAll("time[data-local]")) {
    write(time, local.format(new Date(time.dateTime)));
  }
}

function tick() {
  for (const element of document.querySelectorAll("[data-since]")) {
    write(element, duration(Date.now() - Number(element.dataset.since)));
  }
}

function ago(s) {
  if (s < -60) return `in ${span(-s)}`;
  return s < 45 ? "just now" : `${span(s)} ago`;
}

function span(s) {
  const of = (n, one, many) => `${Math.max(1, Math.round(n))} ${Math.max(1, Math.round(n)) === 1 ? one : many}`;
  if (s < 59.5 * 60) return of(s / 60, "min", "min");
  if (s < 23.5 * 3600) return of(s / 3600, "hour", "hours");
  if (s < 29.5 * 86400) return of(s / 86400, "day", "days");
  if (s < 364 * 86400) return of(s / (30.44 * 86400), "month", "months");
  return of(s / (365.25 * 86400), "year", "years");
}

function duration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`;
}
