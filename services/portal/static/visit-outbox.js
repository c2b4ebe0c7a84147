// The outbox of a site visit: photographs first, each by itself; then the report, which names where they are kept.
// What was sent once is not sent twice: an item keeps its key however often it is tried.

const AGAIN_AFTER = 15000;

class Later extends Error {}

const asFile = (fields) => new Blob([JSON.stringify(Object.fromEntries(fields), null, 2)], { type: "application/json" });

async function reach(address, request) {
  try {
    return await fetch(address, request);
  } catch {
    throw new Later();
  }
}

export const guardOf = (page) => page.querySelector('input[name="_guard"]')?.value ?? "";

export function outboxOf(box, store, arrived) {
  const of = box.dataset.outbox;
  const words = box.dataset;
  const over = new AbortController();
  let guard = guardOf(document);
  let timer = 0;
  let busy = false;
  let more = false;

  async function add(item) {
    await store.keep({ id: crypto.randomUUID(), of, state: "sends" in words ? "waiting" : "held", said: "", at: Date.now(), ...item });
    await draw();
    await send();
  }

  async function all() {
    const items = await store.items(of);
    return items.sort((one, other) => one.at - other.at);
  }

  async function send() {
    clearTimeout(timer);
    more = busy;
    if (busy) return;
    busy = true;
    try {
      await (navigator.locks ? navigator.locks.request(`visit ${of}`, sendAll) : sendAll());
    } catch (error) {
      if (!(error instanceof Later)) throw error;
      timer = setTimeout(send, AGAIN_AFTER);
    } finally {
      busy = false;
      await draw();
      if (more) await send();
    }
  }

  // Photographs that somebody kept before they were named to visit are sent as well; a report only when it is asked for.
  async function sendAll() {
    if (!("sends" in words)) return;
    const items = await all();
    const unsent = ["waiting", "held"];
    for (const item of items) if (item.kind === "photograph" && unsent.includes(item.state)) await sendPhotograph(item);
    const report = items.find((item) => item.kind === "report" && item.state === "waiting");
    const photographs = (await all()).filter((item) => item.kind === "photograph");
    if (report && photographs.every((item) => item.state === "sent")) await sendReport(report, photographs);
  }

  async function sendPhotograph(item) {
    const body = new FormData();
    body.set("_guard", guard);
    body.set("_key", item.id);
    body.set("file", item.content, item.name);
    const answer = await post(item, `${words.action}/photographs`, body);
    const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
    if (answer.status === 201) await store.keep({ ...item, state: "sent", said: "", stored: told });
    else await store.keep({ ...item, state: "refused", said: told.said ?? "" });
  }

  async function sendReport(item, photographs) {
    const body = new FormData();
    for (const [name, value] of item.fields) body.append(name, value);
    photographs.forEach(({ stored }, index) => {
      for (const [part, value] of Object.entries(stored)) body.set(`photographs.${index}.${part}`, value);
    });
    body.set("_guard", guard);
    body.set("_key", item.id);
    const answer = await post(item, words.action, body);
    await store.forget(item.id);
    if (answer.ok) {
      for (const each of photographs) await store.forget(each.id);
      await store.forgetDraft(of);
    }
    await arrived(answer);
  }

  async function post(item, address, body) {
    await draw(item.id);
    let answer = await reach(address, { method: "POST", body });
    if (answer.status === 401 || answer.status === 409) answer = await inANewSession(item, address, body, answer);
    if (answer.status >= 500) {
      await store.keep({ ...item, said: words.away });
      throw new Later();
    }
    return answer;
  }

  // After signing in again, a page has another guard: what was refused for the old one is sent with the new.
  async function inANewSession(item, address, body, refused) {
    const page = await reach(words.action, { redirect: "manual" });
    const found = page.ok && guardOf(new DOMParser().parseFromString(await page.text(), "text/html"));
    if (!found) {
      await store.keep({ ...item, said: words.signIn });
      throw new Later();
    }
    if (found === guard) return refused;
    guard = found;
    body.set("_guard", guard);
    return reach(address, { method: "POST", body });
  }

  async function draw(sending = "") {
    const items = await all();
    const list = box.querySelector("ul");
    box.hidden = items.length === 0 && navigator.onLine;
    box.querySelector("[data-offline]").hidden = navigator.onLine;
    box.querySelector("[data-send-now]").hidden = !items.some((item) => item.state === "waiting");
    list.replaceChildren(...items.map((item) => shown(item, item.id === sending ? "sending" : item.state)));
    box.dispatchEvent(new CustomEvent("drawn", { detail: items }));
  }

  function shown(item, state) {
    const row = box.querySelector("template").content.firstElementChild.cloneNode(true);
    const name = item.kind === "report" ? words.report : item.name;
    row.dataset.item = state;
    row.querySelector("[data-name]").textContent = name;
    row.querySelector("[data-said]").textContent = item.said;
    const tag = row.querySelector("[data-state]");
    tag.textContent = words[state];
    tag.classList.add({ sent: "done", refused: "late", sending: "act" }[state] ?? "soon");
    const take = row.querySelector("[data-take]");
    take.href = address(item);
    take.download = item.kind === "report" ? `${name}.json` : item.name;
    if (item.kind === "photograph") {
      const picture = new Image(56, 56);
      picture.alt = "";
      picture.src = address(item);
      row.querySelector(".thumb").append(picture);
    }
    const drop = row.querySelector("[data-drop]");
    if (item.kind === "report" && state === "waiting") drop.textContent = words.edit;
    drop.addEventListener("click", async () => {
      await store.forget(item.id);
      await draw();
    });
    for (const act of [take, drop]) act.setAttribute("aria-label", `${act.textContent} ${name}`);
    return row;
  }

  const addresses = new Map();
  function address(item) {
    if (!addresses.has(item.id)) {
      const content = item.content ?? asFile(item.fields);
      addresses.set(item.id, URL.createObjectURL(content));
    }
    return addresses.get(item.id);
  }

  function end() {
    clearTimeout(timer);
    over.abort();
  }

  box.querySelector("[data-send-now]").addEventListener("click", send);
  addEventListener("online", send, { signal: over.signal });
  addEventListener("offline", () => draw(), { signal: over.signal });
  return { add, send, draw, end };
}
