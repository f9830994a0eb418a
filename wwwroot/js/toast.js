/** A word at the edge of the screen that goes away by itself. */
export function toast(text) {
  const box = document.getElementById("toasts");
  const line = document.createElement("div");
  line.className = "toast";
  line.textContent = text;
  box.replaceChildren(line);
  // Shown anew each time, so that it lies above a dialog opened since.
  box.hidePopover();
  box.showPopover();
  setTimeout(() => line.classList.add("gone"), 1800);
  setTimeout(() => {
    line.remove();
    if (!box.firstChild) {
      box.hidePopover();
    }
  }, 2200);
}
