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

/** The table as Markdown. */
export function renderTable(rows: readonly BenchRow[]): string {
  const header = ['', 'requests', 'objects', 'bytes', 'seconds', 'objects (git)', 'bytes (git)', 'seconds (git)'];
  const lines = rows.map(({ run, ours, baseline }) => [
    run,
    String(ours.requests),
    thousands(ours.objects),
    thousands(ours.bytes),
    ours.seconds.toFixed(2),
    baseline === undefined ? '' : thousands(baseline.objects),
    baseline === undefined ? '' : thousands(baseline.bytes),
    baseline === undefined ? '' : baseline.seconds.toFixed(2),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, index) => (index === 0 ? '---' : '---:'))), ...lines.map(line)].join('\n');
}

const thousands = (number: number): string => number.toLocaleString('en-US');
