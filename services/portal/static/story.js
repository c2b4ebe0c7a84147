// An auditor's two times: the sliders move the days, and what lies after them is hidden. Without scripts the form does.

const form = document.querySelector("[data-until]");
const steps = [...document.querySelectorAll("#story > li")];

function day(number) {
  const at = new Date(`${form.dataset.first}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + Number(number));
  return at.toISOString().slice(0, 10);
}

function number(text) {
  return Math.round((Date.parse(`${text}T00:00:00Z`) - Date.parse(`${form.dataset.first}T00:00:00Z`)) / 86_400_000);
}

function show() {
  const { effective, recorded } = form.elements;
  let told = 0;
  for (const step of steps) {
    step.hidden =
      (effective.value && step.dataset.effective > effective.value) ||
      (recorded.value && step.dataset.recorded > recorded.value);
    told += !step.hidden;
  }
  const status = form.querySelector("[data-told]");
  status.textContent = status.textContent.replace(/[0-9]+/, told);
}

if (form) {
  for (const slider of form.querySelectorAll("input[type=range]")) {
    const field = form.elements[slider.dataset.for];
    slider.hidden = false;
    slider.addEventListener("input", () => {
      field.value = day(slider.value);
      show();
    });
    field.addEventListener("input", () => {
      if (field.value) slider.value = number(field.value);
      show();
    });
  }
}
