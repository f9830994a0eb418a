// One file from the reader's computer, chosen or dropped. It goes past the circuit, straight to the server; the owner says where, and is told how it ended.
import { put, size } from "./upload.js";

export function mount(root, owner) {
  const input = root?.querySelector("[data-file]");
  if (!input) {
    return;
  }

  const zone = root.querySelector("[data-drop]");
  const bar = root.querySelector("[data-progress]");
  const words = root.querySelector("[data-sent]");
  let sending = null;

  input.addEventListener("change", () => {
    const [file] = input.files;
    if (file) {
      send(file);
    }
  });
  zone.addEventListener("dragover", event => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", event => {
    event.preventDefault();
    zone.classList.remove("over");
    const { files, items } = event.dataTransfer;
    const entry = items[0]?.webkitGetAsEntry?.();
    if (files.length !== 1 || entry?.isDirectory) {
      tell("Refuse", "Drop one file at a time, and no folder.");
    } else if (!input.disabled) {
      send(files[0]);
    }
  });
  root.addEventListener("click", event => event.target.closest("[data-stop-sending]") && sending?.abort());

  async function send(file) {
    sending?.abort();
    const address = await tell("BeginAsync", file.name, file.size);
    if (address) {
      const stop = sending = new AbortController();
      show(0, file.size);
      const { failure, answer } = await put(address, file, sent => show(sent, file.size), stop.signal);
      await tell("EndAsync", stop.signal.aborted ? null : answer, stop.signal.aborted ? null : failure);
    }
    // So that the same file can be chosen again.
    input.value = "";
  }

  function show(sent, all) {
    bar.value = all ? sent / all : 0;
    words.textContent = `${size(sent)} of ${size(all)}`;
  }

  // The page may have been left meanwhile.
  async function tell(what, ...values) {
    try {
      return await owner.invokeMethodAsync(what, ...values);
    } catch {
      sending?.abort();
      return null;
    }
  }
}
