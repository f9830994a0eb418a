// Draws a PDF page by page as the reader scrolls. Nothing in the document can act: scripts, forms and links are not read.
import { onPage } from "./page-events.js";

const MOST_PAGES = 200;

export function startPdfs() {
  onPage(() => document.querySelectorAll("[data-pdf]:not([data-open])").forEach(open));
}

async function open(box) {
  box.dataset.open = "";
  const note = box.querySelector("[data-pdf-note]");
  try {
    const pdf = await import("../lib/pdfjs/pdf.min.mjs");
    pdf.GlobalWorkerOptions.workerSrc = new URL("../lib/pdfjs/pdf.worker.min.mjs", import.meta.url).href;
    const file = await pdf.getDocument({ url: box.dataset.pdf, isEvalSupported: false, useWasm: false, enableXfa: false }).promise;
    const shown = Math.min(file.numPages, MOST_PAGES);
    note.textContent = `${file.numPages.toLocaleString("en")} ${file.numPages === 1 ? "page" : "pages"}${shown < file.numPages ? `, the first ${shown} are shown` : ""}`;
    const sight = new IntersectionObserver(entries => {
      for (const entry of entries.filter(e => e.isIntersecting)) {
        sight.unobserve(entry.target);
        draw(file, entry.target, box.clientWidth);
      }
    }, { rootMargin: "600px" });
    const first = (await file.getPage(1)).getViewport({ scale: 1 });
    for (let number = 1; number <= shown; number++) {
      const canvas = document.createElement("canvas");
      canvas.dataset.page = number;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `Page ${number}`);
      // The room of the first page, until the page itself is known.
      [canvas.width, canvas.height] = [first.width, first.height].map(Math.round);
      box.append(canvas);
      sight.observe(canvas);
    }
  } catch {
    note.textContent = "This document cannot be shown; download it to open it elsewhere.";
  }
}

async function draw(file, canvas, width) {
  const page = await file.getPage(Number(canvas.dataset.page));
  const plain = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: Math.min(2, (width - 48) / plain.width) * devicePixelRatio });
  [canvas.width, canvas.height] = [viewport.width, viewport.height].map(Math.round);
  await page.render({ canvas, viewport }).promise;
}
