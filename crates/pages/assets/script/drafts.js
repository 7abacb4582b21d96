// Drafts of notes survive a reload, a crash and a lost connection, on this machine and for this reader, for a
// week. They go when they are sent, and all of them when the reader signs out.
const DRAFT_DAYS = 7;
const draftKey = (field) => `draft:${reader}:${location.pathname}:${field.id}`;
for (const key of kept.keys(localStorage).filter((key) => key.startsWith("draft:"))) {
  let draft = {};
  try { draft = JSON.parse(kept.get(localStorage, key)) ?? {}; } catch { /* dropped below */ }
  if (!(Date.now() - draft.at < DRAFT_DAYS * 86400000)) kept.drop(localStorage, key);
}
for (const field of all("[data-draft]")) {
  const key = draftKey(field);
  const draft = kept.get(localStorage, key);
  if (draft && !field.value) {
    field.value = JSON.parse(draft).text ?? "";
    field.dataset.restored = "";
  }
  field.addEventListener("input", () => {
    if (field.value) kept.set(localStorage, key, JSON.stringify({ at: Date.now(), text: field.value }));
    else kept.drop(localStorage, key);
  });
  field.form?.addEventListener("submit", () => kept.drop(localStorage, key));
}
$("form[action='/sign-out']")?.addEventListener("submit", () => {
  for (const key of kept.keys(localStorage).filter((key) => key.startsWith("draft:"))) kept.drop(localStorage, key);
});
