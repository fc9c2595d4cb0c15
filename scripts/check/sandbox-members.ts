import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installDependencies, root } from '../setup/install.mjs';
import { type ReadMembers, readMembers } from './sandbox-members/read-members.ts';

// Holds the sandbox's list of what its operations read against their code; `--write` writes the list anew.

await installDependencies(join(root, '.ci', 'tools'));
const file = join('sandbox', 'aws', 'members', 'read-members.data.json');
const found = readMembers();
const kept: ReadMembers = JSON.parse(readFileSync(join(root, file), 'utf8'));
const differences = compare(kept, found);

const isWriting = process.argv.includes('--write');
if (isWriting) writeFileSync(join(root, file), print(found));
else for (const difference of differences) process.stderr.write(`${difference}\n`);
const operations = Object.values(found).flatMap((service) => Object.keys(service)).length;
process.stdout.write(`${verdict()}\n`);
process.exit(differences.length === 0 || isWriting ? 0 : 1);

function verdict(): string {
  if (differences.length === 0) return `What ${operations} operations of the sandbox read is what ${file} says.`;
  if (isWriting) return `${differences.length} differences written. Look at the change of ${file}.`;
  return `${differences.length} differences. Run \`npm run check:members -- --write\` and look at the change.`;
}

function compare(before: ReadMembers, after: ReadMembers): string[] {
  const lines = (members: ReadMembers): string[] =>
    Object.entries(members).flatMap(([service, each]) =>
      Object.entries(each).flatMap(([operation, paths]) => paths.map((path) => `${service} ${operation} ${path}`)),
    );
  const [one, other] = [new Set(lines(before)), new Set(lines(after))];
  return [
    ...[...one].filter((line) => !other.has(line)).map((line) => `${line}: is in the list, and nothing reads it.`),
    ...[...other].filter((line) => !one.has(line)).map((line) => `${line}: is read, and is not in the list.`),
  ];
}

/** One operation a line, so that a change shows as one. */
function print(members: ReadMembers): string {
  const services = Object.entries(members).map(([service, operations]) => {
    const lines = Object.entries(operations).map(
      ([name, paths]) => `    ${JSON.stringify(name)}: ${JSON.stringify(paths)}`,
    );
    return `  ${JSON.stringify(service)}: {\n${lines.join(',\n')}\n  }`;
  });
  return `{\n${services.join(',\n')}\n}\n`;
}
