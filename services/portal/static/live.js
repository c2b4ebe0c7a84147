// News of what this page shows. One stream a browser: a tab that is visible and holds the lock listens, and passes on
// what it hears. Nothing here takes the focus or touches what is typed; without it every page works all the same.

const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 120_000;

const main = document.querySelector("main[data-shows]");
const line = main.querySelector("[data-changed]");
const heading = main.querySelector("[data-count]");
const shows = Number(main.dataset.shows);
const kept = { seq: shows, cases: {}, many: false, count: null };
const others = "BroadcastChannel" in window ? new BroadcastChannel("juqu-live") : null;
let visit = null;

function concerns(id) {
  return location.pathname.includes(id) || main.querySelector(`a[href*="${CSS.escape(id)}"]`) !== null;
}

function take(news) {
  kept.seq = Math.max(kept.seq, news.seq);
  Object.assign(kept.cases, news.cases);
  kept.many ||= news.many;
  kept.count = news.count ?? kept.count;
  const moved = Object.keys(news.cases).filter((id) => news.cases[id] > shows);
  if (news.many || moved.some(concerns)) line.hidden = false;
  if (heading && news.count !== null && moved.length > 0) recount(news.count);
}

function recount(count) {
  if (String(count) === heading.dataset.count) return;
  heading.dataset.count = count;
  heading.textContent = [heading.dataset.none, heading.dataset.one][count] ?? heading.dataset.more.replace("#", count);
  line.hidden = false;
}

// Resolves when the page is hidden or left, or when the session has ended.
function listen(over) {
  return new Promise((done) => {
    let source = null;
    let waiting = 0;
    let pause = FIRST_PAUSE;

    function stop() {
      clearTimeout(waiting);
      source.close();
      done();
    }

    function open() {
      source = new EventSource(`/live?after=${kept.seq}`);
      source.addEventListener("open", () => (pause = FIRST_PAUSE));
      source.addEventListener("news", (event) => {
        const news = JSON.parse(event.data);
        take(news);
        others?.postMessage(news);
      });
      source.addEventListener("ended", stop);
      source.addEventListener("error", () => {
        source.close();
        waiting = setTimeout(open, pause * (0.5 + Math.random()));
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      });
    }

    over.addEventListener("abort", stop);
    open();
  });
}

function begin() {
  if (document.visibilityState !== "visible" || visit) return;
  visit = new AbortController();
  const { signal } = visit;
  const alone = navigator.locks?.request("juqu-live", { signal }, () => listen(signal)) ?? listen(signal);
  alone.catch(() => {}); // it was hidden before its turn came
}

function leave() {
  visit?.abort();
  visit = null;
}

others?.addEventListener("message", ({ data }) => {
  if (data !== "what is new?") take(data);
  else if (visit) others.postMessage(kept);
});
others?.postMessage("what is new?");
line.querySelector("button").addEventListener("click", () => (line.hidden = true));
addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? begin() : leave()));
addEventListener("pagehide", leave);
addEventListener("pageshow", begin);
begin();
