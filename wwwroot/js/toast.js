/** A word at the edge of the screen that goes away by itself. */
export function toast(text) {
  const box = document.getElementById("toasts");
  const line = document.createElement("div");
  line.className = "toast";
  line.textContent = text;
  box.replaceChildren(line);
  setTimeout(() => line.classList.add("gone"), 1800);
  setTimeout(() => line.remove(), 2200);
}
