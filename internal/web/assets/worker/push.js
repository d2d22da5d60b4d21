/* Shows what rekey pushes. It keeps nothing and answers for no page. */
"use strict";
self.addEventListener("push", (e) => {
  let m = {};
  try { m = e.data.json(); } catch { /* nothing that rekey sent */ }
  e.waitUntil(self.registration.showNotification(m.title || "rekey", { body: m.text || "", tag: m.id || "rekey", lang: m.lang || "en", requireInteraction: true }));
});
self.addEventListener("notificationclick", (e) => {
  e.notification.close();
  e.waitUntil(self.clients.openWindow("/"));
});
