// Adds and removes rows of a list on the page itself. Without scripts the server does it.

for (const list of document.querySelectorAll("[data-rows]")) {
  const form = list.closest("form");
  const rows = () => [...list.querySelectorAll(":scope > [data-row]")];
  const begin = `form.${list.dataset.rows}.`;

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.add === list.dataset.rows && rows().length) {
      event.preventDefault();
      const row = rows().at(-1).cloneNode(true);
      for (const input of row.querySelectorAll("input")) input.type === "checkbox" ? (input.checked = false) : (input.value = "");
      for (const said of row.querySelectorAll(".wrong, [data-uscc-says]")) said.remove();
      list.append(row);
      number();
      row.querySelector("input").focus();
    } else if (button?.hasAttribute("data-remove") && list.contains(button) && rows().length > 1) {
      event.preventDefault();
      const row = button.closest("[data-row]");
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      number();
      next.querySelector("input").focus();
    } else return;
    form.dispatchEvent(new Event("change"));
  });

  // Return in a line would press the first button of the form, which removes a row.
  list.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
  });

  function number() {
    for (const [index, row] of rows().entries()) {
      row.querySelector("[data-number]").textContent = index + 1;
      for (const part of row.querySelectorAll("[name], [id], [for]")) {
        for (const name of ["name", "id", "for"]) {
          const value = part.getAttribute(name);
          if (value?.startsWith(begin)) part.setAttribute(name, value.replace(/^(form\.[a-z.]+?\.)\d+\./, `$1${index}.`));
        }
        if (part.hasAttribute("data-remove")) part.value = `remove:${index}`;
      }
    }
  }
}
