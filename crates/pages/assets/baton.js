"use strict";
// Pages work without this. It keeps drafts of notes, moves through lists by keys, and opens evidence in place.
(() => {
  document.documentElement.dataset.script = "";
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  // Moments in the zone of whoever reads, on hover and for screen readers.
  for (const time of all("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.getTime())) {
      time.title = moment.toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
    }
  }

  // Drafts of notes survive until they are sent.
  for (const field of all("[data-draft]")) {
    const key = `draft:${location.pathname}:${field.id}`;
    field.value = field.value || sessionStorage.getItem(key) || "";
    field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
    field.form?.addEventListener("submit", () => sessionStorage.removeItem(key));
  }

  // A form is sent once.
  document.addEventListener("submit", (event) => {
    for (const button of all("button[type=submit]", event.target)) {
      setTimeout(() => { button.disabled = true; });
    }
  });

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

  // The counts of the rail, while somebody looks. Nothing jumps: a list says that it changed, and stays.
  const live = $(".live");
  if (live && document.body.hasAttribute("data-live")) {
    const says = $(".says", live);
    const told = (state, words) => {
      live.className = `live ${state}`;
      says.textContent = words;
    };
    let seen = null;
    const look = async () => {
      if (document.hidden) return;
      const asked = performance.now();
      try {
        const answer = await fetch("/live", { headers: { accept: "application/json" } });
        if (answer.status === 401) { told("off", "you are signed out"); return; }
        if (!answer.ok) throw new Error(answer.status);
        const now = await answer.json();
        told("on", `live, ${((performance.now() - asked) / 1000).toFixed(1)} s behind`);
        const count = $(".places a[href='/inbox'] .count");
        if (count && now.inbox !== null) {
          count.textContent = now.inbox;
          count.classList.toggle("late", now.late);
        }
        const mark = `${now.inbox} ${now.changed}`;
        const header = $(".list > header");
        if (seen !== null && seen !== mark && header && !$(".fresh", header)) {
          const link = document.createElement("a");
          link.className = "fresh";
          link.href = location.pathname;
          link.textContent = "Changed: show";
          header.append(link);
        }
        seen = seen ?? mark;
      } catch {
        told("off", "the connection is gone; what you see may be old");
      }
    };
    look();
    setInterval(look, 5000);
    document.addEventListener("visibilitychange", look);
  }

  let going = false;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const open of all("details[name=act][open]")) open.open = false;
      document.activeElement?.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key;
    if (going) {
      going = false;
      const place = all("[data-go]").find((link) => link.dataset.go === key);
      if (place) { event.preventDefault(); place.click(); }
      return;
    }
    if (key === "g") { going = true; setTimeout(() => { going = false; }, 1500); return; }
    if (key === "/") { event.preventDefault(); $("#search")?.focus(); return; }
    if (key === "j") return step(1);
    if (key === "k") return step(-1);
    if (key === "e" || key === "E") return evidence();
    if (/^[1-9]$/.test(key)) return evidence(key);
    const act = all("[data-key]").find((one) => one.dataset.key.toLowerCase() === key.toLowerCase());
    if (act) {
      event.preventDefault();
      act.click();
      $("input:not([type=hidden]), select, textarea", act.closest("details") ?? act)?.focus();
    }
  });
})();
