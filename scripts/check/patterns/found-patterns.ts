import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { parseDocument } from 'yaml';
import type * as TypeScript from '../../../.ci/tools/node_modules/typescript/lib/typescript.d.ts';
import { root } from '../../setup/install.mjs';

/** A pattern as it stands in a file of the product. */
export type FoundPattern = { file: string; line: number; source: string; flags: string };
/** A pattern that is put together while the program runs. */
export type ComposedPattern = { file: string; line: number; expression: string };

export type FoundPatterns = { patterns: FoundPattern[]; composed: ComposedPattern[] };

/** Code of the product; the sandbox, tests and benches read what we wrote ourselves. */
const folders = ['actions', 'cluster', 'images', join('scripts', 'cli')];
const notProduct = new Set(['node_modules', 'dist', 'test']);

/**
 * Every pattern of the product: literals and constructed ones of its code, `pattern` of its JSON schemas, `AllowedPattern`
 * of its CloudFormation templates.
 */
export function findPatterns(): FoundPatterns {
  const require = createRequire(join(root, '.ci', 'tools', 'package.json'));
  const typescript: typeof TypeScript = require('typescript');
  const found: FoundPatterns = { patterns: [], composed: [] };
  for (const file of folders.flatMap((folder) => filesBelow(join(root, folder), /\.(ts|mts|js|mjs|cjs)$/))) {
    if (/\.(test|d)\.m?ts$/.test(file)) continue;
    const { patterns, composed } = patternsInCode(typescript, shown(file), readFileSync(file, 'utf8'));
    found.patterns.push(...patterns);
    found.composed.push(...composed);
  }
  for (const file of filesBelow(join(root, 'schemas'), /\.json$/)) {
    found.patterns.push(...patternsOfKey(JSON.parse(readFileSync(file, 'utf8')), 'pattern', 'u', shown(file)));
  }
  for (const file of filesBelow(join(root, 'cluster', 'cloudformation'), /\.yaml$/)) {
    const template: unknown = parseDocument(readFileSync(file, 'utf8'), { logLevel: 'silent' }).toJS();
    found.patterns.push(...patternsOfKey(template, 'AllowedPattern', '', shown(file)));
  }
  return found;
}

const shown = (file: string): string => relative(root, file).split(sep).join('/');

function filesBelow(folder: string, name: RegExp): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (notProduct.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, name);
    return entry.isFile() && name.test(entry.name) ? [path] : [];
  });
}

/** Methods of strings that make a pattern of a text they are given. */
const patternMakers = new Set(['match', 'matchAll', 'search']);

/** @param file what findings call it */
export function patternsInCode(typescript: typeof TypeScript, file: string, text: string): FoundPatterns {
  const kind = typescript.ScriptTarget.Latest;
  const tree = typescript.createSourceFile(file, text, kind, true);
  const found: FoundPatterns = { patterns: [], composed: [] };
  const visit = (node: TypeScript.Node): void => {
    const line = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
    if (typescript.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.patterns.push({ file, line, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    if (isComposed(typescript, node)) found.composed.push({ file, line, expression: node.getText(tree) });
    typescript.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function isComposed(typescript: typeof TypeScript, node: TypeScript.Node): boolean {
  if (!typescript.isNewExpression(node) && !typescript.isCallExpression(node)) return false;
  const { expression: called } = node;
  if (typescript.isIdentifier(called)) return called.text === 'RegExp';
  if (!typescript.isPropertyAccessExpression(called)) return false;
  if (called.name.text === 'RegExp') return true;
  const [argument] = node.arguments ?? [];
  return argument !== undefined && patternMakers.has(called.name.text) && typescript.isStringLiteralLike(argument);
}

function patternsOfKey(value: unknown, key: string, flags: string, file: string, path = ''): FoundPattern[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name === key && typeof inner === 'string') return [{ file: `${file}#${path}`, line: 1, source: inner, flags }];
    return patternsOfKey(inner, key, flags, file, `${path}/${name}`);
  });
}
