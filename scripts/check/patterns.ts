import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installDependencies, root } from '../setup/install.mjs';
import { explanations } from './patterns/composed-patterns.ts';
import { examples } from './patterns/examples.ts';
import { findPatterns } from './patterns/found-patterns.ts';
import { createProver, type Proof } from './patterns/linear-proof.ts';

// Shows that every pattern which can meet somebody else's text is matched in a time that grows at most linearly with that
// text. Proofs are kept from run to run in .opensarlab/, which git ignores.

const tools = join(root, '.ci', 'tools');
await installDependencies(tools);
const { patterns, composed } = findPatterns();
const problems: string[] = [];

const unused = new Set(explanations);
for (const { file, line, expression } of composed) {
  const explanation = explanations.find((known) => known.file === file && expression.includes(known.expression));
  if (explanation === undefined) {
    problems.push(`${file}:${line}: ${expression} is put together while it runs; write a literal, or explain it.`);
    continue;
  }
  unused.delete(explanation);
  for (const { source, flags } of explanation.standsFor) patterns.push({ file, line, source, flags });
}
for (const { file, expression } of unused) problems.push(`${file}: ${expression} is explained and not there any more.`);

const kept = readKept();
const prove = createProver();
for (const { source, flags, linear } of examples) {
  if (kept.size === 0 && prove(source, flags).linear !== linear)
    problems.push(`/${source}/${flags} is ${linear ? '' : 'not '}linear, and the check says otherwise.`);
}
const proofs = new Map<string, Proof>();
for (const { file, line, source, flags } of patterns) {
  const key = `/${source}/${[...flags].sort().join('')}`;
  const proof = proofs.get(key) ?? kept.get(key) ?? prove(source, flags);
  proofs.set(key, proof);
  if (!proof.linear) problems.push(`${file}:${line}: ${key} is not shown linear: ${proof.reason}`);
}

keep(proofs);
for (const problem of problems) process.stderr.write(`${problem}\n`);
const reduced = [...proofs.values()].filter((proof) => proof.linear && proof.by === 'reduction').length;
if (problems.length === 0) {
  process.stdout.write(
    `${patterns.length} patterns, ${proofs.size} different: all linear (${reduced} after reduction); ` +
      `${composed.length} composed, all explained.\n`,
  );
}
function keptFile(): string {
  return join(root, '.opensarlab', 'patterns.json');
}

/** Proofs of the same tools and the same prover only. */
function toolsKey(): string {
  return ['.ci/tools/package-lock.json', 'scripts/check/patterns/linear-proof.ts']
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\0');
}

function readKept(): Map<string, Proof> {
  try {
    const { key, entries } = JSON.parse(readFileSync(keptFile(), 'utf8'));
    return key === toolsKey() ? new Map(entries) : new Map();
  } catch {
    return new Map(); // the first run, or a file that was cut off: everything is proven anew
  }
}

function keep(found: ReadonlyMap<string, Proof>): void {
  mkdirSync(dirname(keptFile()), { recursive: true });
  const entries = [...found].filter(([, proof]) => proof.linear);
  writeFileSync(keptFile(), JSON.stringify({ key: toolsKey(), entries }));
}

process.exit(problems.length === 0 ? 0 : 1); // recheck's own process would be waited for
