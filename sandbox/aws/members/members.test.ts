import type { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import { services } from '../catalogue.ts';
import { type OperationSchema, readSchemas } from '../protocol/operation-schema.ts';
import { AwsError } from '../service.ts';
import { idempotencyToken, refuseUnserved, servedElsewhere } from './unserved-members.ts';

const membersOf = (schema: NormalizedSchema): [string, NormalizedSchema][] => {
  if (schema.isListSchema() || schema.isMapSchema()) return membersOf(schema.getValueSchema());
  return schema.isStructSchema() ? [...schema.structIterator()] : [];
};

const has = (schema: NormalizedSchema, [name, ...below]: string[]): boolean =>
  name === undefined || membersOf(schema).some(([each, member]) => each === name && has(member, below));

/** Requests with one member each, at every depth to the third. */
function* requests(schema: NormalizedSchema, depth = 0): Generator<{ path: string; input: object }> {
  for (const [name, member] of membersOf(schema)) {
    yield { path: name, input: { [name]: 'x' } };
    const wrap = (value: object): object =>
      member.isListSchema() ? [value] : member.isMapSchema() ? { key: value } : value;
    if (depth === 2) continue;
    for (const { path, input } of requests(member, depth + 1)) {
      yield { path: `${name}.${path}`, input: { [name]: wrap(input) } };
    }
  }
}

const refusal = (run: () => void): string | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof AwsError ? `${error.status} ${error.code} ${error.message}` : String(error);
  }
};

describe.each(services.map((service) => [service.signingName, service] as const))('requests to %s', (name, service) => {
  const elsewhere = servedElsewhere.filter((each) => each.service === name);
  const served = (operation: OperationSchema): string[] => [
    ...(service.members?.[operation.name] ?? []),
    ...elsewhere.flatMap(({ operations, member }) => ((operations?.includes(operation.name) ?? true) ? [member] : [])),
    ...[idempotencyToken(operation.input) ?? []].flat(),
  ];

  it('have a list of what is read of them, of members that AWS has', async () => {
    const { operations } = readSchemas(await service.loadClient());
    expect(Object.keys(service.members ?? {})).toEqual(Object.keys(service.operations).sort());
    const unknown = Object.entries(service.members ?? {}).flatMap(([operation, paths]) => {
      const input = operations.get(operation)?.input;
      return paths.filter((path) => !input || !has(input, path.split('.'))).map((path) => `${operation} ${path}`);
    });
    expect(unknown).toEqual([]);
  });

  it('are refused by name for every other member that AWS has', async () => {
    const { operations } = readSchemas(await service.loadClient());
    const wrong: string[] = [];
    for (const operation of Object.keys(service.operations).flatMap((each) => operations.get(each) ?? [])) {
      const paths = served(operation);
      for (const { path, input } of operation.input.isUnitSchema() ? [] : requests(operation.input)) {
        const isServed = paths.some(
          (each) => each === path || each.startsWith(`${path}.`) || path.startsWith(`${each}.`),
        );
        const said = refusal(() => refuseUnserved(service, operation, input));
        const right = isServed
          ? said === undefined
          : said?.startsWith('501 NotImplemented The sandbox does not implement the member ') &&
            path.startsWith(/the member (\S+) of/.exec(said)?.[1] ?? '?');
        if (!right) wrong.push(`${operation.name} ${path}: ${said}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('say where a member is honoured that no operation reads', async () => {
    const { operations } = readSchemas(await service.loadClient());
    for (const { operations: named, member } of elsewhere) {
      const meant = named ?? Object.keys(service.operations);
      const having = meant.filter((each) => has(operations.get(each)?.input ?? fail(each), [member]));
      expect(having, member).not.toEqual([]);
      if (named) expect(having).toEqual(named);
      const unread = having.filter((each) => !service.members?.[each]?.includes(member));
      expect(unread, `${member} is read everywhere`).not.toEqual([]);
    }
  });
});

const fail = (operation: string): never => {
  throw new Error(`There is no operation ${operation}.`);
};
