import type { CountingProxy } from './counting-proxy.ts';

/** What one run moved, in both directions and at both servers. */
export type Measurement = { requests: number; objects: number; bytes: number; seconds: number };

/** Runs something and counts what goes through the proxies meanwhile. */
export async function measure(proxies: readonly CountingProxy[], run: () => Promise<unknown>): Promise<Measurement> {
  for (const proxy of proxies) proxy.reset();
  const start = performance.now();
  await run();
  const seconds = (performance.now() - start) / 1000;
  const total: Measurement = { requests: 0, objects: 0, bytes: 0, seconds };
  for (const proxy of proxies) {
    const { requests, objectsUp, objectsDown, bytesUp, bytesDown } = proxy.traffic();
    total.requests += requests.length;
    total.objects += objectsUp + objectsDown;
    total.bytes += bytesUp + bytesDown;
  }
  return total;
}

/** A row of the printed table. */
export type BenchRow = { run: string; ours: Measurement; baseline: Measurement | undefined };

/** The table as Markdown: the mirror on the left, `git clone --mirror && git push --mirror` on the right. */
export function renderTable(rows: readonly BenchRow[]): string {
  const columns = ['requests', 'objects', 'bytes', 'seconds'];
  const header = ['', ...columns, ...columns.map((column) => `${column} (git)`)];
  const lines = rows.map(({ run, ours, baseline }) => [run, ...cellsOf(ours), ...cellsOf(baseline)]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, index) => (index === 0 ? '---' : '---:'))), ...lines.map(line)].join('\n');
}

function cellsOf(measurement: Measurement | undefined): string[] {
  if (measurement === undefined) return ['', '', '', ''];
  const { requests, objects, bytes, seconds } = measurement;
  return [String(requests), objects.toLocaleString('en-US'), readableBytes(bytes), seconds.toFixed(2)];
}

function readableBytes(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
