// Sets theme and text size before first paint. A file of its own, not inline, so that the page needs no script hash.
(function () {
  var root = document.documentElement;
  var saved = {};
  try {
    saved = JSON.parse(localStorage.getItem('sambung.tampilan') || '{}');
  } catch (unreadable) {
    // Storage closed or damaged: the defaults are as good.
  }
  var dark = saved.theme === 'gelap' || (saved.theme !== 'terang' && matchMedia('(prefers-color-scheme: dark)').matches);
  root.dataset.theme = dark ? 'gelap' : 'terang';
  root.dataset.size = saved.size === 2 || saved.size === 3 ? String(saved.size) : '1';
})();
