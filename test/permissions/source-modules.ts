import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vitest/node';

/** A node of the syntax tree (ESTree with TypeScript's nodes), as far as a walk needs it. */
export type SyntaxNode = { type: string; [part: string]: unknown };

export type ImportedName = { module: string; name: string };

/** One source file: what it imports and what it declares at the top. */
export type SourceModule = {
  /** From the repository's root. */
  path: string;
  /** By local name. A module of ours is a path from the root, a package its name. */
  imports: ReadonlyMap<string, ImportedName>;
  /** Functions, classes and constants by name. */
  declarations: ReadonlyMap<string, SyntaxNode>;
  /** Names that the module passes on from another one. */
  passedOn: ReadonlyMap<string, ImportedName>;
  program: SyntaxNode;
};

export const repository = fileURLToPath(new URL('../..', import.meta.url));

const known = new Map<string, SourceModule>();

/** Reads and parses a TypeScript file once. @param path from the repository's root */
export function sourceModule(path: string): SourceModule {
  const found = known.get(path) ?? parseModule(path);
  known.set(path, found);
  return found;
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The nodes directly below a node. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  return Object.values(node).flatMap((part) =>
    Array.isArray(part) ? part.filter(isNode) : isNode(part) ? [part] : [],
  );
}

/** A node's part that must be there. */
export function partOf(node: SyntaxNode, name: string): SyntaxNode | undefined {
  const part = node[name];
  return isNode(part) ? part : undefined;
}

/** The text of an identifier or of a text literal. */
export function nameOf(node: SyntaxNode | undefined): string {
  const text = node?.type === 'Identifier' ? node.name : node?.type === 'Literal' ? node.value : undefined;
  return typeof text === 'string' ? text : '';
}

function parseModule(path: string): SourceModule {
  const parsed: unknown = parseAst(readFileSync(join(repository, path), 'utf8'), { lang: 'ts' });
  if (!isNode(parsed)) throw new TypeError(`${path} has no syntax tree.`);
  const imports = new Map<string, ImportedName>();
  const declarations = new Map<string, SyntaxNode>();
  const passedOn = new Map<string, ImportedName>();
  for (const statement of childrenOf(parsed)) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? partOf(statement, 'declaration') : statement;
    if (statement.type === 'ImportDeclaration') {
      for (const [local, name] of namesIn(statement, 'local', 'imported')) {
        imports.set(local, { module: resolve(path, statement), name });
      }
    } else if (declaration === undefined) {
      for (const [name, original] of namesIn(statement, 'exported', 'local')) {
        if (partOf(statement, 'source')) passedOn.set(name, { module: resolve(path, statement), name: original });
      }
    } else declare(declaration, declarations);
  }
  return { path, imports, declarations, passedOn, program: parsed };
}

function namesIn(statement: SyntaxNode, key: string, value: string): [string, string][] {
  if (statement.importKind === 'type' || statement.exportKind === 'type') return [];
  return childrenOf(statement)
    .filter(({ type, importKind }) => /^(Import|Export)Specifier$/.test(type) && importKind !== 'type')
    .map((specifier) => [nameOf(partOf(specifier, key)), nameOf(partOf(specifier, value))]);
}

function declare(declaration: SyntaxNode, declarations: Map<string, SyntaxNode>): void {
  if (/^(Function|Class)Declaration$/.test(declaration.type)) {
    declarations.set(nameOf(partOf(declaration, 'id')), declaration);
  }
  if (declaration.type !== 'VariableDeclaration') return;
  for (const declarator of childrenOf(declaration)) {
    declarations.set(nameOf(partOf(declarator, 'id')), declarator);
  }
}

function resolve(path: string, statement: SyntaxNode): string {
  const source = nameOf(partOf(statement, 'source'));
  if (!source.startsWith('.')) return source;
  return relative(repository, join(repository, dirname(path), source));
}
