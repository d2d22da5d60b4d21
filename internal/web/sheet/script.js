/* The pocket sheet: the recovery's coach and wait with no server behind them. What a server does for the
   guide is done here: the state of the run changes by the same rules (cadence.go), and lies in this browser. */
"use strict";
window.rekey = (() => {
  const D = JSON.parse(document.getElementById("sheet-data").textContent);
  const all = (q, of) => [...(of || document).querySelectorAll(q)];
  const stage = document.getElementById("stage");
  let memory = {}; // where the browser keeps nothing for a file
  const keep = (k, v) => { memory[k] = v; try { localStorage.setItem("rekey.sheet." + k, JSON.stringify(v)); } catch { /* for as long as the page is open */ } };
  const kept = (k) => { try { const v = localStorage.getItem("rekey.sheet." + k); if (v !== null) return JSON.parse(v); } catch { /* nothing is kept */ } return memory[k] === undefined ? null : memory[k]; };

  const R = {
    base: Date.now() - performance.now(),
    now: () => performance.now() + R.base,
    reduced: matchMedia("(prefers-reduced-motion: reduce)"),
    hear: [], hooks: [],
    onReady(f) { R.hooks.push(f); f(document); },
    store(k, v) { if (v === undefined) return kept("set." + k); keep("set." + k, v); return null; },
    minsec: (ms) => { const s = Math.max(0, Math.ceil(ms / 1000)); return Math.floor(s / 60) + ":" + String(s % 60).padStart(2, "0"); },
    note(text) { document.getElementById("said").textContent = text || ""; },
    refresh: () => show(),
    rtt: () => 0,
  };

  // ---- the run: the same shape and rules as on the server; t and coached are in ms
  const cycle = (s) => s.cadence.hold + s.cadence.wait;
  const presses = (s) => s.cadence.presses + s.missed.length + s.voided.length;
  const leg = (s) => s.legs[s.legs.length - 1];
  const endOf = (s) => Math.max(s.cadence.run, cycle(s) * presses(s));
  const coached = (s, t) => Math.min(s.status === "paused" ? s.paused : leg(s).coached + Math.max(0, t - leg(s).wall), endOf(s));
  const sorted = (list, k) => [...list.filter((x) => x !== k), k].sort((a, b) => a - b);
  const made = (s, change) => { const n = { ...s, ...change }; n.version = s.version + 1; n.end = endOf(n); return n; };
  const lead = (s) => s.status === "running" && leg(s).coached % cycle(s) === 0;

  const run = {
    begin: (t, version) => ({ version, status: "running", cadence: D.cadence, legs: [{ wall: t + D.cadence.preroll, coached: 0 }], paused: 0, missed: [], voided: [], end: D.cadence.run, pace: 1, own: 0, now: t }),
    settle: (s, t) => s.status === "running" && t >= leg(s).wall && coached(s, t) >= endOf(s) ? made(s, { status: "finished" }) : s,
    pause(s, t) {
      if (s.status !== "running") return s;
      const at = coached(s, t), c = cycle(s), k = Math.floor(at / c) + 1;
      const holds = !(t < leg(s).wall && lead(s)) && k <= presses(s) && at % c < s.cadence.hold;
      if (!holds) return made(s, { status: "paused", paused: at });
      return made(s, { status: "paused", paused: k * c, voided: sorted(s.voided, k), missed: s.missed.filter((m) => m !== k) });
    },
    resume(s, t) {
      if (s.status !== "paused") return s;
      const c = cycle(s), into = s.paused % c, k = Math.floor(s.paused / c) + 1;
      let wall = t;
      if (into === 0 && k <= presses(s)) wall = t + s.cadence.preroll;
      else if (c - into < D.settle && k < presses(s)) wall = t + D.settle - (c - into);
      return made(s, { status: "running", legs: [...s.legs, { wall, coached: s.paused }] });
    },
    miss(s, t, k) {
      const at = coached(s, t), start = (k - 1) * cycle(s), before = s.status === "paused" || t < leg(s).wall && lead(s);
      if (!(k >= 1 && k <= presses(s)) || (before ? at <= start : at < start) || s.missed.includes(k) || s.voided.includes(k)) return s;
      const whole = presses(s) * cycle(s);
      if (at < whole) return made(s, { missed: sorted(s.missed, k) });
      const again = { missed: sorted(s.missed, k), status: s.status === "paused" ? "paused" : "running", paused: whole };
      return made(s, { ...again, legs: [...s.legs, { wall: t + s.cadence.preroll, coached: whole }] });
    },
    undo: (s, t, k) => s.missed.includes(k) ? made(s, { missed: s.missed.filter((m) => m !== k) }) : s,
  };
  R.run = run;

  let S = kept("run");
  const put = (s) => { S = s; keep("run", s); for (const f of R.hear) f(s); };
  R.state = async () => { if (S) { const s = run.settle(S, R.now()); if (s !== S) { put(s); show(); } } return S; };
  R.post = async (form) => {
    const k = Number((form.querySelector('[name="press"]') || {}).value), t = R.now();
    put({ miss: () => run.miss(S, t, k), undo: () => run.undo(S, t, k), pause: () => run.pause(S, t) }[form.dataset.c]());
    return { ok: true, status: 200, json: async () => S };
  };

  // ---- what is shown
  const lang = () => kept("lang") || (all("[data-part-of]").map((p) => p.lang).find((l) => (navigator.language || "").startsWith(l))) || document.documentElement.lang;
  const one = (n, of) => (of || stage).querySelector(`[data-s="${n}"]`);
  const words = (n, text) => { for (const e of all(`[data-s="${n}"]`)) if (e.textContent !== text) e.textContent = text; };
  let shown = "";

  function show() {
    const l = lang(), status = S && S.status !== "left" ? S.status : "";
    document.documentElement.lang = l;
    for (const p of all("[data-part-of]")) p.hidden = p.lang !== l || status !== "";
    stage.hidden = status === "";
    const key = l + status + (S ? S.version : 0);
    if (key !== shown && !(status === "running" && shown.startsWith(l + "running"))) {
      shown = key;
      stage.replaceChildren();
      document.body.classList.toggle("coach-running", status === "running");
      if (status) {
        stage.append(document.querySelector(`template[data-of="${l}"][data-stage="${status}"]`).content.cloneNode(true));
        for (const [id, text] of [["coach-state", JSON.stringify(S)], ["coach-words", document.querySelector(`[data-words="${l}"]`).textContent]]) {
          const e = document.createElement("script");
          e.type = "application/json"; e.id = id; e.textContent = text;
          stage.append(e);
        }
        tally();
        const h = stage.querySelector("h1");
        if (h) { h.tabIndex = -1; h.focus({ preventScroll: true }); }
      }
      scrollTo(0, 0);
      for (const f of R.hooks) f(document);
    }
    rest();
  }

  function tally() {
    if (!one("done")) return;
    const p = window.rekeyCoach.phaseAt(S, S.status === "finished" ? R.now() + endOf(S) : R.now());
    words("done", String(Math.min(p.done, S.cadence.presses)));
    words("left", R.minsec(endOf(S) - (S.status === "paused" ? S.paused : endOf(S))));
    one("leftbox").hidden = S.status === "finished";
    one("missedbox").hidden = S.missed.length === 0;
    words("missedlist", S.missed.join(", "));
    const away = kept("away") || 0, gap = one("gap");
    if (gap) { gap.hidden = away < 1; words("gapfor", R.minsec(away * 1000)); }
  }

  // ---- the wait
  const spoken = (ms, l) => new Intl.DateTimeFormat(l, { weekday: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
  const local = (ms) => new Date(ms - new Date(ms).getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  const stampOf = (ms) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
  const escaped = (s) => s.replace(/([\\;,])/g, "\\$1").replace(/\n/g, "\\n");
  const folded = (line) => { const b = [...line]; let out = "", n = 0; for (const c of b) { const w = new TextEncoder().encode(c).length; if (n + w > 74) { out += "\r\n "; n = 1; } out += c; n += w; } return out; };
  // calendar gives the calendar file of a rest that began at since: an alarm the day
  // before, so that somebody is there, and one at the moment.
  R.calendar = (since, l) => {
    const at = since + D.rest, w = D.words[l], alarm = (trigger) => ["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:" + trigger, "DESCRIPTION:" + escaped(w.ready), "END:VALARM"];
    return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//rekey//sheet//EN", "METHOD:PUBLISH", "BEGIN:VEVENT", `UID:${since}-${at}@rekey.sheet`, "DTSTAMP:" + stampOf(since), "DTSTART:" + stampOf(at),
      "DTEND:" + stampOf(at + 1800000), "SUMMARY:" + escaped(w.ready), "DESCRIPTION:" + escaped(w.then), ...alarm("-P1D"), ...alarm("PT0M"), "END:VEVENT", "END:VCALENDAR", ""].map(folded).join("\r\n");
  };
  function rest() {
    const since = kept("rest"), t = Date.now();
    for (const e of all('[data-rest="ask"]')) e.hidden = since !== null;
    for (const e of all('[data-rest="wait"]')) {
      e.hidden = since === null;
      if (since === null) continue;
      const l = e.closest("[data-part-of]").lang, at = since + D.rest, is = t >= at ? "ready" : t >= since + D.restMin ? "risky" : "early";
      for (const w of all("[data-rest-word]", e)) w.hidden = ![is, is === "ready" ? "was" : "on"].includes(w.dataset.restWord);
      one("ready", e).textContent = spoken(at, l); one("ready", e).dateTime = new Date(at).toISOString();
      const until = e.querySelector('[data-rest-word="early"]');
      if (until.dataset.text === undefined) until.dataset.text = until.innerHTML;
      until.innerHTML = until.dataset.text.replace("…", spoken(since + D.restMin, l));
      one("calendar", e).href = "data:text/calendar;charset=utf-8," + encodeURIComponent(R.calendar(since, l));
    }
  }

  // ---- what the person does
  addEventListener("submit", (e) => {
    e.preventDefault(); // a form of this page goes nowhere
    const t = R.now(), kind = e.target.dataset.c;
    if (kind === "begin") { keep("away", 0); put(run.begin(t, (S ? S.version : 0) + 1)); show(); }
    if (kind === "resume") { put(run.resume(S, t)); show(); }
  });
  const acts = {
    stop() { put(made(S, { status: "left" })); show(); },
    late() { const done = presses(S); let k = done; while (k > 0 && (S.missed.includes(k) || S.voided.includes(k))) k--; put(run.miss(made(S, { status: "running" }), R.now(), k)); show(); },
    rest(b) {
      const part = b.closest("[data-part-of]"), v = one("since", part).value, t = Date.now(), since = v ? new Date(v).getTime() : t;
      const wrong = !(since <= t + 60000 && since >= t - D.back);
      one("since-wrong", part).hidden = !wrong;
      if (!wrong) { keep("rest", Math.min(since, t)); rest(); }
    },
    forget() { keep("rest", null); rest(); },
    check(b) { window.rekeyCoach.check(); one("checked", b.parentElement).hidden = false; },
  };
  addEventListener("click", (e) => {
    const b = e.target.closest("[data-s]"), l = e.target.closest("[data-lang]");
    if (b && acts[b.dataset.s]) acts[b.dataset.s](b);
    if (l) { e.preventDefault(); keep("lang", l.dataset.lang); show(); }
  });

  // A phone that slept stops this clock; the schedule does not. How long nobody could
  // see or hear it is said at the end.
  let beat = Date.now();
  const alive = () => {
    const t = Date.now(), slept = t - R.now();
    if (slept > 500) R.base += slept;
    const last = Math.max(beat, kept("beat") || 0);
    if (S && S.status === "running" && t - last > 15000) keep("away", (kept("away") || 0) + Math.round((t - last) / 1000));
    beat = t; keep("beat", t);
    R.state(); rest();
  };
  document.addEventListener("DOMContentLoaded", () => {
    for (const e of all("[data-needs-script]")) e.hidden = false;
    for (const e of all('[data-s="since"]')) { e.max = local(Date.now()); e.min = local(Date.now() - D.back); }
    if (S && S.status === "running") beat = kept("beat") || beat;
    alive(); show();
    setInterval(alive, 1000);
  });
  return R;
})();
