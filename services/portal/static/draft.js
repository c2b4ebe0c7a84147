// Keeps what is typed, every few moments, in the portal's own sealed table. Saving the form is something else.

const PAUSE = 1500;

for (const form of document.querySelectorAll("form[data-draft]")) {
  const line = form.querySelector("[data-kept]");
  let waiting = 0;
  let last = written(form);

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => clearTimeout(waiting));
  addEventListener("visibilitychange", () => document.visibilityState === "hidden" && waiting && keep(true));

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(keep, PAUSE);
  }

  async function keep(leaving = false) {
    clearTimeout(waiting);
    waiting = 0;
    const now = written(form);
    if (now === last || form.dataset.sent) return;
    const body = new FormData(form);
    body.set("_form", form.dataset.draft);
    try {
      const answer = await fetch("/drafts", { method: "POST", body, redirect: "error", keepalive: leaving && now.length < 20000 });
      if (!answer.ok) throw new Error(answer.status);
      last = now;
      const at = new Date((await answer.json()).saved_at);
      if (line) line.textContent = `${line.dataset.words} ${at.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })}`;
    } catch {
      if (line) line.textContent = line.dataset.failed;
      if (!leaving) waiting = setTimeout(keep, 10 * PAUSE);
    }
  }
}

function written(form) {
  return JSON.stringify([...new FormData(form)].filter(([name, value]) => !name.startsWith("_") && typeof value === "string"));
}
