// The palette: what is found and what can be done, each with its key.
const KINDS = ["All", "Do", "Go to", "Found"];
const FOUND_MAX = 12;
const ROWS_MAX = 8;

// Looks for people, companies and handoffs with the form of the page, so that nothing typed is in an address.
const found = async (text, signal) => {
  const form = $("form.search");
  if (!form || text.length < 2) return [];
  const body = new URLSearchParams({ csrf: form.elements.csrf.value, q: text });
  const answer = await fetch("/search", { method: "POST", body, signal, headers: { accept: "text/html" } });
  if (!answer.ok) return [];
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return all("main .found a", page).slice(0, FOUND_MAX).map((link) => {
    const href = link.getAttribute("href");
    return { says: words(link), key: "", run: () => location.assign(href) };
  });
};

const palette = () => {
  if ($("dialog.palette[open]")) return;
  const input = make("input", {
    type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", autocomplete: "off",
    "aria-label": "What to do, where to go, or whom to find", placeholder: "Do, go to, or find", maxlength: "200",
  });
  const list = make("div", { id: "palette-list", role: "listbox", "aria-label": "What can be done" });
  const nothing = make("p", { class: "quiet", hidden: "" }, "Nothing by these words. A whole e-mail address or phone number finds its person.");
  const said = make("p", { class: "unseen", role: "status" });
  const hint = (key, says) => [make("kbd", {}, key), ` ${says} `];
  const foot = make("footer", {}, ...hint("↑ ↓", "choose"), ...hint("↵", "do it"), ...hint("Tab", "narrow"),
    ...hint(">", "verbs alone"), ...hint("@", "people alone"), ...hint("?", "all keys"), ...hint("Esc", "close"));
  const over = dialog("Palette", input, list, nothing, said, foot);
  over.classList.add("palette");

  const rows = all(".rows a").slice(0, ROWS_MAX).map((row) => ({ says: words(row), key: "", run: () => row.click() }));
  const here = [
    ...verbs().map((one) => ({ ...one, kind: "Do", group: "On this page" })),
    ...COMMON.filter(([, , run]) => run && run !== COMMON[0][2]).map(([key, says, run]) => ({ says, key, run, kind: "Do", group: "Everywhere" })),
    ...all(".reader button").map((button) => ({ says: words(button), key: "", run: () => button.click(), kind: "Do", group: "Everywhere" })),
    ...destinations().map((one) => ({ ...one, kind: "Go to", group: "Go to" })),
    ...rows.map((one) => ({ ...one, kind: "Found", group: "In this list" })),
  ];
  let kind = 0;
  let shown = [];
  let chosen = 0;
  let answers = [];
  let looking = null;

  const choose = (at) => {
    chosen = Math.max(0, Math.min(shown.length - 1, at));
    all("[role=option]", list).forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === chosen));
      if (index === chosen) option.scrollIntoView({ block: "nearest" });
    });
    if (shown.length > 0) input.setAttribute("aria-activedescendant", `palette-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
  };
  const run = (at) => {
    const wanted = shown[at];
    if (!wanted) return;
    over.close();
    wanted.run();
  };
  const asked = () => {
    const text = input.value.trim();
    if (text.startsWith(">")) return { text: text.slice(1).trim(), only: "Do" };
    if (text.startsWith("@")) return { text: text.slice(1).trim(), only: "Found" };
    return { text, only: kind === 0 ? null : KINDS[kind] };
  };
  const show = () => {
    const { text, only } = asked();
    const parts = text.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (one) => parts.every((part) => one.says.toLowerCase().includes(part));
    shown = [...here.filter(fits), ...answers].filter((one) => only === null || one.kind === only);
    const groups = [...new Set(shown.map((one) => one.group))];
    shown = groups.flatMap((group) => shown.filter((one) => one.group === group));
    list.replaceChildren(...groups.map((group) => make("div", { role: "group", "aria-label": group },
      make("h2", { role: "presentation" }, group),
      ...shown.map((one, at) => [one, at]).filter(([one]) => one.group === group).map(([one, at]) => {
        const keys = one.key.split(" ").filter(Boolean).map((part) => make("kbd", {}, part));
        const option = make("div", { role: "option", id: `palette-${at}`, "aria-selected": "false" }, make("span", {}, one.says), ...keys);
        option.addEventListener("click", () => run(at));
        return option;
      }))));
    list.hidden = shown.length === 0;
    nothing.hidden = shown.length > 0;
    input.setAttribute("aria-expanded", String(shown.length > 0));
    said.textContent = `${shown.length} shown${only ? `, ${only.toLowerCase()} alone` : ""}`;
    choose(0);
  };
  let later = 0;
  const look = () => {
    clearTimeout(later);
    looking?.abort();
    answers = [];
    const { text, only } = asked();
    show();
    if (only !== null && only !== "Found") return;
    later = setTimeout(async () => {
      looking = new AbortController();
      try {
        answers = (await found(text, looking.signal)).map((one) => ({ ...one, kind: "Found", group: "Found" }));
        const at = chosen;
        show();
        choose(at);
      } catch { /* The next letter asks again. */ }
    }, 200);
  };
  input.addEventListener("input", look);
  over.addEventListener("close", () => { clearTimeout(later); looking?.abort(); });
  over.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter") run(chosen);
    else if (event.key === "Tab") { kind = (kind + (event.shiftKey ? KINDS.length - 1 : 1)) % KINDS.length; look(); }
    else if (event.key === "?" && input.value === "") { over.close(); keyMap(); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  input.focus();
  show();
};
