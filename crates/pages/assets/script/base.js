// Every page works without any of this. It is one script in one scope, put together from this folder.
const root = document.documentElement;
root.dataset.script = "";
const $ = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
const reader = document.body.dataset.reader ?? "";

// An element with attributes and children. Text stays text: nothing here writes HTML.
const make = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

// What an element says, without its key and its markers.
const words = (element) => {
  const copy = element.cloneNode(true);
  for (const aside of all("kbd, .count, .unseen", copy)) aside.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
};

// Storage may be full or forbidden. Then nothing is kept, and nothing else fails.
const kept = {
  get: (store, key) => { try { return store.getItem(key); } catch { return null; } },
  set: (store, key, value) => { try { store.setItem(key, value); } catch { /* nothing is kept */ } },
  drop: (store, key) => { try { store.removeItem(key); } catch { /* nothing was kept */ } },
  keys: (store) => { try { return Object.keys(store); } catch { return []; } },
};

// Moments in the zone of whoever reads, on hover and for screen readers.
const localMoments = (within) => {
  for (const time of all("time[datetime]", within)) {
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.getTime())) {
      time.title = moment.toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
    }
  }
};
localMoments(document);

// A form is sent once.
document.addEventListener("submit", (event) => {
  for (const button of all("button[type=submit]", event.target)) {
    setTimeout(() => { button.disabled = true; });
  }
});
// An offer to take something back counts down, and goes away when its time is over.
const expiring = (within) => {
  for (const offer of all("[data-seconds]", within)) {
    const says = $(".left", offer);
    const until = performance.now() + Number(offer.dataset.seconds) * 1000;
    const tick = () => {
      const left = Math.ceil((until - performance.now()) / 1000);
      if (says) says.textContent = left > 0 ? `${left} s` : "";
      if (left > 0 && offer.isConnected) { setTimeout(tick, 250); return; }
      const held = offer.contains(document.activeElement);
      offer.hidden = true;
      if (held) $("main").focus();
    };
    tick();
  }
};
expiring(document);
// A page that comes back from the browser's own memory can be used again.
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const button of all("button[type=submit]:disabled")) button.disabled = false;
});

// Where a column of its own was scrolled to, when the reader comes back to the page.
const columns = [".list", ".side"];
addEventListener("pagehide", () => {
  const places = columns.map((column) => $(column)?.scrollTop ?? 0);
  kept.set(sessionStorage, `place:${location.pathname}${location.search}`, JSON.stringify(places));
});
const places = JSON.parse(kept.get(sessionStorage, `place:${location.pathname}${location.search}`) ?? "[]");
columns.forEach((column, at) => { if (places[at] > 0 && $(column)) $(column).scrollTop = places[at]; });
