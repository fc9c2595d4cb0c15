import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';

/** A chart that the scripts install, e.g. `jupyterhub` in version `4.4.0`. */
export type WantedChart = { name: string; version: string };

export type ChartRepository = { url: string; close(): Promise<void> };

/** Charts that a folder lacks, as folder `NAME` with a Chart.yaml or as package `NAME-VERSION.tgz`. */
export function missingCharts(folder: string, wanted: readonly WantedChart[]): WantedChart[] {
  return wanted.filter(({ name, version }) => sourceOf(folder, { name, version }) === undefined);
}

/**
 * Serves charts on loopback as a chart repository does. A folder is packed as the wanted version, since the sources of charts
 * often have none.
 * @param target empty folder for the packages
 */
export async function serveCharts(
  helm: string,
  folder: string,
  wanted: readonly WantedChart[],
  target: string,
): Promise<ChartRepository> {
  mkdirSync(target, { recursive: true });
  const run = (...args: string[]): string =>
    execFileSync(helm, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 2] });
  for (const chart of wanted) {
    const source = sourceOf(folder, chart);
    if (source === undefined) throw new Error(`${folder} has no chart ${chart.name} ${chart.version}.`);
    if (source.endsWith('.tgz')) execFileSync('cp', [source, target]);
    else run('package', source, '--version', chart.version, '--destination', target);
  }
  run('repo', 'index', target);
  const server = createServer((request, response) => {
    const path = join(target, basename(request.url ?? ''));
    if (!existsSync(path)) response.writeHead(404).end();
    else response.end(readFileSync(path));
  });
  await new Promise<void>((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A listening socket has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function sourceOf(folder: string, { name, version }: WantedChart): string | undefined {
  const candidates = [join(folder, `${name}-${version}.tgz`), join(folder, name)];
  return candidates.find((path) => existsSync(path.endsWith('.tgz') ? path : join(path, 'Chart.yaml')));
}
