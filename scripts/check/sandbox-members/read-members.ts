import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as TypeScript from '../../../.ci/tools/node_modules/typescript/lib/typescript.d.ts';
import { root } from '../../setup/install.mjs';
import { declarationsRead, isOfSdk, isOurs } from './reached-reads.ts';

/** Which members of its request each operation reads: service → operation → dotted paths. */
export type ReadMembers = Record<string, Record<string, string[]>>;

/** TypeFlags Object, Union and Intersection: what can have members of its own. */
const OBJECT_LIKE = 524_288 | 1_048_576 | 2_097_152;

/** A path that is followed no deeper; the deepest request of the sandbox has five levels. */
const DEEPEST = 8;

/**
 * Finds out from the sandbox's code which members of its request every operation reads. A member is read when the code that
 * the operation's handler reaches names it: as a property of the SDK's type, in a destructuring, or as a property of the
 * type of one of our own functions that takes the request. A structure of which no member is named counts as read whole.
 * @returns paths below the request; lists and maps add nothing to a path; what is below a path without deeper ones counts too
 */
export function readMembers(): ReadMembers {
  const typescript: typeof TypeScript = createRequire(join(root, '.ci', 'tools', 'package.json'))('typescript');
  const { program, checker } = openProgram(typescript);
  const found: ReadMembers = {};
  for (const file of program.getSourceFiles()) {
    if (!isOurs(file.fileName) || file.fileName.endsWith('.test.ts')) continue;
    for (const service of serviceModules(typescript, checker, file)) {
      found[service.name] = Object.fromEntries(
        checker
          .getTypeAtLocation(service.operations)
          .getProperties()
          .map((operation): [string, string[]] => [operation.name, pathsOf(typescript, checker, operation)])
          .sort(([one], [other]) => (one < other ? -1 : 1)),
      );
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function openProgram(typescript: typeof TypeScript): { program: TypeScript.Program; checker: TypeScript.TypeChecker } {
  const { config } = typescript.readConfigFile(join(root, 'tsconfig.json'), typescript.sys.readFile);
  const { options } = typescript.parseJsonConfigFileContent(config, typescript.sys, root);
  const program = typescript.createProgram([join(root, 'sandbox', 'aws', 'catalogue.ts')], options);
  return { program, checker: program.getTypeChecker() };
}

/** Object literals that have the parts of a `ServiceModule`. */
function serviceModules(
  typescript: typeof TypeScript,
  checker: TypeScript.TypeChecker,
  file: TypeScript.SourceFile,
): { name: string; operations: TypeScript.Expression }[] {
  const found: { name: string; operations: TypeScript.Expression }[] = [];
  const visit = (node: TypeScript.Node): void => {
    if (typescript.isObjectLiteralExpression(node)) {
      const name = initializerOf(typescript, node, 'signingName');
      const operations = initializerOf(typescript, node, 'operations');
      const isEmpty = operations !== undefined && checker.getTypeAtLocation(operations).getProperties().length === 0;
      if (name && typescript.isStringLiteral(name) && operations && !isEmpty)
        found.push({ name: name.text, operations });
    }
    typescript.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const initializerOf = (
  typescript: typeof TypeScript,
  literal: TypeScript.ObjectLiteralExpression,
  name: string,
): TypeScript.Expression | undefined =>
  literal.properties.flatMap((property) =>
    typescript.isPropertyAssignment(property) && property.name.getText() === name ? [property.initializer] : [],
  )[0];

function pathsOf(
  typescript: typeof TypeScript,
  checker: TypeScript.TypeChecker,
  operation: TypeScript.Symbol,
): string[] {
  const declaration = operation.declarations?.[0];
  const [signature] = declaration ? checker.getTypeOfSymbolAtLocation(operation, declaration).getCallSignatures() : [];
  const input = signature?.getParameters()[0];
  if (!declaration || !input) return [];
  const read = declarationsRead(typescript, checker, declaration);
  const walk = (type: TypeScript.Type, depth: number): string[] =>
    depth > DEEPEST
      ? []
      : structureOf(checker, type)
          .filter((member) => (member.declarations ?? []).some((each) => read.has(each)))
          .flatMap((member) => {
            const below = walk(checker.getTypeOfSymbol(member), depth + 1);
            return below.length === 0 ? [member.name] : below.map((path) => `${member.name}.${path}`);
          });
  return [...new Set(walk(checker.getTypeOfSymbol(input), 0))].sort();
}

/** The members of a structure of the SDK, also behind lists, maps, unions and `undefined`; none for anything else. */
function structureOf(checker: TypeScript.TypeChecker, type: TypeScript.Type): TypeScript.Symbol[] {
  const plain = checker.getNonNullableType(type);
  if (!(plain.flags & OBJECT_LIKE)) return [];
  if (plain.isUnion()) return plain.types.flatMap((each) => structureOf(checker, each));
  const element =
    checker.getIndexTypeOfType(plain, 1 /* number */) ?? checker.getIndexTypeOfType(plain, 0 /* string */);
  if (element && plain.getProperties().every((each) => !(each.declarations ?? []).some(isOfSdk))) {
    return structureOf(checker, element);
  }
  return plain.getProperties().filter((each) => (each.declarations ?? []).some(isOfSdk));
}
