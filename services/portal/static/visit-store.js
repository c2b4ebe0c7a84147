// What a site visit keeps in the browser: what was typed, and what waits to be sent. Each belongs to one person and one
// case: "of" names both.

export async function openStore() {
  const database = await new Promise((done, failed) => {
    const request = indexedDB.open("juqu-visits", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("drafts");
      request.result.createObjectStore("items", { keyPath: "id" }).createIndex("of", "of");
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

  const ask = (name, mode, act) =>
    new Promise((done, failed) => {
      const transaction = database.transaction(name, mode);
      const request = act(transaction.objectStore(name));
      transaction.oncomplete = () => done(request.result);
      transaction.onabort = () => failed(transaction.error);
    });

  return {
    draft: (of) => ask("drafts", "readonly", (drafts) => drafts.get(of)),
    keepDraft: (of, fields) => ask("drafts", "readwrite", (drafts) => drafts.put(fields, of)),
    forgetDraft: (of) => ask("drafts", "readwrite", (drafts) => drafts.delete(of)),
    items: (of) => ask("items", "readonly", (items) => items.index("of").getAll(of)),
    keep: (item) => ask("items", "readwrite", (items) => items.put(item)),
    forget: (id) => ask("items", "readwrite", (items) => items.delete(id)),
  };
}
