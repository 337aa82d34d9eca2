// Stands between the client and a web mini-app: opens the app, and hands messages through in both directions.
'use strict';
// In a tab of its own it has no client to speak to, and whoever led here may have made up the launch data.
if (window.parent !== window) {
  const app = document.querySelector('iframe');
  const { home, origins, clients } = app.dataset;
  const appOrigins = origins.split(' ');
  const clientOrigins = clients.split(' ');
  const longest = 1 << 17;

  /** Lets so much through each second, and `burst` at once. What is over is dropped here: reading it would hold up the client. */
  const bucket = (rate, burst) => {
    let left = burst;
    let at = performance.now();
    return {
      has(amount) {
        const now = performance.now();
        left = Math.min(burst, left + ((now - at) * rate) / 1000);
        at = now;
        return left >= amount;
      },
      take: (amount) => void (left -= amount),
    };
  };
  const messages = bucket(50, 100);
  const letters = bucket(1 << 19, 1 << 20);

  window.addEventListener('message', ({ source, origin, data }) => {
    if (typeof data !== 'string' || data.length > longest) return;
    if (source === app.contentWindow && appOrigins.includes(origin)) {
      if (!messages.has(1) || !letters.has(data.length)) return;
      messages.take(1);
      letters.take(data.length);
      // Only a client can be the parent: the policy's frame-ancestors names them.
      window.parent.postMessage(data, '*');
    } else if (source === window.parent && clientOrigins.includes(origin)) {
      app.contentWindow.postMessage(data, appOrigins[0]);
    }
  });

  // The launch data is for the app: it does not stay in this page's address.
  app.src = home + location.hash;
  history.replaceState(null, '', location.pathname);
}
