import type { CliCommand } from './commands.ts';
import type { CliRun } from './drive.ts';

/** What is wrong with an answer; undefined when it is as expected. @param saved values for `{name}` in later commands */
export function judge(command: CliCommand, run: CliRun, saved: Map<string, string>): string | undefined {
  const { expect } = command;
  if ('error' in expect) {
    const wanted = `An error occurred (${expect.error}) when calling the ${expect.of} operation`;
    const said = run.stderr.trim();
    if (run.status === 0) return `was done, instead of: ${wanted}`;
    return said.includes(wanted) && said.includes(expect.says ?? '') ? undefined : `said: ${said}`;
  }
  if (run.status !== 0) return `ended with ${run.status}: ${run.stderr.trim()}`;
  if (expect.output === '') return run.stdout === '' ? undefined : `printed: ${run.stdout.trim()}`;
  if (expect.output instanceof RegExp)
    return expect.output.test(run.stdout) ? undefined : `printed: ${run.stdout.trim()}`;
  const output: unknown = run.stdout === '' ? {} : JSON.parse(run.stdout);
  for (const [name, path] of Object.entries(command.save ?? {})) saved.set(name, String(at(output, path)));
  const difference = differenceOf(expect.output, output, '');
  return difference === undefined ? undefined : `${difference} in ${JSON.stringify(output).slice(0, 300)}`;
}

/** The words of a command line, with what was saved. @throws Error when nothing of that name was */
export function wordsOf({ line, and = [] }: CliCommand, saved: ReadonlyMap<string, string>): string[] {
  const words = line.split(' ').map((word) =>
    word.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
      const value = saved.get(name);
      if (value === undefined) throw new Error(`No command before "aws ${line}" saved ${name}.`);
      return value;
    }),
  );
  return [...words, ...and];
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inside, key) => Object(inside)[key], value);
}

function differenceOf(wanted: unknown, found: unknown, path: string): string | undefined {
  if (wanted instanceof RegExp) return wanted.test(String(found)) ? undefined : `${path} is ${JSON.stringify(found)}`;
  if (typeof wanted !== 'object' || wanted === null) {
    return wanted === found ? undefined : `${path} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`;
  }
  if (Array.isArray(wanted) && wanted.length === 0 && Array.isArray(found) && found.length > 0)
    return `${path} is not empty`;
  for (const [key, inner] of Object.entries(wanted)) {
    const difference = differenceOf(inner, Object(found)[key], `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
