// Checks unified social credit codes (GB 32100) while they are typed. The service checks them again.

const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const SAID = {
  zh: {
    right: "代码正确",
    short: (n) => `已填 ${n} 位，应为 18 位`,
    letter: (c, n) => `第 ${n} 位“${c}”不在允许的字符内（不使用 I、O、S、V、Z）`,
    digit: (c, n) => `第 ${n} 位“${c}”应为数字`,
    check: (c) => `校验位不符：末位应为“${c}”，请核对全部 18 位`,
  },
  en: {
    right: "The code is right",
    short: (n) => `${n} of 18 characters`,
    letter: (c, n) => `Character ${n}, “${c}”, is not allowed (I, O, S, V and Z are never used)`,
    digit: (c, n) => `Character ${n}, “${c}”, must be a digit`,
    check: (c) => `The check character should be “${c}”: compare all 18`,
  },
};

/** What is wrong with a code: [the key of the words, ...what they say]; `right` for none. */
export function judged(text) {
  const code = text.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();
  for (const [index, letter] of [...code].entries()) {
    if (!ALPHABET.includes(letter)) return ["letter", letter, index + 1];
    if (index > 1 && index < 8 && !/[0-9]/.test(letter)) return ["digit", letter, index + 1];
  }
  if (code.length !== 18) return ["short", code.length];
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * ALPHABET.indexOf(code[index]), 0);
  const check = ALPHABET[(31 - (sum % 31)) % 31];
  return code[17] === check ? ["right"] : ["check", check];
}

function show(input) {
  let line = input.parentElement.querySelector("[data-uscc-says]");
  if (!line) {
    line = document.createElement("p");
    line.dataset.usccSays = "";
    line.setAttribute("role", "status");
    line.className = "says";
    input.after(line);
  }
  const [key, ...rest] = input.value.trim() ? judged(input.value) : [];
  const words = SAID[input.dataset.uscc]?.[key];
  line.textContent = typeof words === "function" ? words(...rest) : words ?? "";
  line.classList.toggle("good", key === "right");
}

addEventListener("input", (event) => event.target.matches?.("[data-uscc]") && show(event.target));
for (const input of document.querySelectorAll("[data-uscc]")) if (input.value) show(input);
