/* What every page does with script; without it, every page still works. */
"use strict";
window.rekey = (() => {
  const R = {
    // The server's clock in ms: the page's steady clock plus base. The first guess is
    // the moment the page was made; live.js refines it.
    base: Number(document.body.dataset.now) - performance.now(),
    now: () => performance.now() + R.base,
    reduced: matchMedia("(prefers-reduced-motion: reduce)"),
    hooks: [], // run on load and after each swap
    hear: [],  // run with each live state
    onReady(f) { R.hooks.push(f); f(document); },
    store(k, v) {
      try { if (v === undefined) return localStorage.getItem("rekey." + k); localStorage.setItem("rekey." + k, v); } catch { /* private window: the choice lasts for the page */ }
      return null;
    },
    // A line on top that says the page is offline, or that something is odd.
    note(text) {
      const n = document.querySelector("[data-online]");
      if (!n) return;
      if (n.textContent !== text) n.textContent = text;
      n.hidden = !text;
    },
  };

  R.onReady(() => {
    for (const e of document.querySelectorAll("[data-script]")) e.hidden = false;
    for (const b of document.querySelectorAll("[data-print]")) b.onclick = () => print();
  });

  // The server words times in this browser's zone from the next page on.
  try { document.cookie = "tz=" + encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone) + "; path=/; max-age=34560000; SameSite=Strict"; } catch { /* no zone known here: the server's own is shown */ }

  // stamp tells with a recovery's form what this device's clock says at that moment.
  R.stamp = (form) => {
    if (form.method !== "post" || !new URL(form.action).pathname.startsWith("/r/")) return;
    let i = form.querySelector('input[name="clock_ms"]');
    if (!i) { i = document.createElement("input"); i.type = "hidden"; i.name = "clock_ms"; form.append(i); }
    i.value = String(Date.now());
  };
  document.addEventListener("submit", (e) => R.stamp(e.target), true); // before anything that sends the form by itself

  const minsec = (ms) => { const s = Math.max(0, Math.ceil(ms / 1000)); return Math.floor(s / 60) + ":" + String(s % 60).padStart(2, "0"); };
  R.minsec = minsec;
  const ago = (ms) => {
    const f = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
    const s = Math.round(ms / 1000);
    return s < 60 ? f.format(-s, "second") : s < 3600 ? f.format(-Math.round(s / 60), "minute") : f.format(-Math.round(s / 3600), "hour");
  };
  const tick = () => {
    const now = R.now();
    for (const e of document.querySelectorAll("[data-until]")) {
      const left = Number(e.dataset.until) - now;
      e.textContent = minsec(left);
      if (left <= 0 && !e.dataset.over) { e.dataset.over = "1"; if (R.refresh) R.refresh(); }
    }
    for (const e of document.querySelectorAll("[data-ago]")) e.textContent = e.dataset.say.replace("%", ago(now - Number(e.dataset.ago)));
    for (const e of document.querySelectorAll("[data-since]")) { const s = Math.max(0, Math.floor((now - Number(e.dataset.since)) / 1000)); e.textContent = s < 60 ? s + " s" : Math.floor(s / 60) + " min " + (s % 60) + " s"; }
  };
  setInterval(tick, 1000);
  return R;
})();
