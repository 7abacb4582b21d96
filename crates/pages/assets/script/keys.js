// The next or the one before, in the first list of the page.
const step = (by) => {
  const rows = all(".rows a");
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row === document.activeElement);
  const here = at >= 0 ? at : rows.findIndex((row) => row.hasAttribute("aria-current"));
  rows[Math.max(0, Math.min(rows.length - 1, here + by))].focus();
};

// Evidence one after another.
const evidence = (number) => {
  const markers = all("[data-evidence]");
  if (markers.length === 0) return;
  const at = markers.findIndex((marker) => marker.getAttribute("href") === location.hash);
  const next = number
    ? markers.find((marker) => marker.textContent.trim() === number)
    : markers[(at + 1) % markers.length];
  if (next) location.replace(next.getAttribute("href"));
};

// Does what an element of the page does, and puts the reader where they go on.
const perform = (element) => {
  element.click();
  const opened = element.closest("details");
  if (opened?.open) $("input:not([type=hidden]), select, textarea", opened)?.focus();
};

// What can be done on the page: what the eye sees as a button, with its key.
const verbs = () => all("main button, main summary, main a.button")
  .filter((element) => element.closest("[hidden]") === null && element.checkVisibility?.() !== false)
  .filter((element) => element.closest("details.act > form") === null)
  .map((element) => {
    const keyed = element.matches("[data-key]") ? element : element.querySelector("[data-key]");
    return { says: words(element), key: (keyed?.dataset.key ?? "").toUpperCase(), run: () => perform(element) };
  });
const destinations = () => all(".places a")
  .map((link) => ({ says: words(link), key: link.dataset.go ? `G ${link.dataset.go.toUpperCase()}` : "", run: () => link.click() }));

// Keys that mean the same on every page, in the order of the map.
const COMMON = [
  ["Ctrl K", "Everything that can be done here, and everywhere", () => palette()],
  ["/", "Search", () => $("#search")?.focus()],
  ["J", "Next in the list", () => step(1)],
  ["K", "Previous in the list", () => step(-1)],
  ["Enter", "Open what is chosen", null],
  ["E", "Next evidence; 1 to 9 for that one", () => evidence()],
  ["?", "This map", () => keyMap()],
  ["Esc", "Close what is open", null],
];

let going = 0;
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    palette();
    return;
  }
  if (event.key === "Escape") {
    for (const open of all("details[name=act][open]")) {
      open.open = false;
      $("summary", open)?.focus();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || $("dialog[open]")) return;
  const key = event.key;
  if (performance.now() < going) {
    going = 0;
    const place = all("[data-go]").find((link) => link.dataset.go === key.toLowerCase());
    if (place) { event.preventDefault(); place.click(); }
    return;
  }
  if (key === "g") { going = performance.now() + 1500; return; }
  if (key === "?") { event.preventDefault(); return keyMap(); }
  if (/^[1-9]$/.test(key)) return evidence(key);
  const common = COMMON.find(([known, , run]) => run && known.length === 1 && known.toLowerCase() === key.toLowerCase());
  if (common) { event.preventDefault(); return common[2](); }
  const act = all("main [data-key]").find((one) => one.dataset.key.toLowerCase() === key.toLowerCase());
  if (act) { event.preventDefault(); perform(act); }
});

// A dialog that gives the focus back to where it was.
const dialog = (label, ...content) => {
  $("dialog[open]")?.close();
  const before = document.activeElement;
  const opened = make("dialog", { "aria-label": label, class: "over" }, ...content);
  opened.addEventListener("close", () => { opened.remove(); before?.focus?.(); });
  opened.addEventListener("click", (event) => { if (event.target === opened) opened.close(); });
  document.body.append(opened);
  opened.showModal();
  return opened;
};

const keyMap = () => {
  const line = (key, says) => make("div", {}, make("dt", {}, ...key.split(" ").map((part) => make("kbd", {}, part))), make("dd", {}, says));
  const list = (title, lines) => lines.length === 0 ? [] : [make("h2", {}, title), make("dl", {}, ...lines)];
  const close = make("button", { type: "button" }, "Close");
  const map = dialog("Keys", make("div", { class: "map" },
    make("header", {}, make("h1", {}, "Keys"), close),
    ...list("Everywhere", COMMON.map(([key, says]) => line(key, says))),
    ...list("On this page", verbs().filter((verb) => verb.key).map((verb) => line(verb.key, verb.says))),
    ...list("Go to", destinations().filter((place) => place.key).map((place) => line(place.key, place.says)))));
  close.addEventListener("click", () => map.close());
  close.focus();
};
