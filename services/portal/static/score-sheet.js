// The sum of a score sheet, as it is filled in: the weights of the page, rounded half up to a hundredth. Without
// scripts a button asks the server.

const fields = [...document.querySelectorAll("input[data-weight]")];
const sum = document.querySelector("#sum");

function points(field) {
  const text = field.value.trim();
  return /^\d{1,3}(\.\d{1,6})?$/.test(text) && Number(text) <= 100 ? BigInt(Math.round(Number(text) * 1e6)) : null;
}

function reckon() {
  const given = fields.map(points);
  sum.classList.toggle("none", given.includes(null));
  if (given.includes(null)) {
    sum.textContent = sum.dataset.none;
    return;
  }
  const total = given.reduce((so, each, index) => so + each * BigInt(fields[index].dataset.weight), 0n);
  const cents = (total + 500000n) / 1000000n;
  sum.textContent = `${cents / 100n}.${String(cents % 100n).padStart(2, "0")}`;
}

if (sum) {
  document.querySelector("[data-reckon]").hidden = true;
  for (const field of fields) field.addEventListener("input", reckon);
  reckon();
}
