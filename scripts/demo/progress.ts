import type { VirtualClock } from '@opensarlab/sandbox';

/** Prints lines with the real and the virtual time since the start. */
export type Progress = { say(line: string): void };

export function createProgress(clock: VirtualClock, print: (line: string) => void): Progress {
  const realStart = performance.now();
  const virtualStart = clock.now().getTime();
  return {
    say(line) {
      const real = ((performance.now() - realStart) / 1000).toFixed(1).padStart(5);
      const virtual = Math.round((clock.now().getTime() - virtualStart) / 1000);
      const minutes = String(Math.floor(virtual / 60)).padStart(3);
      const seconds = String(virtual % 60).padStart(2, '0');
      print(`${real} s │${minutes}:${seconds} │ ${line.replace(/[^\P{Cc}\t]/gu, '')}`);
    },
  };
}
