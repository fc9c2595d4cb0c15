import {
  childrenOf,
  isNode,
  nameOf,
  partOf,
  type SourceModule,
  type SyntaxNode,
  sourceModule,
} from './source-modules.ts';

/** Something a walk through the code comes across. */
export type Visitor = {
  /** A member of something: `ports.cloudFormation.findStack` has owner `cloudFormation` and member `findStack`. */
  member?(owner: string, member: string): void;
  /** A name that comes from a package. */
  imported?(packageName: string, name: string): void;
};

/**
 * Walks through a piece of code and all functions and constants that it names, in whatever module of ours, each once.
 * Types do not count. Comes across more than can run, never less.
 */
export function walkCode(start: { module: SourceModule; node: SyntaxNode }[], visitor: Visitor): void {
  const seen = new Set<SyntaxNode>();
  const pending = [...start];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next.node)) continue;
    seen.add(next.node);
    pending.push(...visit(next.module, next.node, visitor));
  }
}

/** The code that a name of a module stands for. */
export function declarationOf(
  module: SourceModule,
  name: string,
): { module: SourceModule; node: SyntaxNode } | undefined {
  const node = module.declarations.get(name);
  if (node !== undefined) return { module, node };
  const passed = module.passedOn.get(name);
  return passed?.module.endsWith('.ts') ? declarationOf(sourceModule(passed.module), passed.name) : undefined;
}

/** What is below a node and what its names stand for. */
function visit(module: SourceModule, node: SyntaxNode, visitor: Visitor): { module: SourceModule; node: SyntaxNode }[] {
  const here = (parts: readonly unknown[]) => parts.filter(isNode).map((part) => ({ module, node: part }));
  if (/^TS(As|Satisfies|NonNull)/.test(node.type)) return here([node.expression]);
  if (node.type.startsWith('TS')) return [];
  switch (node.type) {
    case 'Identifier':
      return standsFor(module, nameOf(node), visitor);
    case 'MemberExpression':
      if (node.computed === true) break;
      visitor.member?.(nameOf(lastPart(partOf(node, 'object'))), nameOf(partOf(node, 'property')));
      return here([node.object]);
    case 'Property':
      return here(node.computed === true ? [node.key, node.value] : [node.value]);
    case 'ImportDeclaration':
      return [];
    case 'ImportExpression':
      throw new Error(`${module.path} imports a module at run time; the walk does not follow that.`);
  }
  return here(childrenOf(node));
}

/** `a.b.c` as the node of `c`, `a` as itself. */
function lastPart(node: SyntaxNode | undefined): SyntaxNode | undefined {
  return node?.type === 'MemberExpression' ? partOf(node, 'property') : node;
}

function standsFor(module: SourceModule, name: string, visitor: Visitor): { module: SourceModule; node: SyntaxNode }[] {
  const imported = module.imports.get(name);
  if (imported === undefined) {
    const own = module.declarations.get(name);
    return own === undefined ? [] : [{ module, node: own }];
  }
  if (!imported.module.endsWith('.ts')) {
    visitor.imported?.(imported.module, imported.name);
    return [];
  }
  const found = declarationOf(sourceModule(imported.module), imported.name);
  return found === undefined ? [] : [found];
}
