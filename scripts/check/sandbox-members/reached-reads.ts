import type * as TypeScript from '../../../.ci/tools/node_modules/typescript/lib/typescript.d.ts';

type Compiler = typeof TypeScript;

/** Code of the sandbox's AWS; what it imports from elsewhere is not followed. */
export const isOurs = (fileName: string): boolean =>
  fileName.includes('/sandbox/aws/') && !fileName.includes('/node_modules/@aws');

/** Whether a declaration stands in the types of an SDK client. */
export const isOfSdk = (declaration: TypeScript.Node): boolean =>
  declaration.getSourceFile().fileName.includes('/@aws-sdk/client-');

/**
 * The members of the SDK's types that are named by the code which a handler reaches: everything that it calls or mentions by
 * name within the sandbox, to the end.
 * @param start the declaration of the operation
 */
export function declarationsRead(
  typescript: Compiler,
  checker: TypeScript.TypeChecker,
  start: TypeScript.Declaration,
): ReadonlySet<TypeScript.Node | TypeScript.Symbol> {
  const read = new Set<TypeScript.Node | TypeScript.Symbol>();
  const reached = new Set<TypeScript.Node>();
  const handedOn: { member: TypeScript.Symbol; property: TypeScript.Symbol }[] = [];
  const note = (symbol: TypeScript.Symbol | undefined): void => {
    // A mapped type's members are declared nowhere.
    for (const each of symbol ? (symbol.declarations ?? [symbol]) : []) read.add(each);
  };
  const reach = (node: TypeScript.Node): void => {
    if (reached.has(node) || !isOurs(node.getSourceFile().fileName)) return;
    reached.add(node);
    visit(node);
  };
  const visit = (node: TypeScript.Node): void => {
    if (typescript.isTypeNode(node)) return;
    if (typescript.isIdentifier(node)) reachSymbol(checker.getSymbolAtLocation(node));
    if (typescript.isShorthandPropertyAssignment(node)) reachSymbol(checker.getShorthandAssignmentValueSymbol(node));
    if (typescript.isPropertyAccessExpression(node)) note(checker.getSymbolAtLocation(node.name));
    if (typescript.isElementAccessExpression(node)) noteNamed(node.expression, node.argumentExpression);
    if (typescript.isObjectBindingPattern(node)) notePattern(node);
    if (typescript.isSpreadAssignment(node)) noteAll(checker.getTypeAtLocation(node.expression));
    if (typescript.isExpression(node)) notePassed(node);
    typescript.forEachChild(node, visit);
  };
  const reachSymbol = (symbol: TypeScript.Symbol | undefined): void => {
    const target = symbol && symbol.flags & typescript.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    for (const declaration of target?.declarations ?? []) {
      const { kind } = declaration;
      const isCode =
        kind === typescript.SyntaxKind.FunctionDeclaration ||
        kind === typescript.SyntaxKind.VariableDeclaration ||
        kind === typescript.SyntaxKind.PropertyAssignment ||
        kind === typescript.SyntaxKind.MethodDeclaration;
      if (isCode) reach(declaration);
    }
  };
  const noteAll = (type: TypeScript.Type): void => {
    for (const member of checker.getNonNullableType(type).getProperties()) note(member);
  };
  const notePattern = (pattern: TypeScript.ObjectBindingPattern): void => {
    const type = checker.getNonNullableType(checker.getTypeAtLocation(pattern));
    for (const element of pattern.elements) {
      const name = element.propertyName ?? element.name;
      if (element.dotDotDotToken) noteAll(type);
      else if (typescript.isIdentifier(name)) note(type.getProperty(name.text));
    }
  };
  /** `input[name]` where the type of `name` says which names it can be. */
  const noteNamed = (object: TypeScript.Expression, name: TypeScript.Expression): void => {
    const type = checker.getNonNullableType(checker.getTypeAtLocation(object));
    const names = checker.getTypeAtLocation(name);
    for (const each of names.isUnion() ? names.types : [names]) {
      if (each.isStringLiteral()) note(type.getProperty(each.value));
    }
  };
  /** A structure handed on as another type: its members are read where those of the other type are. */
  const notePassed = (node: TypeScript.Expression): void => {
    const type = checker.getTypeAtLocation(node);
    const wanted = hasSdkMembers(checker, type) ? checker.getContextualType(node) : undefined;
    if (wanted) relate(type, wanted, 0);
  };
  const relate = (given: TypeScript.Type, wanted: TypeScript.Type, depth: number): void => {
    const [from, to] = [elementOf(checker, given), elementOf(checker, wanted)];
    if (depth > 6 || from === to) return;
    if (to.isUnion()) for (const each of to.types) relate(given, each, depth + 1);
    for (const property of to.getProperties()) {
      const member = from.getProperty(property.name);
      if (!member || !(member.declarations ?? []).some(isOfSdk)) continue;
      if ((property.declarations ?? []).some((each) => (member.declarations ?? []).includes(each))) continue;
      handedOn.push({ member, property });
      relate(checker.getTypeOfSymbol(member), checker.getTypeOfSymbol(property), depth + 1);
    }
  };
  const isRead = (symbol: TypeScript.Symbol): boolean =>
    (symbol.declarations ?? [symbol]).some((each) => read.has(each));
  reach(start);
  for (let before = -1; before < read.size; ) {
    before = read.size;
    for (const { member, property } of handedOn) if (isRead(property)) note(member);
  }
  return read;
}

function elementOf(checker: TypeScript.TypeChecker, type: TypeScript.Type): TypeScript.Type {
  const plain = checker.getNonNullableType(type);
  const element = checker.isArrayType(plain) ? checker.getIndexTypeOfType(plain, 1) : undefined;
  return element ? elementOf(checker, element) : plain;
}

const hasSdkMembers = (checker: TypeScript.TypeChecker, type: TypeScript.Type): boolean =>
  elementOf(checker, type)
    .getProperties()
    .some((member) => (member.declarations ?? []).some(isOfSdk));
