import { spawn } from 'node:child_process';

/** One run of a Node program, from its start to its end. */
export type Measurement = {
  status: number;
  output: string;
  /** Wall time, process start included. */
  milliseconds: number;
  /** Largest resident set of the process. */
  peakBytes: number;
};

/** Runs in the child and writes its peak memory (KiB, as getrusage has it) to the fourth stream. */
const reportPeak = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));",
)}`;

/** @param argv program and arguments for Node */
export async function measureNode(argv: readonly string[]): Promise<Measurement> {
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', reportPeak, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  const peak: string[] = [];
  child.stdout?.on('data', (data: Buffer) => output.push(data.toString()));
  child.stderr?.on('data', (data: Buffer) => output.push(data.toString()));
  child.stdio[3]?.on('data', (data: Buffer) => peak.push(data.toString()));
  const status = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  const milliseconds = performance.now() - start;
  return { status, output: output.join(''), milliseconds, peakBytes: Number(peak.join('')) * 1024 };
}

/** The run with the median wall time. */
export function median(runs: readonly Measurement[]): Measurement | undefined {
  return runs.toSorted((a, b) => a.milliseconds - b.milliseconds)[Math.floor(runs.length / 2)];
}
