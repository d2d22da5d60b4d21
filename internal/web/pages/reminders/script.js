/* Switches Web Push on and off in this browser. The forms are posted like any other,
   with what the browser gave in a field. */
"use strict";
(() => {
  const box = document.querySelector("[data-push]");
  const on = box && box.querySelector("[data-push-on]"), off = box && box.querySelector("[data-push-off]");
  if (!on) return;
  const says = box.querySelector("[data-push-says]");
  const say = (text) => { says.textContent = text; says.hidden = !text; };
  if (!window.isSecureContext || !("serviceWorker" in navigator) || !("PushManager" in window)) { say(box.dataset.no); return; }
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const worker = async () => { await navigator.serviceWorker.register("/push.js"); return navigator.serviceWorker.ready; };
  const show = (has) => { on.hidden = has; off.hidden = !has; };

  navigator.serviceWorker.getRegistration("/").then((r) => r && r.pushManager.getSubscription()).then((s) => show(Boolean(s)), () => show(false));

  on.addEventListener("submit", async (e) => {
    if (on.subscription.value) return;
    e.preventDefault();
    say("");
    try {
      if (await Notification.requestPermission() !== "granted") { say(box.dataset.denied); return; }
      const s = await (await worker()).pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(box.dataset.key) });
      on.subscription.value = JSON.stringify(s);
      on.requestSubmit();
    } catch (err) { say(box.dataset.failed + " (" + err.name + ")"); }
  });
  off.addEventListener("submit", async (e) => {
    if (off.endpoint.value) return;
    e.preventDefault();
    try {
      const s = await (await worker()).pushManager.getSubscription();
      off.endpoint.value = s ? s.endpoint : "none";
      if (s) await s.unsubscribe();
    } catch { off.endpoint.value = "none"; }
    off.requestSubmit();
  });
})();
