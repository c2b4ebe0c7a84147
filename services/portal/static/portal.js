// What pages do when scripts run; without them every page works all the same.

// The error summary takes the focus, as soon as the page is there.
document.querySelector("[data-focus]")?.focus();

// A form is sent once: a second press of its button does nothing. Coming back by the back button sets it free.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent;
});
