import { expect, it } from 'vitest';
import { resourceRows } from '../../resources/resource-types.ts';
import { clientSettings } from './client-settings.ts';
import { existenceChecks } from './existence.ts';

const checks = existenceChecks(clientSettings('us-west-2', { accessKeyId: 'x', secretAccessKey: 'y' }), { count: 0 });

it('the questions are exactly those that a row names', () => {
  const named = resourceRows.map(({ confirmedBy }) => confirmedBy).filter((by) => by !== 'stack' && by !== 'owner');
  expect(Object.keys(checks).sort()).toEqual([...new Set(named)].sort());
});

it('there is one for whatever is found by its tags or name without a stack', () => {
  const found = ['AWS::EC2::Instance', 'AWS::EC2::NetworkInterface', 'AWS::EC2::Snapshot', 'AWS::EC2::Volume'];
  const named = resourceRows.filter(({ nameIds, type }) => nameIds !== 'none' || found.includes(type));
  expect(named.filter(({ confirmedBy }) => !Object.hasOwn(checks, confirmedBy)).map(({ type }) => type)).toEqual([]);
});
