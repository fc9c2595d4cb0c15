import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import schema from '../../schemas/opensarlab.schema.json' with { type: 'json' };
import { installDependencies, root } from '../setup/install.mjs';

/** Keywords for people; a validator does without them. */
const wording: readonly string[] = ['title', 'description', 'examples', 'deprecated', '$comment'];

/**
 * `schemas/opensarlab.schema.json` compiled by ajv to a module without imports that exports `validate(value)`: it fills in
 * defaults and leaves all violations in `validate.errors`, each with `instancePath`, `keyword` and `params`.
 * The first line names the content it was made from, so that a stale file is found without formatting it again.
 * @throws Error when ajv's code needs another module
 */
export function shapeValidatorCode(): string {
  const ajv = new Ajv2020({
    allErrors: true,
    useDefaults: true,
    messages: false,
    inlineRefs: false,
    code: { source: true, esm: true, lines: true },
  });
  const compiled = standalone.default(ajv, ajv.compile(withoutWording(schema) as object));
  const code = shortened(compiled)
    .split(/^(?=function )/m)
    .map(declaredOnce)
    .join('');
  if (/\brequire\(/.test(code)) throw new Error('The compiled schema needs another module.');
  const digest = createHash('sha256').update(code).digest('hex');
  return `// Made from schemas/opensarlab.schema.json by scripts/reference-data/compile-shape-validator.ts (${digest}).\n${code}`;
}

/** ajv's code without what nothing here uses, and with one line instead of eight per violation. */
function shortened(code: string): string {
  const keep = 'const kept = (all, one) => { if (all === null) return [one]; all.push(one); return all; };';
  return (
    code
      .replace('"use strict";', keep)
      .replace(/^export default \w+;$/m, '')
      .replace(/schemaPath:"[^"]*",/g, '')
      .replace(/,parentData:\w+,parentDataProperty: ?[^,]+,rootData,dynamicAnchors\}/g, '}')
      .replace(/, parentData, parentDataProperty, rootData=data, dynamicAnchors=\{\}\}/g, '}')
      .replace(
        /const (err\d+) = (\{.*\});\nif\(vErrors === null\)\{\nvErrors = \[\1\];\n\}\nelse \{\nvErrors\.push\(\1\);\n\}/g,
        'vErrors = kept(vErrors, $2);',
      )
      // ajv's own helper counts code points, as JSON Schema does; so does this.
      .replace(
        /const (\w+) = require\("ajv\/dist\/runtime\/ucs2length"\)\.default;/g,
        'const $1 = (s) => (/[\\uD800-\\uDBFF]/.test(s) ? [...s].length : s.length);',
      )
  );
}

/** The code of a function with ajv's variables declared once: for alternatives it writes `var` before every value. */
function declaredOnce(code: string): string {
  const names = new Set([...code.matchAll(/\bvar (_valid\d+) = /g)].map(([, name]) => name));
  if (names.size === 0) return code;
  return code.replace(/\bvar (?=_valid\d+ = )/g, '').replace('){', `){ let ${[...names].join(', ')};`);
}

/** A schema without what is only for people. Below `properties` and `$defs` keys are names, not keywords. */
function withoutWording(part: unknown, keysAreNames = false): unknown {
  if (Array.isArray(part)) return part.map((item) => withoutWording(item));
  if (typeof part !== 'object' || part === null) return part;
  const kept = Object.entries(part).filter(([key]) => keysAreNames || !wording.includes(key));
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      key === 'default' ? value : withoutWording(value, !keysAreNames && ['properties', '$defs'].includes(key)),
    ]),
  );
}

if (import.meta.main) {
  const target = join(root, 'actions', 'lib', 'deployment', 'shape-validator.js');
  await writeFile(target, shapeValidatorCode());
  const tools = join(root, '.ci', 'tools');
  await installDependencies(tools);
  const linter = join(tools, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const style = ['check', '--write', '--unsafe', '--reporter=summary', target];
  const { status } = spawnSync(process.execPath, [linter, ...style], { cwd: root, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
