import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileCommandFailure, parseFileCommand, parsePathCommand } from './file-command.ts';

/** What a process wrote to its command files. */
export type FileCommands = {
  outputs: [string, string][];
  env: [string, string][];
  state: [string, string][];
  /** Folders for PATH, in the order written. */
  path: string[];
  /** Markdown. */
  summary: string;
  /** Why a file could not be used; any of them fails the step. */
  failures: string[];
  /** What is wrong without failing the step. */
  errors: string[];
};

export type CommandFiles = {
  /** GITHUB_OUTPUT and its like: variable to path. */
  variables: Record<string, string>;
  /** Reads the files, and removes them. */
  collect(): Promise<FileCommands>;
};

/** "Job summaries are … limited to 1 MiB" per step (workflow commands, "Adding a job summary"). */
const MAXIMUM_SUMMARY_BYTES = 1024 * 1024;

const FILES = {
  GITHUB_OUTPUT: 'output',
  GITHUB_ENV: 'env',
  GITHUB_PATH: 'path',
  GITHUB_STATE: 'state',
  GITHUB_STEP_SUMMARY: 'step_summary',
} as const;
type FileVariable = keyof typeof FILES;

/** Fresh, empty command files for one process. */
export async function createCommandFiles(folder: string): Promise<CommandFiles> {
  await mkdir(folder, { recursive: true });
  const suffix = randomUUID();
  const paths = Object.entries(FILES).map(([variable, name]) => [variable, join(folder, `${name}_${suffix}`)] as const);
  await Promise.all(paths.map(([, path]) => writeFile(path, '')));
  const variables: Record<string, string> = Object.fromEntries(paths);
  return { variables, collect: () => collect(variables) };
}

async function collect(variables: Record<string, string>): Promise<FileCommands> {
  const texts = new Map<string, string>();
  for (const [variable, path] of Object.entries(variables)) {
    texts.set(variable, await readIfPresent(path));
    await rm(path, { force: true });
  }
  return readCommands((variable) => texts.get(variable) ?? '');
}

function readCommands(text: (variable: FileVariable) => string): FileCommands {
  const failures: string[] = [];
  const entries = (variable: FileVariable): [string, string][] => {
    try {
      return parseFileCommand(text(variable));
    } catch (error) {
      if (!(error instanceof FileCommandFailure)) throw error;
      failures.push(`Unable to process file command '${FILES[variable]}' successfully.`, error.message);
      return [];
    }
  };
  const env = entries('GITHUB_ENV');
  if (env.some(([name]) => name.toUpperCase() === 'NODE_OPTIONS')) {
    failures.push("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  }
  const { summary, errors } = readSummary(text('GITHUB_STEP_SUMMARY'));
  return {
    outputs: entries('GITHUB_OUTPUT'),
    state: entries('GITHUB_STATE'),
    env: env.filter(([name]) => name.toUpperCase() !== 'NODE_OPTIONS'),
    path: parsePathCommand(text('GITHUB_PATH')),
    summary,
    failures,
    errors,
  };
}

function readSummary(summary: string): { summary: string; errors: string[] } {
  const bytes = Buffer.byteLength(summary);
  if (bytes <= MAXIMUM_SUMMARY_BYTES) return { summary, errors: [] };
  const message = `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${MAXIMUM_SUMMARY_BYTES / 1024}k, got ${Math.ceil(bytes / 1024)}k.`;
  return { summary: '', errors: [message] };
}

async function readIfPresent(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
