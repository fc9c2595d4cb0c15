import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stackKinds } from '../../stacks/stack.ts';
import { knownTypes } from '../../teardown/resource-types.ts';
import { clientSettings } from './client-settings.ts';
import { existenceChecks } from './existence.ts';

const generated = [
  'AWS::ECR::Repository',
  'AWS::EKS::Nodegroup',
  'AWS::EKS::AccessEntry',
  'AWS::Cognito::UserPoolGroup',
];
const checks = existenceChecks(clientSettings('us-west-2', { accessKeyId: 'x', secretAccessKey: 'y' }), { count: 0 });

describe('existence checks', () => {
  it.each(stackKinds)('are decided for every type of the %s template', (kind) => {
    const template = readFileSync(new URL(`../../../../cluster/cloudformation/${kind}.yaml`, import.meta.url), 'utf8');
    const resources = template.slice(template.indexOf('\nResources:'));
    const types = [...resources.matchAll(/^ {4}Type: (AWS::\S+)/gm)].map(([, type = '']) => type);
    expect(types).not.toEqual([]);
    expect([...types, ...generated].filter((type) => !knownTypes.has(type))).toEqual([]);
  });

  it('are there for exactly the types whose service is asked', () => {
    const asked = [...knownTypes].filter(([, { confirmedBy }]) => confirmedBy === 'service').map(([type]) => type);
    expect(Object.keys(checks).sort()).toEqual(asked.sort());
  });

  it('cover what is found by tags or names alone', () => {
    const types = ['AWS::EC2::Instance', 'AWS::EC2::NetworkInterface', 'AWS::EC2::Snapshot', 'AWS::EC2::Volume'];
    expect(types.filter((type) => !Object.hasOwn(checks, type))).toEqual([]);
  });
});
