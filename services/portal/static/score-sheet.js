// The sum of a score sheet, as it is filled in: the weights of the page, exact. Without
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
  const decimals = String(total % 100_000_000n).padStart(8, "0").replace(/0{1,6}$/, "");
  sum.textContent = `${total / 100_000_000n}.${decimals}`;
}

if (sum) {
  document.querySelector("[data-reckon]").hidden = true;
  for (const field of fields) field.addEventListener("input", reckon);
  reckon();
}
