// A card dropped on a column chooses that column's line in the card's own menu: what the menu does not offer cannot be dropped.
let dragged = null;

export function startBoards() {
  document.addEventListener("dragstart", event => {
    const card = event.target.closest?.("[data-card]");
    if (!card) {
      return;
    }
    dragged = card;
    event.dataTransfer.setData("text/plain", card.dataset.card);
    event.dataTransfer.effectAllowed = "move";
    // Marked a moment later, so that the picture under the pointer is the card as it was.
    setTimeout(() => {
      for (const column of columns()) {
        const line = lineFor(column);
        column.dataset.takes = line ? (line.disabled ? "no" : "yes") : "not";
      }
      card.dataset.dragged = "";
    });
  });
  document.addEventListener("dragover", event => {
    const column = event.target.closest?.("[data-column]");
    const takes = dragged && column?.dataset.takes === "yes";
    for (const other of columns()) {
      other.toggleAttribute("data-over", takes && other === column);
    }
    if (takes) {
      event.preventDefault();
      event.dataTransfer.dropEffect = "move";
    }
  });
  document.addEventListener("drop", event => {
    const column = event.target.closest?.("[data-column]");
    if (dragged && column) {
      event.preventDefault();
      lineFor(column)?.click();
    }
  });
  document.addEventListener("dragend", () => {
    for (const column of columns()) {
      delete column.dataset.takes;
      column.removeAttribute("data-over");
    }
    dragged?.removeAttribute("data-dragged");
    dragged = null;
  });
}

/** The first that can be chosen, else one that says why not. */
function lineFor(column) {
  const lines = [...dragged?.querySelectorAll(`[data-to="${column.dataset.column}"]`) ?? []];
  return lines.find(line => !line.disabled) ?? lines[0];
}

function columns() {
  return document.querySelectorAll("[data-board] [data-column]");
}
