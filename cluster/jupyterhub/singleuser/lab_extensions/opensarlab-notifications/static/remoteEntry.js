// A prebuilt extension of JupyterLab 4 in the form that it loads from labextensions/ (a container of webpack's module
// federation): `init` gets the modules that JupyterLab shares, `get` gives the plugin. Shows what the hub's service
// `notifications` has for the profile of this server, when JupyterLab starts and every ten minutes.
(() => {
  const minutes = 10;
  /** JupyterLab cuts longer notifications off; those get a button that shows all of it. */
  const longestMessage = 140;
  let shared = {};

  /** A module that JupyterLab shares, in the one version that it has. */
  async function sharedModule(name) {
    const [version] = Object.values(shared[name] ?? {});
    if (version === undefined) throw new Error(`JupyterLab shares no ${name}.`);
    return (await version.get())();
  }

  /** Where the notifications are; undefined for a server that no hub has started, or that has no profile. */
  function address() {
    const config = JSON.parse(document.getElementById('jupyter-config-data')?.textContent ?? '{}');
    const { hubPrefix, opensarlabProfile } = config;
    if (!hubPrefix || !opensarlabProfile) return undefined;
    const services = new URL('../services/notifications/', new URL(hubPrefix, location.origin));
    services.searchParams.set('profile', opensarlabProfile);
    return services;
  }

  async function show(url, shown) {
    const { Dialog, Notification, showDialog } = await sharedModule('@jupyterlab/apputils');
    const response = await fetch(url, { cache: 'no-store' });
    if (!response.ok) throw new Error(`the service answered ${response.status}`);
    for (const { title, message, type } of await response.json()) {
      const text = `${title}: ${message}`;
      if (shown.has(text)) continue;
      shown.add(text);
      const read = {
        label: 'Read',
        callback: () => showDialog({ title, body: message, buttons: [Dialog.okButton()] }),
      };
      Notification.emit(text, type, { autoClose: false, actions: text.length > longestMessage ? [read] : [] });
    }
  }

  const plugin = {
    id: 'opensarlab-notifications:plugin',
    description: 'Shows the notifications of this OpenSARlab.',
    autoStart: true,
    activate: (app) => {
      const url = address();
      if (url === undefined) return;
      const shown = new Set();
      const look = () =>
        show(url, shown).catch((error) => console.warn(`Notifications cannot be read: ${error.message}`));
      // Only then are notifications shown as they come.
      app.restored.then(look);
      setInterval(look, minutes * 60_000);
    },
  };

  globalThis._JUPYTERLAB ??= {};
  globalThis._JUPYTERLAB['opensarlab-notifications'] = {
    init: (scope) => {
      shared = scope;
    },
    get: async (name) => {
      if (name !== './extension') throw new Error(`There is no module ${name}.`);
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
