// The code of a link lies behind its #, which no browser sends. It is put into the
// field, and taken out of the address bar; the person still has to press the button.
(() => {
  const field = document.getElementById('f-code');
  const code = decodeURIComponent(location.hash.slice(1));
  if (!field || !/^[a-z2-7-]{20,30}$/i.test(code)) return;
  field.value = code;
  history.replaceState(null, '', location.pathname + location.search);
})();
