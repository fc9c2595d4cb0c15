import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { expect, test, vi } from 'vitest';

const folder = new URL('../../cluster/jupyterhub/singleuser/lab_extensions/opensarlab-notifications/', import.meta.url);
const { name, jupyterlab } = JSON.parse(readFileSync(fileURLToPath(new URL('package.json', folder)), 'utf8')) as {
  name: string;
  jupyterlab: { _build: { load: string; extension: string } };
};
const code = readFileSync(fileURLToPath(new URL(jupyterlab._build.load, folder)), 'utf8');

type Container = {
  init(scope: object): void;
  get(name: string): Promise<() => { default: { id: string; autoStart: boolean; activate(app: object): void } }>;
};

/** Loads the extension as JupyterLab does, into a page with the given configuration. */
async function page(config: object, answer: () => Response) {
  const emitted: unknown[][] = [];
  const fetched: string[] = [];
  const warnings: string[] = [];
  const ticks: (() => void)[] = [];
  const apputils = {
    Notification: { emit: (...args: unknown[]) => void emitted.push(args) },
    Dialog: { okButton: () => 'ok' },
    showDialog: (options: object) => options,
  };
  const context: Record<string, unknown> = {
    URL,
    Set,
    document: { getElementById: () => ({ textContent: JSON.stringify(config) }) },
    location: { origin: 'https://sar.example.org' },
    console: { warn: (text: string) => warnings.push(text) },
    setInterval: (tick: () => void) => ticks.push(tick),
    fetch: async (url: URL) => {
      fetched.push(url.href);
      return answer();
    },
  };
  vm.runInNewContext(code, context);
  const container = (context['_JUPYTERLAB'] as Record<string, Container>)[name];
  container?.init({ '@jupyterlab/apputils': { '4.7.0': { get: async () => () => apputils } } });
  const plugin = (await container?.get(jupyterlab._build.extension))?.().default;
  plugin?.activate({ restored: Promise.resolve() });
  return { plugin, emitted, fetched, warnings, ticks };
}

const hub = { hubPrefix: '/hub/', opensarlabProfile: 'SAR 1 & more' };
const notes =
  (...list: object[]) =>
  () =>
    new Response(JSON.stringify(list));
const outage = { title: 'Outage', message: 'at <b>noon</b>', type: 'warning' };

test('shows the notifications of the server’s profile, each once', async () => {
  const { plugin, emitted, fetched, ticks } = await page(hub, notes(outage));
  expect(plugin).toMatchObject({ id: `${name}:plugin`, autoStart: true });
  await vi.waitFor(() => expect(emitted).toHaveLength(1));
  expect(emitted).toEqual([['Outage: at <b>noon</b>', 'warning', { autoClose: false, actions: [] }]]);
  ticks[0]?.();
  await vi.waitFor(() => expect(fetched).toHaveLength(2));
  expect(emitted).toHaveLength(1);
  expect(fetched[0]).toBe('https://sar.example.org/services/notifications/?profile=SAR+1+%26+more');
});

test('gives a long one a button that shows all of it', async () => {
  const message = 'x'.repeat(200);
  const { emitted } = await page(hub, notes({ title: 'Long', message, type: 'info' }));
  await vi.waitFor(() => expect(emitted).toHaveLength(1));
  const options = emitted[0]?.[2] as { actions: { label: string; callback(): object }[] } | undefined;
  const action = options?.actions[0];
  expect(action?.label).toBe('Read');
  expect(action?.callback()).toEqual({ title: 'Long', body: message, buttons: ['ok'] });
});

test('says in the console that the service cannot be read, and asks again', async () => {
  const { warnings, ticks, fetched } = await page(hub, () => new Response('', { status: 502 }));
  await vi.waitFor(() => expect(warnings).toEqual(['Notifications cannot be read: the service answered 502']));
  ticks[0]?.();
  await vi.waitFor(() => expect(fetched).toHaveLength(2));
});

test.each([
  [{ hubPrefix: '/hub/' }],
  [{ opensarlabProfile: 'SAR 1' }],
  [{ hubPrefix: '/hub/', opensarlabProfile: '' }],
])('asks for nothing with %j', async (config) => {
  const { fetched, ticks } = await page(config, notes(outage));
  expect([fetched, ticks]).toEqual([[], []]);
});
