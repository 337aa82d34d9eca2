// Stands between the client and a web mini-app: opens the app, and hands messages through in both directions.
'use strict';
{
  const app = document.querySelector('iframe');
  const { home, origins, clients } = app.dataset;
  const appOrigins = origins.split(' ');
  const clientOrigins = clients.split(' ');
  const longest = 1 << 17;

  window.addEventListener('message', ({ source, origin, data }) => {
    if (typeof data !== 'string' || data.length > longest) return;
    if (source === app.contentWindow && appOrigins.includes(origin)) {
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
