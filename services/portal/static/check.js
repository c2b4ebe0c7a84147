// Shows, while somebody types, what the programme says of the form as it is typed. The service judges; this only asks.

const PAUSE = 700;

for (const form of document.querySelectorAll("form[data-check]")) {
  const shown = form.querySelector("[data-checked]");
  let waiting = 0;
  let asked = 0;

  form.addEventListener("input", later);
  form.addEventListener("change", later);

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  }

  async function ask() {
    const mine = ++asked;
    try {
      const answer = await fetch(form.dataset.check, { method: "POST", body: new FormData(form), redirect: "error" });
      const text = await answer.text();
      if (answer.ok && mine === asked) shown.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
    } catch {
      // Nothing is shown while the network is away; saving says what is wrong.
    }
  }
}
