import { createInterface } from 'node:readline/promises';
import type { TerminalStreams } from './terminal-reporter.ts';

/** The person's terminal, or whatever standard input and output are connected to. */
export function openTerminal(): TerminalStreams {
  const { stdin, stdout, stderr } = process;
  return {
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    // NO_COLOR counts when it is not empty (no-color.org).
    coloured: stdout.isTTY && (process.env.NO_COLOR ?? '') === '' && stdout.hasColors(),
    ...(stdin.isTTY ? { ask } : {}),
  };
}

/** Rejects when the person ends the input (Ctrl-D) or the program (Ctrl-C) instead of answering. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}
