// The site visit on a phone. What is typed is kept as it is typed, photographs as they are chosen; both are sent when
// the network is there. Without scripts the page is a plain form.

import { outboxOf } from "./visit-outbox.js";
import { openStore } from "./visit-store.js";

const KEPT_PAGES = "visit-pages";

if (document.querySelector("[data-outbox]") && "indexedDB" in window) {
  const store = await openStore();
  begin(store);
  keepThisPage();
}

async function begin(store) {
  const box = document.querySelector("[data-outbox]");
  const form = document.querySelector("#visit-form");
  const outbox = outboxOf(box, store, (answer) => {
    outbox.end();
    return arrived(answer, store);
  });
  if (form) {
    form.querySelector("[data-stored]")?.remove();
    form.querySelector("[data-scripted]")?.removeAttribute("hidden");
    if (!document.querySelector("[data-focus]")) await fill(form, store.draft(box.dataset.outbox));
    keepTyping(form, box, store);
    takePhotographs(form, outbox);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      outbox.add({ kind: "report", fields: typed(form) });
    });
    box.addEventListener("drawn", ({ detail }) => {
      form.inert = detail.some((item) => item.kind === "report" && item.state === "waiting");
    });
  }
  await outbox.draw();
  await outbox.send();
}

function typed(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !name.startsWith("_"));
}

// Nothing can be typed before what was typed last time stands there: it would be written over. Where it cannot be read,
// the form is as empty as it came.
async function fill(form, draft) {
  form.inert = true;
  try {
    for (const [name, value] of (await draft) ?? []) {
      const field = form.elements.namedItem(name);
      if (field) field.value = value;
    }
  } finally {
    form.inert = false;
  }
}

// "Kept" is said of what stands in the form now: each stroke takes the word back until that stroke is kept.
function keepTyping(form, box, store) {
  const saved = form.querySelector("[data-saved]");
  let strokes = 0;
  form.addEventListener("input", async () => {
    const stroke = ++strokes;
    saved.textContent = "";
    await store.keepDraft(box.dataset.outbox, typed(form));
    if (stroke === strokes) saved.textContent = box.dataset.kept;
  });
}

function takePhotographs(form, outbox) {
  const input = form.querySelector("input[type=file]");
  input.addEventListener("change", async () => {
    const chosen = [...input.files];
    input.value = "";
    for (const file of chosen) await outbox.add({ kind: "photograph", name: file.name, content: file });
  });
}

// What came back takes the place of this page: the report as it was taken, or the form with what is wrong.
async function arrived(answer, store) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.ok && "caches" in window) await caches.delete(KEPT_PAGES);
  document.title = page.title;
  document.querySelector("main").replaceWith(page.querySelector("main"));
  (document.querySelector("[data-focus]") ?? document.querySelector("main")).focus();
  scrollTo(0, 0);
  await begin(store);
}

// The page itself opens without a network, too: its worker keeps it, with its style and scripts.
async function keepThisPage() {
  if (!("serviceWorker" in navigator) || !document.querySelector("#visit-form")) return;
  await navigator.serviceWorker.register("/assignments/worker.js");
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")].map((link) => link.href);
  const scripts = performance.getEntriesByType("resource").map((each) => each.name);
  const needed = scripts.filter((name) => new URL(name).pathname.startsWith("/static/"));
  const kept = await caches.open(KEPT_PAGES);
  await kept.addAll([...new Set([location.pathname, ...parts, ...needed])]);
  await navigator.serviceWorker.ready;
  document.querySelector("[data-ready]").hidden = false;
}
