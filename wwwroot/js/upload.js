// Sends the files of a chosen folder one after the other, so that a large model needs no more memory than a small one.
export function mount(root) {
  const input = root?.querySelector("[data-files]");
  if (!input) {
    return { count: () => 0, send: async () => "The page was left." };
  }

  const words = root.querySelector("[data-chosen]");
  const bar = root.querySelector("[data-progress]");
  const files = () => [...input.files].filter(file => !file.name.startsWith("."));
  input.addEventListener("change", () => {
    const total = files().reduce((sum, file) => sum + file.size, 0);
    words.textContent = files().length ? `${folder(files()[0])} · ${files().length} files · ${size(total)}` : "Choose the folder that holds MLmodel";
  });

  /** Null when all went well, else why not. */
  async function send(address) {
    const all = files();
    const total = all.reduce((sum, file) => sum + file.size, 0) || 1;
    let before = 0;
    bar.hidden = false;
    for (const file of all) {
      const { failure } = await put(address + encodeURIComponent(pathOf(file)), file, sent => { bar.value = (before + sent) / total; });
      if (failure) {
        bar.hidden = true;
        return `${pathOf(file)}: ${failure}`;
      }
      before += file.size;
    }
    bar.value = 1;
    return null;
  }

  return { count: () => files().length, send };
}

// The chosen folder itself is not part of the paths.
function pathOf(file) {
  return file.webkitRelativePath.split("/").slice(1).join("/") || file.name;
}

function folder(file) {
  return file.webkitRelativePath.split("/")[0] || file.name;
}

export function size(bytes) {
  const units = ["B", "KB", "MB", "GB"];
  const unit = Math.min(3, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)));
  return `${+(bytes / 1024 ** unit).toFixed(1)} ${units[unit]}`;
}

// fetch does not tell how far an upload is. Ends with why it failed, or with the answer.
export function put(address, file, tell, signal) {
  return new Promise(done => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", event => tell(event.loaded));
    request.addEventListener("load", () => done(request.status < 300 ? { failure: null, answer: request.responseText } : { failure: message(request) }));
    request.addEventListener("error", () => done({ failure: "the connection was lost" }));
    request.addEventListener("abort", () => done({ failure: "stopped" }));
    signal?.addEventListener("abort", () => request.abort());
    request.open("PUT", address);
    request.send(file);
  });
}

function message(request) {
  try {
    return JSON.parse(request.responseText).message;
  } catch {
    return `answered with ${request.status}`;
  }
}
