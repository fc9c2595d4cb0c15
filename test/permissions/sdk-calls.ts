import { declarationOf, walkCode } from './reachable-code.ts';
import { childrenOf, nameOf, partOf, type SourceModule, type SyntaxNode, sourceModule } from './source-modules.ts';

/** `cloudFormation.findStack` */
export type PortMethod = `${string}.${string}`;

/** `cloudformation:DescribeStacks`, by the SDK's name of the service. */
export type SdkCall = `${string}:${string}`;

const wiring = 'actions/lib/adapters/aws/aws-account.ts';

/** Every method of every port of an AWS account, and the requests that it can send. */
export function portMethods(): Map<PortMethod, Set<SdkCall>> {
  const methods = new Map<PortMethod, Set<SdkCall>>();
  for (const { port, module, connect } of adapters()) {
    for (const { name, node } of methodsBelow(module, connect)) {
      const calls = methods.get(`${port}.${name}`) ?? new Set();
      for (const call of callsOf(module, node)) calls.add(call);
      methods.set(`${port}.${name}`, calls);
    }
  }
  return methods;
}

/** The methods of the ports that the code of an action can call, whatever the circumstances. */
export function methodsUsedBy(entry: string, known: ReadonlySet<string>): Set<PortMethod> {
  const module = sourceModule(entry);
  const used = new Set<PortMethod>();
  walkCode([{ module, node: module.program }], {
    member(owner, member) {
      const method: PortMethod = `${owner}.${member}`;
      if (known.has(method)) used.add(method);
    },
  });
  return used;
}

/** The role for which an action, or a verb that it calls, connects: the text in `connect(deployment, 'plan')`. */
export function rolesOf(entry: string): Set<string> {
  const module = sourceModule(entry);
  const roles = new Set<string>();
  const verbs = [...module.imports.values()]
    .map((imported) => imported.module)
    .filter((path) => path.includes('/verbs/'));
  const pending = [module.program, ...[...new Set(verbs)].map((path) => sourceModule(path).program)];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    pending.push(...childrenOf(node));
    const callee = node.type === 'CallExpression' ? partOf(node, 'callee') : undefined;
    if (callee === undefined || nameOf(partOf(callee, 'property')) !== 'connect') continue;
    const role = Array.isArray(node.arguments) ? nameOf(node.arguments[1]) : '';
    if (role !== '') roles.add(role);
  }
  return roles;
}

type Adapter = { port: string; module: SourceModule; connect: SyntaxNode };

/** Port by port the function that connects it: the properties of what `connectAws` returns. */
function adapters(): Adapter[] {
  const module = sourceModule(wiring);
  const found: Adapter[] = [];
  const pending = [...module.declarations.values()];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    pending.push(...childrenOf(node));
    const value = node.type === 'Property' ? partOf(node, 'value') : undefined;
    const imported = module.imports.get(nameOf(value && partOf(value, 'callee')));
    if (imported === undefined || !imported.name.startsWith('connect')) continue;
    const declaration = declarationOf(sourceModule(imported.module), imported.name);
    if (declaration === undefined) continue;
    found.push({ port: nameOf(partOf(node, 'key')), module: declaration.module, connect: declaration.node });
  }
  return found;
}

/**
 * The methods of the object that a connecting function returns, those of functions whose result is spread into it
 * included: properties with a plain name whose value is a function or names one.
 */
function methodsBelow(module: SourceModule, connect: SyntaxNode): { name: string; node: SyntaxNode }[] {
  const methods: { name: string; node: SyntaxNode }[] = [];
  const pending = returnsOf(connect);
  for (let object = pending.pop(); object !== undefined; object = pending.pop()) {
    for (const property of childrenOf(object)) {
      if (property.type === 'Property') {
        methods.push({ name: nameOf(partOf(property, 'key')), node: property });
        continue;
      }
      const spread = partOf(property, 'argument');
      const helper = module.declarations.get(nameOf(spread && partOf(spread, 'callee')));
      if (helper !== undefined) pending.push(...returnsOf(helper));
    }
  }
  return methods.map(({ name, node }) => ({ name, node: withLocals(node, connect) }));
}

/** Objects that a function returns, not those of functions inside it. */
function returnsOf(declaration: SyntaxNode): SyntaxNode[] {
  const body = partOf(declaration, 'body');
  return (body === undefined ? [] : childrenOf(body))
    .filter(({ type }) => type === 'ReturnStatement')
    .flatMap((statement) => childrenOf(statement))
    .filter(({ type }) => type === 'ObjectExpression');
}

/** The method together with the constants of the connecting function that it names. */
function withLocals(method: SyntaxNode, connect: SyntaxNode): SyntaxNode {
  const names = new Set<string>();
  const pending = [method];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    pending.push(...childrenOf(node));
    if (node.type === 'Identifier') names.add(nameOf(node));
  }
  const body = partOf(connect, 'body');
  const locals = (body === undefined ? [] : childrenOf(body))
    .filter(({ type }) => type === 'VariableDeclaration')
    .flatMap((declaration) => childrenOf(declaration))
    .filter((declarator) => names.has(nameOf(partOf(declarator, 'id'))));
  return { type: 'Method', parts: [method, ...locals] };
}

function callsOf(module: SourceModule, node: SyntaxNode): Set<SdkCall> {
  const calls = new Set<SdkCall>();
  walkCode([{ module, node }], {
    imported(packageName, name) {
      const service = /^@aws-sdk\/client-(.+)$/.exec(packageName)?.[1];
      const operation = /^(?:paginate(\w+)|(\w+)Command)$/.exec(name);
      const verb = operation?.[1] ?? operation?.[2];
      if (service !== undefined && verb !== undefined) calls.add(`${service}:${verb}`);
    },
  });
  return calls;
}
