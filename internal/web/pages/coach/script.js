/* The coach. What is shown and heard is a pure function of the state the server gave and the server's clock. */
"use strict";
(() => {
  if (window.rekeyCoach) return;
  const R = window.rekey;
  const $ = (n) => document.querySelector(`[data-c="${n}"]`);
  let S = null, W = {};

  // ================= the schedule (all times in ms) =================
  const cycle = (s) => s.cadence.hold + s.cadence.wait;
  const total = (s) => s.cadence.presses + s.missed.length + s.voided.length;
  const leg = (s) => s.legs[s.legs.length - 1];
  const wallOf = (s, coached) => leg(s).wall + (coached - leg(s).coached) / s.pace;
  const coachedAt = (s, t) => s.status === "paused" ? s.paused : leg(s).coached + Math.max(0, t - leg(s).wall) * s.pace;

  // phaseAt says what a person has to do at the server's moment t.
  function phaseAt(s, t) {
    const c = cycle(s), at = coachedAt(s, t), pre = s.status === "paused" ? 0 : Math.max(0, leg(s).wall - t);
    let n = 0; // presses whose hold has ended
    n = Math.max(0, Math.min(total(s), Math.floor((at - s.cadence.hold) / c) + 1));
    const lost = new Set([...s.missed, ...s.voided].filter((k) => k <= n)).size;
    const p = { at, done: n - lost, press: Math.min(total(s), Math.floor(at / c) + 1), left: s.end - at };
    if (pre > 0 && leg(s).coached % c === 0) return { ...p, name: "preroll", ms: pre, of: Math.max(pre, s.cadence.preroll), press: p.press - 1 };
    if (at >= s.end) return { ...p, name: "done", ms: 0, of: 1 };
    const inCycle = at % c, over = Math.floor(at / c) + 1 > total(s);
    if (!over && inCycle < s.cadence.hold) return { ...p, name: "hold", ms: (s.cadence.hold - inCycle) / s.pace, of: s.cadence.hold / s.pace };
    const ms = over ? s.end - at : c - inCycle;
    return { ...p, name: "wait", ms: ms / s.pace + pre, of: Math.max(s.cadence.wait / s.pace, ms / s.pace + pre) };
  }

  // quiet moves a moment to where nothing else sounds: 0.6 s after a release, and
  // room ms before the next lead-in.
  function quiet(s, t, room) {
    const c = cycle(s), from = s.cadence.hold + 600, to = c - 3200 - room;
    const k = Math.floor(t / c), at = t - k * c;
    if (k + 1 > total(s)) return t;
    if (at < from) return k * c + from;
    return at <= to ? t : (k + 1) * c + (k + 2 > total(s) ? 0 : from);
  }
  const marks = (s) => [["quarter", s.cadence.run / 4], ["half", s.cadence.run / 2], ["three-quarters", s.cadence.run * 3 / 4], ["last-minute", s.end - 60000]]
    .map(([name, m]) => { const at = quiet(s, m, 600); return { name, at, say: quiet(s, at + 700, 2600) }; });

  // cues gives every cue that starts in [from, to) of coached time.
  function cues(s, from, to) {
    const c = cycle(s), out = [], n = total(s);
    const add = (at, cue, i) => { if (at >= from && at < to) out.push(i === undefined ? { at, cue } : { at, cue, i }); };
    for (let k = Math.max(1, Math.floor(from / c)); k <= n && (k - 1) * c - 3000 < to; k++) {
      const at = (k - 1) * c;
      if (s.pace === 1) for (const i of [1, 2, 3]) add(at - (4 - i) * 1000, "press-in", i);
      add(at, "hold"); add(at + s.cadence.hold, "release");
    }
    if (s.pace === 1) for (const m of marks(s)) add(m.at, m.name === "last-minute" ? "last-minute" : "quarter");
    add(s.end, "finished");
    return out.sort((a, b) => a.at - b.at);
  }

  // ================= the sounds =================
  // start s, length s, from Hz, to Hz, level dBFS, attack s, release s
  const NOTES = {
    "press-in-1": [[0, .14, 523, 523, -12, .008, .03]], "press-in-2": [[0, .14, 659, 659, -11, .008, .03]], "press-in-3": [[0, .14, 784, 784, -10, .008, .03]],
    hold: [[0, 3, 880, 880, -10, .012, .012]], release: [[0, .42, 880, 440, -9, .008, .12]],
    quarter: [[0, .1, 587, 587, -14, .008, .03], [.22, .1, 587, 587, -14, .008, .03]],
    "last-minute": [0, 1, 2, 3].map((i) => [i * .16, .09, 698, 698, -13, .008, .03]),
    missed: [[0, .1, 440, 440, -13, .008, .03], [.14, .1, 587, 587, -13, .008, .03], [.28, .16, 440, 440, -13, .008, .06]],
    paused: [[0, .6, 415, 415, -15, .08, .3]],
    finished: [[0, 1.9, 523, 523, -16, .01, 1.5], [.22, 1.7, 659, 659, -16, .01, 1.4], [.44, 1.5, 784, 784, -16, .01, 1.3], [.66, 1.6, 1047, 1047, -15, .01, 1.45]],
  };
  const nameOf = (cue) => cue.i ? cue.cue + "-" + cue.i : cue.cue;
  // buffer renders a cue. At another pace the tones shrink with it.
  function buffer(ctx, name, pace, cache) {
    const key = name + "@" + pace;
    if (cache[key]) return cache[key];
    const squeeze = name === "hold" ? pace : name === "release" ? Math.max(1, pace / 8) : 1;
    const notes = NOTES[name].map(([st, len, f0, f1, db, a, r]) => [st, len / squeeze, f0, f1, db, Math.min(a, len / squeeze / 3), Math.min(r, len / squeeze / 3 + r / squeeze)]);
    const rate = ctx.sampleRate, b = ctx.createBuffer(1, Math.ceil(rate * (Math.max(...notes.map((n) => n[0] + n[1])) + .02)), rate), d = b.getChannelData(0);
    for (const [st, len, f0, f1, db, a, r] of notes) {
      const amp = 10 ** (db / 20), o = Math.round(st * rate);
      let ph = 0;
      for (let i = 0; i < Math.floor(len * rate); i++) {
        const t = i / rate, f = f0 * (f1 / f0) ** (t / len);
        let g = 1;
        if (t < a) g = .5 - .5 * Math.cos(Math.PI * t / a);
        if (t > len - r) g *= .5 - .5 * Math.cos(Math.PI * Math.max(0, len - t) / r);
        ph += 2 * Math.PI * f / rate;
        d[o + i] += amp * g * (2 * f <= 1600 ? .82 * Math.sin(ph) + .18 * Math.sin(2 * ph) : Math.sin(ph));
      }
    }
    return cache[key] = b;
  }

  let ctx = null, cache = {}, anchors = [];
  const planned = new Map(); // cue and coached moment -> {source, at}
  const log = [];
  function sound() {
    const A = window.AudioContext || window.webkitAudioContext;
    if (!A) return;
    if (!ctx) { ctx = new A({ latencyHint: "interactive" }); ctx.onstatechange = soundNote; }
    if (ctx.state === "suspended") ctx.resume().then(soundNote, () => {});
    soundNote();
  }
  function soundNote() { if (ctx && ctx.state !== "running") anchors = []; const e = $("soundoff"); if (e) e.hidden = !ctx || ctx.state === "running"; }
  // The audio clock steps in blocks and only ever lags: the largest difference of
  // the last seconds is the true one. It is taken anew all the time, so that two
  // crystals that drift apart do not add up over 20 minutes.
  function anchor() {
    anchors.push(ctx.currentTime * 1000 - performance.now());
    if (anchors.length > 120) anchors.shift();
    return Math.max(...anchors);
  }
  const heardAt = (serverMs) => (serverMs - R.base + anchor()) / 1000 - Math.min(.5, ctx.outputLatency || 0);
  function play(name, when, offset, pace) {
    const s = ctx.createBufferSource();
    s.buffer = buffer(ctx, name, pace, cache);
    s.connect(ctx.destination);
    s.start(Math.max(ctx.currentTime, when), Math.min(offset, s.buffer.duration));
    return s;
  }
  // plan keeps the next 75 s on the audio clock: a page in the background is woken
  // once a minute at worst.
  const AHEAD = 75000;
  function plan() {
    if (!ctx || ctx.state !== "running" || anchors.length < 12) return; // a first reading may lag by a whole block
    const want = new Map();
    if (S && S.status === "running") {
      const t = R.now(), late = S.cadence.hold / S.pace;
      const from = leg(S).coached + (t - late - leg(S).wall) * S.pace, to = leg(S).coached + (t + AHEAD - leg(S).wall) * S.pace;
      for (const c of cues(S, from, Math.min(to, S.end + 1))) {
        const wall = wallOf(S, c.at);
        if (wall < t - 60 && c.cue !== "hold") continue;
        if (c.at < leg(S).coached - S.cadence.preroll * S.pace) continue;
        want.set(nameOf(c) + "/" + c.at, { c, wall });
      }
    }
    for (const [k, p] of planned) {
      const w = want.get(k), past = p.when < ctx.currentTime - .02;
      // A plan made before the clocks were known well is made again.
      if (w && (past || Math.abs(heardAt(w.wall) - p.when) < .008)) continue;
      if (!w && past && p.cue !== "hold") { if (p.when < ctx.currentTime - 10) planned.delete(k); continue; }
      if (!w && past && S && S.status === "running" && p.when < ctx.currentTime - 4) { planned.delete(k); continue; }
      try { p.source.stop(); } catch { /* ended */ }
      planned.delete(k);
    }
    for (const [k, { c, wall }] of want) {
      if (planned.has(k)) continue;
      const when = heardAt(wall), offset = Math.max(0, ctx.currentTime - when);
      if (offset > 0 && c.cue === "hold" && offset * 1000 >= S.cadence.hold / S.pace) continue;
      planned.set(k, { source: play(nameOf(c), when, offset, S.pace), when, cue: c.cue });
      log.push({ cue: c.cue, i: c.i, at: c.at / 1000, wall, when, late: offset, ctxNow: ctx.currentTime, perfNow: performance.now() });
      if (log.length > 4000) log.shift();
    }
  }
  function now(name) { if (ctx && ctx.state === "running") play(name, ctx.currentTime + .01, 0, 1); }

  // ================= what is seen, felt and said =================
  let shown = "", lastCue = -Infinity, spoken = new Set(), said = 0, undo = null, asked = 0;
  const set = (n, text) => { const e = $(n); if (e && e.textContent !== text) e.textContent = text; };
  function draw() {
    const box = $("box");
    if (ctx && ctx.state === "running") { anchor(); if (anchors.length === 12) plan(); }
    if (!box || !S || S.status !== "running") return;
    const t = R.now(), p = phaseAt(S, t), name = p.name === "done" ? "wait" : p.name;
    if (shown !== name + p.press) {
      box.classList.remove("is-hold", "is-wait", "is-preroll"); box.classList.add("is-" + name);
      set("phase", W[name]);
      if (S.pace === 1 && t - said > 900) { said = t; set("say", W[name]); }
      document.title = W[name] + " · rekey";
      shown = name + p.press;
    }
    const secs = Math.max(0, Math.ceil(p.ms / 1000 - .001));
    set("count", String(secs)); set("done", String(p.done)); set("left", R.minsec(p.left));
    const spent = Math.min(1, Math.max(0, 1 - p.ms / p.of)), lvl = $("level");
    if (lvl) lvl.setAttribute("height", (100 * (R.reduced.matches ? 1 - Math.min(1, secs * 1000 / p.of) : spent)).toFixed(1));
    strip(t, p);
    if (undo && t > undo.until) closeUndo();
    feel(t);
    if (p.name === "done" && performance.now() - asked > 2000) { asked = performance.now(); if (R.state) R.state().catch(() => {}); }
  }
  function strip(t, p) {
    const g = $("bits");
    if (!g) return;
    const c = cycle(S) / 1000, at = R.reduced.matches ? Math.floor(coachPos(t)) : coachPos(t), n = total(S);
    const first = Math.floor(at / c) - 1;
    let html = [];
    for (let k = first; k <= first + 5; k++) {
      if (k < 0 || k >= n) continue;
      const x = 15 + k * c - at;
      if (x > -3 && x < 60) html.push([x.toFixed(2), x + 3 <= 15, S.missed.includes(k + 1)]);
    }
    while (g.childElementCount < html.length) { const r = document.createElementNS("http://www.w3.org/2000/svg", "rect"); for (const [a, v] of [["y", "2.6"], ["width", "3"], ["height", "5.6"], ["fill", "currentColor"]]) r.setAttribute(a, v); g.append(r); }
    while (g.childElementCount > html.length) g.lastElementChild.remove();
    html.forEach(([x, past, missed], i) => { const r = g.children[i]; r.setAttribute("x", x); r.setAttribute("class", past ? "past" : ""); r.setAttribute("height", missed ? "1.5" : "5.6"); });
  }
  // seconds on the strip, below the leg's start while it has not begun
  const coachPos = (t) => (leg(S).coached + (t - leg(S).wall) * S.pace) / 1000;

  function feel(t) {
    const at = leg(S).coached + (t - leg(S).wall) * S.pace;
    if (at < lastCue - 5000 || lastCue === -Infinity) { lastCue = at; return; }
    if (S.pace === 1) {
      for (const c of cues(S, lastCue, at)) {
        const buzz = { "press-in": 60, hold: 250, release: [60, 60, 60], "last-minute": [60, 60, 60, 60, 60] }[c.cue];
        if (buzz) vibrate(buzz);
        if (c.cue === "finished") speak("say.end");
      }
      for (const m of marks(S)) if (m.say >= lastCue && m.say < at) speak("say." + m.name, phaseAt(S, t).done);
      if (leg(S).coached === 0 && leg(S).wall - t > S.cadence.preroll - 700 && !spoken.has("start")) { spoken.add("start"); speak("say.start"); }
    }
    lastCue = at;
  }
  // A page that was only opened and never touched may not vibrate.
  function vibrate(pattern) { if (navigator.vibrate && (!navigator.userActivation || navigator.userActivation.hasBeenActive)) navigator.vibrate(pattern); }
  function speak(key, n) {
    const text = (W[key] || "").replace("{n}", n);
    set("say", text);
    if (R.store("speech") === "off" || !window.speechSynthesis || !text) return;
    const u = new SpeechSynthesisUtterance(text);
    u.lang = W.lang; u.rate = 1.05;
    speechSynthesis.cancel(); speechSynthesis.speak(u);
  }

  // ================= what the person does =================
  const endOf = (s) => Math.max(s.cadence.run, cycle(s) * total(s));
  function take(live) {
    if (!live) return;
    if (live.coach) live = live.coach;
    if (!live.cadence) return;
    const was = S && S.status;
    // A state asked for before the tap must not undo what the tap already shows.
    if (S && (live.version < S.version || pending && live.version === S.version)) return;
    S = live; S.missed = S.missed || []; S.voided = S.voided || [];
    window.rekeyCoach.state = S;
    for (const v of document.querySelectorAll('.coachbox input[name="v"]')) v.value = S.version;
    if ($("box")) document.body.dataset.v = S.version;
    plan();
    if (was && was !== S.status && R.refresh) R.refresh();
  }
  let pending = 0;
  async function act(form, patch) {
    pending++;
    try { return await sent(form, patch); } finally { pending--; }
  }
  async function sent(form, patch) {
    const before = S, held = S && { ...S, missed: [...S.missed] };
    if (patch && held) { patch(held); held.end = endOf(held); S = held; plan(); draw(); }
    for (let again = 0; again < 2; again++) {
      try {
        const r = await R.post(form, null, "application/json");
        if (r.status === 409 && !again && R.state) { S = before; await R.state(); const v = form.querySelector('[name="v"]'); if (v) v.value = S.version; continue; }
        if (!r.ok) throw new Error(r.status);
        const got = await r.json();
        S = before; take(got);
        return true;
      } catch { break; }
    }
    S = before; plan(); R.note(document.body.dataset.sayFailed);
    return false;
  }
  function miss() {
    const form = $("miss");
    if (!form || !S || S.status !== "running") return;
    const k = phaseAt(S, R.now()).press;
    if (k < 1 || S.missed.includes(k) || S.voided.includes(k)) return;
    $("misspress").value = k;
    now("missed"); vibrate([30, 40, 30]);
    set("say", W["say.missed"]);
    openUndo(k);
    act(form, (s) => s.missed.push(k)).then((ok) => { if (!ok) closeUndo(); });
  }
  function openUndo(k) {
    undo = { k, until: R.now() + S.cadence.undo };
    set("undosay", W["undo.press"].replace("{n}", k)); set("misshint", W["missed.taken"].replace("{n}", k));
    $("undopress").value = k; $("undo").hidden = false;
  }
  function closeUndo() { undo = null; if ($("undo")) { $("undo").hidden = true; set("misshint", W["missed.tap"]); } }

  document.addEventListener("submit", async (e) => {
    const kind = e.target.dataset && e.target.dataset.c;
    if (!kind || !S) return;
    if (kind === "begin" || kind === "resume") { sound(); wake(); return; } // live.js sends it and shows what comes
    if (!["miss", "undo", "pause"].includes(kind)) return;
    e.preventDefault(); e.stopImmediatePropagation();
    if (kind === "miss") miss();
    if (kind === "undo") { const k = Number($("undopress").value); closeUndo(); act(e.target, (s) => { s.missed = s.missed.filter((m) => m !== k); }); }
    if (kind === "pause") { if (await act(e.target)) { now("paused"); speak("say.paused"); } }
  }, true);

  document.addEventListener("keydown", (e) => {
    if (e.defaultPrevented || e.repeat || e.ctrlKey || e.metaKey || e.altKey || R.store("keys") === "off" || !S) return;
    if (e.target.matches && e.target.matches("input, textarea, select, summary, a, .holdbtn")) return;
    const k = e.key.toLowerCase(), onButton = e.target.matches && e.target.matches("button");
    if ((k === "m" || k === " " && !onButton) && $("miss")) { e.preventDefault(); miss(); }
    if (k === "p" || k === "escape") { const f = $("pause") || $("resume"); if (f) { e.preventDefault(); f.requestSubmit(); } }
  });
  document.addEventListener("pointerdown", () => { if (S && S.status === "running" && (!ctx || ctx.state !== "running")) sound(); });

  let lock = null;
  async function wake() { try { if (navigator.wakeLock && !document.hidden) lock = await navigator.wakeLock.request("screen"); } catch { lock = null; } }
  document.addEventListener("visibilitychange", () => { if (!document.hidden && S && S.status === "running") { wake(); plan(); } });

  function check() {
    sound();
    if (!ctx) return;
    ctx.resume().then(() => { const t = ctx.currentTime + .1; [["press-in-1", 0], ["press-in-2", 1], ["press-in-3", 2], ["hold", 3], ["release", 6]].forEach(([n, s]) => play(n, t + s, 0, 1)); });
    if ($("checked")) $("checked").hidden = false;
  }
  const lacks = { audio: () => !(window.AudioContext || window.webkitAudioContext), speech: () => !window.speechSynthesis, vibrate: () => !navigator.vibrate, wake: () => !navigator.wakeLock, background: () => !navigator.wakeLock };

  window.rekeyCoach = {
    state: null, log, phaseAt, cues, marks, check,
    // schedule gives the cues that start in [from, to), in seconds of coached time.
    schedule: (from, to) => cues(S, from * 1000, to * 1000).map((c) => ({ ...c, at: c.at / 1000 })),
    phase: () => phaseAt(S, R.now()),
    audio: () => ctx && { state: ctx.state, currentTime: ctx.currentTime, anchor: anchor(), latency: ctx.outputLatency || 0, base: R.base, perfNow: performance.now() },
    // renderOffline plays [from, to) into memory and gives, for each cue, when it was
    // planned and when sound is found to begin in the samples, in coached seconds.
    async renderOffline(from, to) {
      const list = cues(S, from * 1000, to * 1000), rate = 16000;
      const off = new OfflineAudioContext(1, Math.ceil((to - from + 4) * rate), rate), own = {};
      for (const c of list) { const s = off.createBufferSource(); s.buffer = buffer(off, nameOf(c), 1, own); s.connect(off.destination); s.start(c.at / 1000 - from); }
      const d = (await off.startRendering()).getChannelData(0), onsets = [];
      for (let i = 0, still = rate; i < d.length; i++) {
        const v = Math.abs(d[i]);
        if (v < .012) { still++; continue; }
        if (still >= .0015 * rate) onsets.push(from + i / rate);
        still = 0;
      }
      let last = 0;
      return list.map((c) => {
        const at = c.at / 1000;
        while (last < onsets.length - 1 && Math.abs(onsets[last + 1] - at) < Math.abs(onsets[last] - at)) last++;
        return { cue: c.cue, i: c.i, at, onset: onsets.length ? onsets[last] : null };
      });
    },
  };

  R.onReady(() => {
    for (const list of document.querySelectorAll('[data-c="cannot"]')) { let any = false; for (const li of list.children) { li.hidden = !lacks[li.dataset.cannot](); any = any || !li.hidden; } list.hidden = !any; }
    const st = document.getElementById("coach-state");
    if (!st) { S = null; plan(); return; }
    W = JSON.parse(document.getElementById("coach-words").textContent);
    shown = ""; closeUndo();
    const fresh = JSON.parse(st.textContent);
    if (!S || fresh.version >= S.version) { S = fresh; S.missed = S.missed || []; S.voided = S.voided || []; window.rekeyCoach.state = S; }
    for (const [n, f] of [["keys", "keys"], ["speech", "speech"]]) { const b = $(n); if (b) { b.checked = R.store(f) !== "off"; b.onchange = () => R.store(f, b.checked ? "on" : "off"); } }
    if ($("check")) $("check").onclick = check;
    if ($("soundon")) $("soundon").onclick = sound;
    if (S.status === "running") { sound(); wake(); }
    if (S.status === "finished" && ctx) now("finished");
    plan(); draw();
  });
  R.hear.push(take);
  const frame = () => { draw(); requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  setInterval(() => { if (ctx && ctx.state === "running") anchor(); plan(); if (document.hidden) draw(); }, 250);
})();
