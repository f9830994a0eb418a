// Says in the filter what may come next. The server knows the grammar and the keys; here is only the list below the field.
const PAUSE_MS = 90;

export function startFilterWords() {
  let timer = null;
  let from = 0;
  document.addEventListener("input", event => {
    if (event.target.matches?.("[data-completes]")) {
      clearTimeout(timer);
      timer = setTimeout(() => ask(event.target), PAUSE_MS);
    }
  });
  document.addEventListener("focusin", event => event.target.matches?.("[data-completes]") && event.target.value === "" && ask(event.target));
  document.addEventListener("focusout", event => event.target.matches?.("[data-completes]") && setTimeout(() => hide(event.target), 150));
  document.addEventListener("keydown", event => event.target.matches?.("[data-completes]") && pressed(event), true);
  document.addEventListener("mousedown", event => {
    const word = event.target.closest?.(".filter-words [role=option]");
    if (word) {
      event.preventDefault();
      take(document.querySelector("[data-completes]"), word);
    }
  });

  async function ask(input) {
    const before = input.value.slice(0, input.selectionStart);
    const url = new URL(input.dataset.completes, location.href);
    url.searchParams.set("text", before);
    const answer = await fetch(url);
    if (!answer.ok || before !== input.value.slice(0, input.selectionStart) || document.activeElement !== input) {
      return;
    }
    const { from: start, words } = await answer.json();
    from = start;
    show(input, words.filter(w => w.text !== before.slice(start)));
  }

  function show(input, words) {
    const list = listOf(input);
    list.replaceChildren(...words.map((word, i) => {
      const item = document.createElement("li");
      const hint = document.createElement("small");
      item.id = `filter-word-${i}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.text = word.text;
      item.append(word.text);
      hint.textContent = word.hint;
      item.append(hint);
      return item;
    }));
    list.hidden = words.length === 0;
    input.setAttribute("aria-expanded", String(words.length > 0));
    input.removeAttribute("aria-activedescendant");
  }

  function hide(input) {
    listOf(input).hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function pressed(event) {
    const input = event.target;
    const list = listOf(input);
    const items = [...list.children];
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      ask(input);
    }
    if (list.hidden || items.length === 0) {
      return;
    }
    const chosen = items.findIndex(i => i.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = items[(chosen + (event.key === "ArrowDown" ? 1 : items.length - (chosen < 0 ? 0 : 1))) % items.length];
      items.forEach(i => i.setAttribute("aria-selected", String(i === next)));
      input.setAttribute("aria-activedescendant", next.id);
      next.scrollIntoView({ block: "nearest" });
    } else if ((event.key === "Enter" && chosen >= 0) || (event.key === "Tab" && !event.shiftKey)) {
      event.preventDefault();
      event.stopPropagation();
      take(input, items[Math.max(0, chosen)]);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      hide(input);
    } else if (event.key === "Enter") {
      hide(input);
    }
  }

  function take(input, item) {
    const text = item.dataset.text;
    const goesOn = text.endsWith(".") || text.endsWith("(");
    const after = input.value.slice(input.selectionStart);
    const begun = input.value.slice(0, from) + text + (goesOn || after.startsWith(" ") ? "" : " ");
    input.value = begun + after;
    input.setSelectionRange(begun.length, begun.length);
    input.focus();
    ask(input);
  }
}

function listOf(input) {
  return document.getElementById(input.getAttribute("aria-controls"));
}
