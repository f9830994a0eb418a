// Which rows of the runs table lie where: blocks of the whole as they were asked for, and between them what lies in runs and groups that were opened.
const BLOCK = 50;
/** Blocks farther away than this from what is in sight are forgotten. */
const KEPT = 30;

/** @param ask (what: object) => Promise<{rows: HTMLTableRowElement[], next: string|null}> */
export function rowModel(root, ask, changed) {
  const blocks = new Map();
  const waiting = new Map();
  // What was opened, by run or group: its place in the whole, its rows and whether there are more.
  const opened = new Map();
  let total = 0;
  let generation = 0;

  const idOf = row => row.dataset.run ?? `group:${row.dataset.without ?? ""}:${row.dataset.group}`;

  function begin(rows, next, all) {
    blocks.clear();
    opened.clear();
    rows.forEach((row, i) => {
      const at = Math.floor(i / BLOCK);
      blocks.has(at) || blocks.set(at, { rows: [], next: null });
      blocks.get(at).rows.push(row);
    });
    if (rows.length > 0) {
      blocks.get(Math.floor((rows.length - 1) / BLOCK)).next = next;
    }
    total = all ?? rows.length + (next ? 1 : 0);
  }

  /** The rows below one that was opened, as deep as they were opened themselves; a circle ends where it began. */
  function below(id, depth, above) {
    const rows = [];
    for (const row of opened.get(id)?.rows ?? []) {
      rows.push(row);
      if (row.dataset.run && !above.includes(idOf(row))) {
        rows.push(...below(idOf(row), depth + 1, [...above, idOf(row)]));
      }
    }
    return rows;
  }

  const insertions = () => [...opened.entries()].filter(([, o]) => o.place !== null).map(([id, o]) => ({ place: o.place, rows: below(id, 1, [id]) })).sort((a, b) => a.place - b.place);

  function length() {
    return total + insertions().reduce((sum, i) => sum + i.rows.length, 0);
  }

  /** What is to be seen from one line of the table to another; null for what was not sent yet. */
  function slice(from, to) {
    const lines = [];
    const inserted = insertions();
    let line = 0;
    let top = 0;
    while (line < to && top < total) {
      const next = inserted[0];
      // Straight to the next opened row, or to the beginning of what is in sight.
      const until = Math.min(next ? next.place : total - 1, total - 1);
      if (line + (until - top) < from) {
        line += until - top + 1;
        top = until + 1;
      } else {
        const start = Math.max(top, top + Math.max(0, from - line));
        line += start - top;
        for (top = start; top <= until && line < to; top++, line++) {
          line >= from && lines.push(rowAt(top));
        }
        if (top <= until) {
          break;
        }
      }
      if (next && top === next.place + 1) {
        inserted.shift();
        for (const row of next.rows) {
          line >= from && line < to && lines.push(row);
          line++;
        }
      }
    }
    return lines;
  }

  function rowAt(place) {
    return blocks.get(Math.floor(place / BLOCK))?.rows[place % BLOCK] ?? null;
  }

  /** The place in the whole of a line of the table, as well as that can be told. */
  function placeOf(line) {
    for (const { place, rows } of insertions()) {
      if (line <= place) {
        break;
      }
      line -= Math.min(rows.length, line - place);
    }
    return Math.min(line, total - 1);
  }

  async function need(from, to) {
    const first = Math.floor(Math.max(0, placeOf(from)) / BLOCK);
    const last = Math.floor(Math.max(0, placeOf(to)) / BLOCK);
    for (const at of [...blocks.keys()]) {
      if ((at < first - KEPT || at > last + KEPT) && ![...opened.values()].some(o => o.place !== null && Math.floor(o.place / BLOCK) === at)) {
        blocks.delete(at);
      }
    }
    const missing = [];
    for (let at = first; at <= last; at++) {
      if (!blocks.has(at)) {
        waiting.has(at) || waiting.set(at, fetchBlock(at));
        missing.push(waiting.get(at));
      }
    }
    await Promise.all(missing);
  }

  async function fetchBlock(at) {
    const now = generation;
    try {
      const before = blocks.get(at - 1);
      const answer = await ask(before?.next && before.rows.length === BLOCK ? { page_token: before.next } : { skip: at * BLOCK });
      if (now !== generation) {
        return;
      }
      blocks.set(at, { rows: answer.rows, next: answer.next });
      if (answer.next) {
        total = Math.max(total, (at + 1) * BLOCK + 1);
      } else if (answer.rows.length > 0 || at === 0) {
        total = at * BLOCK + answer.rows.length;
      }
      changed();
    } finally {
      now === generation && waiting.delete(at);
    }
  }

  async function open(row, depth, place) {
    const id = idOf(row);
    const answer = await ask({ ...within(row), depth: depth + 1 });
    opened.set(id, { place, rows: withMore(answer, id) });
    changed();
  }

  const within = row => row.dataset.run ? { below: row.dataset.run } : row.dataset.without ? { without: 1 } : { value: row.dataset.group };

  function withMore(answer, id) {
    if (answer.next) {
      answer.rows.push(moreRow(id, answer.next));
    }
    return answer.rows;
  }

  function moreRow(id, next) {
    const row = document.createElement("tr");
    const cell = document.createElement("td");
    const button = document.createElement("button");
    row.className = "more-row";
    cell.colSpan = 1000;
    button.type = "button";
    button.className = "button small ghost";
    button.textContent = "Show more of these";
    Object.assign(button.dataset, { more: id, next });
    cell.append(button);
    row.append(cell);
    return row;
  }

  async function more(button, row, depth) {
    const one = opened.get(button.dataset.more);
    const answer = await ask({ ...within(row), depth: depth + 1, page_token: button.dataset.next });
    one.rows.pop();
    one.rows.push(...withMore(answer, button.dataset.more));
    changed();
  }

  return {
    begin, length, slice, need, open, more, idOf, placeOf, rowAt, block: BLOCK,
    total: () => total,
    count(rows, isAll) {
      total = isAll ? rows : Math.max(total, rows);
      changed();
    },
    isOpen: id => opened.has(id),
    close(id) {
      opened.delete(id);
      changed();
    },
    openedRuns: () => [...opened.keys()].filter(id => !id.startsWith("group:")),
    /** Forgets everything that was sent; what is in sight is asked for anew. */
    forget() {
      generation++;
      waiting.clear();
      blocks.clear();
    },
    /** Everything that is held, to be dressed as selected or not. */
    all: () => [...[...blocks.values()].flatMap(b => b.rows), ...[...opened.values()].flatMap(o => o.rows)],
  };
}
