/* Pages that change by themselves: a stream of states, and the page fetched again when it is no longer true. */
"use strict";
(() => {
  const R = window.rekey;
  let stream = null, poll = 0, quiet = 0, busy = null, again = false, warned = false;

  // ---- the clocks: the shortest round trip of the last minutes gives the offset
  let best = { rtt: Infinity, at: 0 };
  R.rtt = () => best.rtt; // ms; half of it is how far off the server's clock may be
  const sample = (now, rtt) => {
    const t = performance.now();
    if (rtt <= best.rtt || t - best.at > 120000) { best = { rtt, at: t }; R.base = now + rtt / 2 - t; }
    if (!warned && !document.querySelector("[data-twin]") && Math.abs(R.now() - Date.now()) > 300000) { warned = true; R.note(document.body.dataset.sayClock); }
  };
  const state = async () => {
    const url = document.body.dataset.state;
    if (!url) return null;
    const t0 = performance.now();
    const r = await fetch(url, { headers: { Accept: "application/json", "Rekey-Clock": String(Date.now()) }, cache: "no-store" });
    if (!r.ok) { if (r.status < 500) stop(); return null; }
    const live = await r.json();
    sample(live.now, performance.now() - t0);
    heard(live);
    return live;
  };
  R.state = state;

  const heard = (live) => {
    quiet = performance.now();
    if (!warned) R.note("");
    for (const f of R.hear) f(live);
    const b = document.body.dataset;
    if (live.page && b.here && live.page !== b.here) R.refresh(live.page);
    else if (live.version !== undefined && String(live.version) !== b.v && !(live.coach && document.querySelector(".coachbox"))) R.refresh();
    else if ((live.work !== undefined || !live.coach && !live.twin) && !answer()) R.refresh();
  };
  // answer: this page is what a form was answered with, such as a field that was not
  // filled in. Its address gives another page: it is left as it is while nothing happens.
  const answer = () => { const b = document.body.dataset; return b.here && location.pathname.startsWith(b.here + "/"); };
  R.heard = heard;

  // ---- fetch the page again, and put what differs in place
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");
  const adopt = async (doc) => {
    const waits = [];
    for (const l of doc.querySelectorAll('link[rel="stylesheet"]')) {
      if (document.querySelector(`link[href="${l.getAttribute("href")}"]`)) continue;
      const n = document.createElement("link"); n.rel = "stylesheet"; n.href = l.getAttribute("href");
      waits.push(new Promise((ok) => { n.onload = n.onerror = ok; }));
      document.head.append(n);
    }
    await Promise.all(waits);
    for (const s of doc.querySelectorAll("head script[src]")) {
      if (document.querySelector(`script[src="${s.getAttribute("src")}"]`)) continue;
      const n = document.createElement("script"); n.src = s.getAttribute("src"); document.head.append(n);
    }
  };
  // begun: something on a form was filled in and not sent.
  const begun = (r) => [...r.querySelectorAll("input:not([type=hidden]), select")].some((e) => e.matches("select") ? e.selectedIndex !== Math.max(0, [...e.options].findIndex((o) => o.defaultSelected))
    : e.matches("[type=checkbox], [type=radio]") ? e.checked !== e.defaultChecked : e.value !== e.defaultValue);
  // typing: what a person is filling in must not be drawn anew under their hand. What is
  // in the form that was sent is filled in: its answer is what they wait for.
  const typing = (sent) => {
    const a = document.activeElement;
    if (a && !(sent && sent.contains(a)) && a.matches("input:not([type=hidden], [type=checkbox], [type=radio]), textarea") && a.value !== a.defaultValue) return true;
    return [...document.querySelectorAll(".planform input, .planform textarea, form.before :is(input, textarea)")].some((e) => e.type === "hidden" || sent && sent.contains(e) ? false : e.matches("[type=checkbox], [type=radio]") ? e.checked !== e.defaultChecked : e.value !== e.defaultValue);
  };
  // stay remembers what is unfolded and which button of a live region has the focus, for
  // the same page drawn anew.
  const stay = (b) => {
    const folds = [...b.querySelectorAll("details")].map((d) => d.open), a = document.activeElement;
    const all = (r) => [...r.querySelectorAll("a, button, summary")], r = a && a.closest("[data-live]"), at = r ? all(r).indexOf(a) : -1;
    return () => {
      const now = [...b.querySelectorAll("details")];
      if (now.length === folds.length) now.forEach((d, i) => { d.open = folds[i]; });
      const n = at >= 0 && b.querySelector(`[data-live="${r.dataset.live}"]`), e = n && all(n)[at];
      if (e) e.focus({ preventScroll: true });
    };
  };
  // swap shows a fetched page. Where it is the same page, only the regions named by
  // data-live change, so that focus, scroll and what is being read stay.
  R.swap = async (html, url, sent) => {
    const doc = parse(html), b = document.body, nb = doc.body;
    const same = nb.dataset.page === b.dataset.page && nb.className === b.className && nb.dataset.here === b.dataset.here;
    if (same) {
      for (const e of b.querySelectorAll("[data-live]")) {
        const n = nb.querySelector(`[data-live="${e.dataset.live}"]`);
        if (!n || n.innerHTML === e.innerHTML) continue;
        const a = document.activeElement, all = (x) => [...x.querySelectorAll("a, button, summary")], at = all(e).indexOf(a);
        if (e.contains(a) && at < 0 && !(sent && e.contains(sent))) continue; // a field that is being filled in
        if (e.querySelector(".screen") && begun(e) && !(sent && e.contains(sent))) continue;
        e.innerHTML = n.innerHTML;
        if (at >= 0 && all(e)[at]) all(e)[at].focus({ preventScroll: true }); // the button that was just pressed, as it is now
      }
    }
    if (same && nb.dataset.v === b.dataset.v) return done(nb);
    if (Number(nb.dataset.v) > 0 && Number(nb.dataset.v) < Number(b.dataset.v)) return; // asked for before what is shown, and answered after
    if (typing(sent)) { R.note(b.dataset.sayChanged); return; }
    await adopt(doc);
    if (same && b.querySelector(".coachbox")) { for (const v of b.querySelectorAll('input[name="v"]')) v.value = nb.dataset.v; return done(nb); }
    if (url && url !== location.href) history.pushState({}, "", url);
    document.title = doc.title;
    document.documentElement.lang = doc.documentElement.lang;
    for (const a of [...b.attributes]) b.removeAttribute(a.name);
    for (const a of nb.attributes) b.setAttribute(a.name, a.value);
    const back = same ? stay(b) : () => {};
    b.replaceChildren(...nb.childNodes);
    back();
    const h = b.querySelector("h1"); // the new step is read from its instruction on
    if (h && !same) { h.tabIndex = -1; h.focus({ preventScroll: true }); scrollTo(0, 0); }
    done(nb);
  };
  const done = (nb) => { document.body.dataset.v = nb.dataset.v; for (const f of R.hooks) f(document); listen(); };

  R.refresh = (url) => {
    if (busy) { again = true; return busy; }
    busy = (async () => {
      try {
        const r = await fetch(url || location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
        if (r.ok) await R.swap(await r.text(), url ? r.url : "");
      } catch { R.note(document.body.dataset.sayOffline); }
      setTimeout(() => { busy = null; if (again) { again = false; R.refresh(); } }, 1000);
    })();
    return busy;
  };
  window.addEventListener("popstate", () => location.reload());

  // post sends a form as the browser would, and gives the response.
  R.post = (form, submitter, accept) => {
    R.stamp(form);
    const data = new FormData(form);
    if (submitter && submitter.name) data.set(submitter.name, submitter.value);
    return fetch(form.action, { method: "POST", body: new URLSearchParams(data), headers: { Accept: accept || "text/html" } });
  };
  // Where sound is playing or a twin stands beside, forms go without leaving the page.
  document.addEventListener("submit", async (e) => {
    const f = e.target;
    if (e.defaultPrevented || f.method !== "post" || f.enctype === "multipart/form-data" || !document.querySelector("[data-twin], #coach-state")) return;
    e.preventDefault();
    const was = document.body.dataset.v, a = document.activeElement, live = f.closest("[data-live]");
    const sent = f.contains(a) && a.matches("input"); // sent from a field: what was typed there is not being typed any more
    try {
      const r = await R.post(f, e.submitter);
      document.body.dataset.v = was;
      if (sent) a.blur();
      await R.swap(await r.text(), r.url, f);
      const on = f.matches(".screen form") && document.querySelector(".screen form [data-focus]");
      if (on) { on.focus({ preventScroll: true }); return on.select && on.select(); }
      const next = sent && live && document.querySelector(`[data-live="${live.dataset.live}"] :is(input:not([type=hidden]), button)`);
      if (next && document.activeElement === document.body) next.focus({ preventScroll: true });
    } catch { R.note(document.body.dataset.sayFailed); }
  });

  // ---- the stream, and polling where it does not come
  const stop = () => { if (stream) stream.close(); stream = null; clearInterval(poll); poll = 0; };
  let listening = "";
  const listen = () => {
    const url = document.body.dataset.events || "";
    if (url === listening) return;
    stop(); listening = url;
    if (!url) return;
    quiet = performance.now();
    // The server's clock is known to half the time that its answer took: a busy device
    // asks until an answer came quickly.
    for (const ms of [0, 400, 900, 1600, 2200, 2800, 3400, 4000]) setTimeout(() => { if (ms < 2000 || best.rtt > 15) state().catch(() => {}); }, ms);
    poll = setInterval(() => {
      if (performance.now() - quiet > 10000) state().catch(() => R.note(document.body.dataset.sayOffline));
      else if (best.rtt > 15 || performance.now() - best.at > 60000) state().catch(() => {});
    }, 3000);
    if (!window.EventSource) return;
    stream = new EventSource(url);
    stream.onmessage = (m) => { try { heard(JSON.parse(m.data)); } catch { /* cut off: the next one comes */ } };
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden && document.body.dataset.state) { best.rtt = Infinity; state().catch(() => R.note(document.body.dataset.sayOffline)); } });
  listen();
})();
