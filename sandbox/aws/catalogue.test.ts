import { describe, expect, it } from 'vitest';
import { resourceTypes, services } from './catalogue.ts';
import { readSchemas } from './protocol/operation-schema.ts';
import { coveredTypes } from './service-spec/covered-types.ts';

describe('the catalogue', () => {
  it.each(services.map((service) => [service.signingName, service] as const))(
    'has only operations of %s that its client has',
    async (_name, service) => {
      const { operations } = readSchemas(await service.loadClient());
      expect(Object.keys(service.operations).filter((name) => !operations.has(name))).toEqual([]);
    },
  );

  it('names every service and every resource type once', () => {
    const names = services.map(({ signingName }) => signingName);
    expect(new Set(names).size).toBe(names.length);
    const types = resourceTypes.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
  });

  it('checks the properties of every resource type against the specification', () => {
    expect(resourceTypes.map(({ type }) => type).filter((type) => !coveredTypes.includes(type))).toEqual([]);
  });
});
