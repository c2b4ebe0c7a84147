// Uploads with progress, and files dropped on the form. Without scripts the form is sent as any other.

ready(document);

function ready(root) {
  for (const form of root.querySelectorAll("form[data-upload]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      send(form);
    }, true);
    const drop = form.querySelector("[data-drop]");
    if (drop) droppable(drop, form.querySelector("input[type=file]"));
  }
}

function droppable(place, input) {
  place.querySelector("[data-drop-words]").hidden = false;
  for (const kind of ["dragenter", "dragover"]) {
    place.addEventListener(kind, (event) => {
      event.preventDefault();
      place.classList.add("over");
    });
  }
  place.addEventListener("dragleave", () => place.classList.remove("over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}

function send(form) {
  const request = new XMLHttpRequest();
  const bar = form.querySelector("progress");
  const line = form.querySelector("[data-progress]");
  const button = form.querySelector("button");
  const say = (words) => line && (line.textContent = words);
  button.disabled = true;
  bar.classList.remove("hidden");
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = (100 * event.loaded) / event.total;
    say(`${line?.dataset.words} ${Math.round(bar.value)}%`);
  });
  request.addEventListener("load", () => arrived(request));
  request.addEventListener("error", () => {
    button.disabled = false;
    bar.classList.add("hidden");
    say(line?.dataset.failed);
  });
  request.open("POST", form.action);
  request.send(new FormData(form));
}

// The page that comes back takes the place of this one, with what was done or what is wrong.
function arrived(request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  document.title = page.title;
  document.querySelector("main").replaceWith(page.querySelector("main"));
  history.replaceState(null, "", request.responseURL);
  ready(document);
  (document.querySelector("[data-focus]") ?? document.querySelector("main")).focus();
}
