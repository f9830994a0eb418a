// A dialog that a live component renders is there to be seen at once: it becomes modal when it appears. The component takes
// it away again when it is done, or when the browser says that it was closed.
export function startModals() {
  new MutationObserver(changes => {
    for (const node of changes.flatMap(change => [...change.addedNodes])) {
      if (node instanceof Element) {
        for (const dialog of [node, ...node.querySelectorAll("dialog")]) {
          show(dialog);
        }
      }
    }
  }).observe(document.body, { childList: true, subtree: true });
}

function show(dialog) {
  if (dialog.matches("dialog[data-modal]:not([open])")) {
    dialog.showModal();
    dialog.querySelector("[data-first]")?.focus();
  }
}
