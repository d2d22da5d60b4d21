/* The practice recorder: hold its button, watch its lights and its charge. */
"use strict";
(() => {
  const R = window.rekey;
  const w = (n) => document.querySelector(`[data-w="${n}"]`);
  let live = null, pressed = false, since = 0, seen = "", queue = Promise.resolve();

  const send = (form, down) => {
    const data = new URLSearchParams(new FormData(form));
    data.set("down", down ? "1" : "0");
    data.set("at", String(Math.round(R.now()))); // the moment of the finger, not of the packet
    // One after the other: an "up" must never overtake its "down".
    queue = queue.then(() => fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" }, keepalive: true }))
      .then(async (r) => { if (r.ok) R.heard(await r.json()); })
      .catch(() => R.note(document.body.dataset.sayFailed));
  };
  const face = (button, down) => { button.classList.toggle("is-down", down); button.setAttribute("aria-pressed", String(down)); };

  // The same box as the server draws the plot in.
  const L = 70, RIGHT = 752, T = 10, B = 222, V = 3.6;
  const x = (t, span) => L + Math.min(1, Math.max(0, t / Math.max(span, 1))) * (RIGHT - L);
  const y = (v) => B - v / V * (B - T);
  const line = (pts, span) => (pts || []).map((p) => x(p[0], span).toFixed(1) + "," + y(p[1]).toFixed(1)).join(" ");

  const show = (t) => {
    live = t;
    const leds = w("leds");
    if (leds) for (const k of ["power", "hdd", "net"]) leds.classList.toggle("led-" + k, Boolean(t.front[k]));
    if (w("rear")) for (const k of ["power", "hdmi", "lan", "usb", "video"]) w("rear").classList.toggle("in-" + k, Boolean(t.rear[k]));
    if (w("plot") && Number(w("plot").dataset.span) === t.board.span) {
      const s = t.board.span, last = (t.board.v2 || []).at(-1);
      for (const k of ["v1", "v2", "todo"]) w(k).setAttribute("points", line(t.board[k], s));
      if (last) { w("here").setAttribute("cx", x(last[0], s)); w("here").setAttribute("cy", y(last[1])); }
      const g = w("bars"), n = (t.board.press || []).length;
      while (g.childElementCount < n) { const r = document.createElementNS("http://www.w3.org/2000/svg", "rect"); r.setAttribute("class", "pr"); r.setAttribute("y", "228"); r.setAttribute("height", "9"); g.append(r); }
      while (g.childElementCount > n) g.lastElementChild.remove();
      (t.board.press || []).forEach((p, i) => { const r = g.children[i], a = x(p[0], s); r.setAttribute("x", a.toFixed(1)); r.setAttribute("width", Math.max(1.2, x(p[1], s) - a).toFixed(1)); });
    }
  };
  R.onReady(() => {
    const el = document.getElementById("twin-state");
    if (el) show(JSON.parse(el.textContent));
    const form = w("press");
    if (!form || form.dataset.ready) return;
    form.dataset.ready = "1";
    const button = form.querySelector("button");
    const set = (down) => { if (down === pressed) return; pressed = down; since = R.now(); face(button, down); send(form, down); };
    form.addEventListener("submit", (e) => e.preventDefault());
    button.addEventListener("pointerdown", (e) => { if (e.button) return; try { button.setPointerCapture(e.pointerId); } catch { /* a made-up pointer */ } set(true); });
    for (const t of ["pointerup", "pointercancel", "lostpointercapture"]) button.addEventListener(t, () => set(false));
    button.addEventListener("keydown", (e) => { if (e.key === " " || e.key === "Enter") { e.preventDefault(); e.stopPropagation(); if (!e.repeat) set(true); } });
    button.addEventListener("keyup", (e) => { if (e.key === " " || e.key === "Enter") { e.preventDefault(); e.stopPropagation(); set(false); } });
    button.addEventListener("blur", () => set(false));
    button.addEventListener("contextmenu", (e) => e.preventDefault());
    window.addEventListener("pagehide", () => set(false));
  });

  // The monitor: Escape is its Cancel, and a choice that others depend on is sent at once.
  document.addEventListener("keydown", (e) => {
    const form = e.key === "Escape" && e.target.closest && e.target.closest(".screen form"), b = form && form.querySelector('[name="press"][value="cancel"]');
    if (b) { e.preventDefault(); e.stopPropagation(); b.click(); }
  });
  document.addEventListener("change", (e) => { if (e.target.matches(".screen [data-follow]")) e.target.form.requestSubmit(); });

  R.hear.push((m) => {
    if (!m.twin) return;
    show(m.twin);
    // Words, buttons and the monitor come from the server as they are there.
    const words = JSON.stringify([m.twin.monitor, m.twin.rear, m.twin.hands, m.twin.board.span]);
    if (seen && words !== seen) R.refresh();
    seen = words;
  });
  setInterval(() => {
    const e = w("button");
    if (!e || !live) return;
    const down = pressed || live.front.pressed;
    e.classList.toggle("seen", down); e.classList.toggle("unknown", !down);
    const ms = pressed ? R.now() - since : live.front.down + (live.front.pressed ? (R.now() - live.now) * live.pace : 0);
    e.textContent = down ? e.dataset.down.replace("%", (Math.max(0, ms) / 1000).toFixed(1)) : e.dataset.up;
  }, 100);
})();
