// Runs before the first paint. The server has written the chosen theme already; this covers pages kept by the browser.
(function () {
  const chosen = /(?:^|; )mlhub-theme=(light|dark)/.exec(document.cookie);
  if (chosen) {
    document.documentElement.dataset.theme = chosen[1];
  }
})();
