// Live: what changed is told by one stream for all pages of a browser, and each page fetches what it shows of
// it, authorised again. Nothing jumps: a list says how many are new, and stays until its reader asks.
const QUIET_MS = 25000;
const COUNTS_EVERY_MS = 1500;
const FOLLOW_EVERY_MS = 1000;
const live = $(".live");
if (live && document.body.hasAttribute("data-live")) {
  const says = $(".says", live);
  const told = (state, text) => {
    live.className = `live ${state}`;
    if (says.textContent !== text) says.textContent = text;
  };

  // The counts of the rail, at most so often.
  let counting = null;
  const counts = async () => {
    counting = null;
    if (document.hidden) return;
    const answer = await fetch("/live", { headers: { accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const now = await answer.json();
    const count = $(".places a[href='/inbox'] .count");
    if (count && now.inbox !== null) {
      count.textContent = now.inbox;
      count.classList.toggle("late", now.late);
    }
  };
  const countSoon = () => { counting ??= setTimeout(counts, COUNTS_EVERY_MS); };

  // The page as it is now, to take parts out of.
  const asItIs = async () => {
    const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html" } });
    if (!answer.ok) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };
  const offer = (where, text, act) => {
    $(".fresh", where)?.remove();
    const button = make("button", { type: "button", class: "fresh linklike" }, text);
    button.addEventListener("click", act);
    where.append(button);
  };
  const swap = (selector, fresh) => {
    const [old, now] = [$(selector), $(selector, fresh)];
    if (!old || !now) return;
    localMoments(now);
    const undoing = old.matches(".undo-place") && old.contains(document.activeElement);
    old.replaceWith(now);
    expiring(now);
    if (undoing) $("button", now)?.focus();
  };
  const list = async () => {
    const header = $(".list > header");
    if (!header) return;
    const fresh = await asItIs();
    if (!fresh || !$(".list", fresh)) return;
    const known = new Map(all(".list .rows a").map((row) => [row.getAttribute("href"), row]));
    const rows = all(".list .rows a", fresh);
    for (const row of rows) {
      const old = known.get(row.getAttribute("href"));
      if (old) old.replaceChildren(...row.childNodes);
    }
    localMoments($(".list"));
    const added = rows.filter((row) => !known.has(row.getAttribute("href"))).length;
    const gone = known.size + added - rows.length;
    if (added === 0 && gone === 0) return;
    const text = added > 0 ? `${added} new: show` : `${gone} gone: show`;
    offer(header, text, async () => swap(".list", (await asItIs()) ?? document));
  };
  // A handoff that is open: what nobody works in is changed in place, else it is offered.
  const open = async (version) => {
    const detail = $(".detail[data-version]");
    if (!detail || Number(detail.dataset.version) >= version) return;
    const busy = $("details.act[open]", detail) || all("[data-draft]", detail).some((field) => field.value);
    const refresh = async () => {
      const fresh = await asItIs();
      if (!fresh) return;
      for (const part of [".detail .undo-place", ".detail .chips", ".detail .next-step", ".detail .actions", ".detail .history", ".side"]) swap(part, fresh);
      detail.dataset.version = $(".detail", fresh)?.dataset.version ?? version;
      $(".fresh", detail)?.remove();
    };
    const held = detail.contains(document.activeElement) && !document.activeElement.closest(".undo-place");
    if (busy || held) offer($(".chips", detail), "It changed: show", refresh);
    else await refresh();
  };

  // What goes on by itself, an import for one, is looked at again until it has ended.
  const follow = async () => {
    if (!$("[data-follow]")) return;
    const fresh = document.hidden ? null : await asItIs().catch(() => null);
    if (fresh) {
      const now = $("main > .wide", fresh);
      const busy = $("details.act[open]") || $(".wide :focus");
      if (now && !busy) { localMoments(now); $("main > .wide")?.replaceWith(now); }
    }
    setTimeout(follow, FOLLOW_EVERY_MS);
  };
  setTimeout(follow, FOLLOW_EVERY_MS);

  let soon = null;
  const changed = (id, version) => {
    countSoon();
    if (document.hidden) { missed = true; return; }
    if (location.pathname === `/h/${id}`) open(version).catch(() => {});
    soon ??= setTimeout(() => { soon = null; list().catch(() => {}); }, 300);
  };
  let missed = false;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !missed) return;
    missed = false;
    countSoon();
    list().catch(() => {});
  });

  // What the stream says reaches every page of the browser: one of them holds it, and the others hear it.
  let heard = performance.now();
  const hear = ({ kind, data }) => {
    heard = performance.now();
    if (kind === "ended") { told("off", "you are signed out"); return; }
    if (kind === "gone") { told("off", "the connection is gone; what you see may be old"); return; }
    if (kind === "at") told("on", `live, ${(data.behind_ms / 1000).toFixed(1)} s behind`);
    if (kind === "change") changed(data.id, data.version);
    if (kind === "missed") { countSoon(); list().catch(() => {}); if ($(".detail[data-version]")) open(Infinity).catch(() => {}); }
  };
  const others = "BroadcastChannel" in window ? new BroadcastChannel(`live:${reader}`) : null;
  others?.addEventListener("message", (event) => hear(event.data));
  const tell = (heard) => { hear(heard); others?.postMessage(heard); };

  const stream = (done) => {
    let source = null;
    let wait = 1000;
    const connect = () => {
      source = new EventSource("/live/events");
      for (const kind of ["at", "change", "missed", "ended"]) {
        source.addEventListener(kind, (event) => {
          wait = 1000;
          tell({ kind, data: JSON.parse(event.data) });
          if (kind === "ended") { source.close(); done(); }
        });
      }
      source.addEventListener("error", () => {
        tell({ kind: "gone" });
        if (source.readyState !== EventSource.CLOSED) return;
        setTimeout(connect, wait + Math.random() * 500);
        wait = Math.min(wait * 2, 30000);
      });
    };
    connect();
    return () => source?.close();
  };
  if (navigator.locks) {
    // Whoever has the lock holds the stream until the page goes; then another one gets it.
    navigator.locks.request(`live:${reader}`, () => new Promise((done) => { stream(done); })).catch(() => {});
  } else {
    stream(() => {});
  }
  setInterval(() => {
    if (performance.now() - heard > QUIET_MS) told("off", "the connection is gone; what you see may be old");
  }, 5000);
}
