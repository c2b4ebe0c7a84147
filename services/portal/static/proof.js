// Checks the proof on this page here, in the browser: the way from the event to the root (RFC 9162, section 2.1.3.2),
// and the signature under that root (a C2SP signed note, Ed25519).

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const decoded = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
const encoded = (bytes) => btoa(String.fromCharCode(...bytes));

async function nodeHash(left, right) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array([1, ...left, ...right])));
}

async function rootFrom(leaf, steps, index, size) {
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const step of steps) {
    if (last === 0) throw new Error("the proof is too long");
    if (node % 2 === 1 || node === last) {
      hash = await nodeHash(step, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      hash = await nodeHash(hash, step);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  if (last !== 0) throw new Error("the proof is too short");
  return hash;
}

async function signedBy(note, vkey) {
  const [name, id, key] = [vkey.split("+", 1)[0], vkey.split("+")[1], vkey.split("+").slice(2).join("+")];
  const end = note.indexOf("\n\n") + 1;
  const line = note.slice(end + 1).split("\n").find((each) => each.startsWith(`— ${name} `));
  if (!line) return false;
  const signature = decoded(line.split(" ")[2]);
  if ([...signature.slice(0, 4)].some((byte, at) => byte !== bytesOf(id)[at])) return false;
  const publicKey = await crypto.subtle.importKey("raw", decoded(key).slice(1), "Ed25519", false, ["verify"]);
  const text = new TextEncoder().encode(note.slice(0, end));
  return crypto.subtle.verify("Ed25519", publicKey, signature.slice(4), text);
}

async function verdict(section) {
  const proof = await (await fetch(section.dataset.proof)).json();
  const [, size, root] = proof.checkpoint.split("\n");
  const steps = proof.proof.map(bytesOf);
  const found = await rootFrom(bytesOf(proof.hash), steps, proof.seq - 1, Number(size));
  if (encoded(found) !== root) return "wrong";
  const keys = (await (await fetch("/verify/keys")).text()).trim().split("\n");
  for (const vkey of keys) if (await signedBy(proof.checkpoint, vkey)) return "right";
  return "wrong";
}

const section = document.querySelector("[data-proof]");
if (section && globalThis.crypto?.subtle) {
  // A browser without Ed25519 says nothing: the page has all that is needed to check it elsewhere.
  const said = await verdict(section).catch(() => "");
  const shown = said && document.getElementById(`proof-${said}`);
  if (shown) shown.hidden = false;
}
