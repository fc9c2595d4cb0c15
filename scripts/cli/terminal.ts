import { createInterface } from 'node:readline/promises';
import { Failure } from '../../actions/lib/failure.ts';
import type { TerminalStreams } from './terminal-reporter.ts';

/** The person's terminal, or whatever standard input and output are connected to. */
export function openTerminal(): TerminalStreams {
  const { stdin, stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on('error', endWithReader);
  return {
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    coloured: wantsColours(process.env, stdout.isTTY && stdout.hasColors()),
    interactive: stdout.isTTY,
    interruption,
    ...(stdin.isTTY ? { ask: createAsk({ input: stdin, output: stderr }) } : {}),
  };
}

/**
 * Aborted by the first Ctrl-C, so that what was begun is told and how to go on; a second one ends the program at once, because
 * then nobody listens any more.
 */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => controller.abort(new Error(`Stopped by ${signal}.`)));
  return controller.signal;
}

/**
 * Whether to print colours: `FORCE_COLOR` decides (0 and false are no), then a `NO_COLOR` that is not empty, then the
 * terminal (force-color.org, no-color.org; the order is Node's own, "Command-line API", FORCE_COLOR).
 * @param shown whether standard output is a terminal that shows colours
 */
export function wantsColours(environment: Readonly<Record<string, string | undefined>>, shown: boolean): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused = '' } = environment;
  if (forced !== undefined) return !['0', 'false'].includes(forced);
  return refused === '' && shown;
}

/** Whoever reads our output, such as `head`, has seen enough. Anything else is a failure. */
function endWithReader(error: Error): void {
  if (!('code' in error && error.code === 'EPIPE')) throw error;
  process.exit(process.exitCode ?? 1);
}

/** Where a person types, and where the questions are shown. */
export type Keyboard = { input: NodeJS.ReadableStream; output: NodeJS.WritableStream };

/**
 * A function that asks one question at a time. Lines that were typed or pasted ahead answer the next questions. It throws
 * a Failure `Interrupted` when the person ends the input (Ctrl-D) or the program (Ctrl-C) instead of answering.
 */
export function createAsk({ input, output }: Keyboard): (question: string) => Promise<string> {
  const typedAhead: string[] = [];
  let ended = false;
  return async (question) => {
    const answer = typedAhead.shift();
    if (answer !== undefined) {
      output.write(`${question}${answer}\n`);
      return answer;
    }
    if (ended) throw interrupted();
    const lines = createInterface({ input, output });
    const end = (): void => {
      ended = true;
    };
    lines.on('line', (line) => typedAhead.push(line)).once('close', end);
    try {
      return await lines.question(question);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'AbortError')) throw error;
      // The cursor is still behind the question.
      output.write('\n');
      throw interrupted(error);
    } finally {
      lines.off('close', end).close();
    }
  };
}

function interrupted(cause?: Error): Failure {
  return new Failure({ code: 'Interrupted', source: 'user', message: 'Stopped; nothing was written.', cause });
}
