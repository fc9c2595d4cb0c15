import { describe, expect, it } from 'vitest';
import { catalogueSources, deploymentOf, exampleText, exampleWith } from '../../../test/fixtures/example-deployment.ts';
import { type ChangeSetChange, knownAfterApply } from '../ports/cloudformation.ts';
import { FakeAws } from '../ports/test/fake-aws.ts';
import { settleParameters } from '../stack-operations/kept-parameters.ts';
import { stacksOf } from '../stacks/catalogue.ts';
import { type DesiredResource, type DesiredValue, desiredResources } from '../stacks/desired-values.ts';
import { type StackKind, stackKinds } from '../stacks/stack.ts';
import type { PlanRow } from './plan-row.ts';
import {
  administratorRows,
  changeRows,
  creationRows,
  protectionRows,
  type RowsOfStack,
  recoveryRows,
} from './planned-rows.ts';
import { rowKey } from './seal-text.ts';

const place = { deployment: '_test', accountId: '123456789012', region: 'us-west-2' };

async function stackRows(kind: StackKind, text = exampleText): Promise<RowsOfStack> {
  const stack = stacksOf(deploymentOf(text), catalogueSources()).find((each) => each.kind === kind);
  if (stack === undefined) throw new RangeError(kind);
  const settled = await settleParameters(stack, undefined, new FakeAws().ports());
  return { place: stack.name, desired: desiredResources(settled, place), tags: stack.tags };
}

function oneResource(properties: DesiredResource['properties'], type = 'AWS::EKS::Cluster'): RowsOfStack {
  return {
    place: 'sar-cluster',
    desired: new Map([['Thing', { type, properties, attributes: {} }]]),
    tags: { a: 'b' },
  };
}

/** A change of `Thing` in place, with contexts as CloudFormation gives them. */
function modify(
  before: Record<string, DesiredValue>,
  after: Record<string, DesiredValue>,
  changes: Partial<ChangeSetChange> = {},
): ChangeSetChange {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return {
    ...{ logicalId: 'Thing', type: 'AWS::EKS::Cluster', action: 'Modify', replacement: 'False' },
    beforeContext: JSON.stringify({ Properties: before }),
    afterContext: JSON.stringify({ Properties: after }),
    details: names.map((name) => ({
      ...{ path: `/Properties/${name}/0/Value`, attribute: 'Properties', name, requiresRecreation: 'Never' },
    })),
    ...changes,
  };
}

const brief = (rows: readonly PlanRow[]) =>
  rows.map(({ act, property, after }) => `${act} ${property} ${after ?? '-'}`.replaceAll(/\[[0-9a-f]{16}\]/g, '[…]'));

describe('a stack that is made', () => {
  it('has a row for each resource and each leaf, each once', async () => {
    for (const kind of stackKinds) {
      const rows = creationRows(await stackRows(kind));
      expect(new Set(rows.map(rowKey)).size, kind).toBe(rows.length);
      expect(new Set(rows.map(({ act }) => act))).toEqual(new Set(['add']));
      expect(rows.filter(({ after }) => after?.includes('not-known') === true)).toEqual([]);
    }
  });

  it('refers to other stacks instead of what they happen to have', async () => {
    const rows = creationRows(await stackRows('jupyterhub'));
    expect(rows.some(({ after }) => after?.includes('{"$from":"_test-cognito.UserPoolId"}'))).toBe(true);
  });

  it('has the same rows whether a change set tells it or the template alone', async () => {
    const stack = await stackRows('cognito');
    const changes = [...stack.desired].map(([logicalId, { type }]): ChangeSetChange => {
      return { logicalId, type, action: 'Add', details: [], afterContext: '{"Properties":{"Resolved":"vpc-1"}}' };
    });
    expect(changeRows(changes, stack)).toEqual(creationRows(stack).slice(1));
  });

  it('leaves out what a condition leaves out', async () => {
    const closed = await stackRows('cognito');
    const open = await stackRows('cognito', exampleWith(['sign_up: closed', 'sign_up: open']));
    expect([closed.desired.has('SignUpFunction'), open.desired.has('SignUpFunction')]).toEqual([false, true]);
    const only = (rows: RowsOfStack) =>
      creationRows(rows).find(({ property }) => property.endsWith('AllowAdminCreateUserOnly'))?.after;
    expect([only(closed), only(open)]).toEqual(['"true"', '"false"']);
  });
});

describe('a resource that changes', () => {
  it('has a row for what changes only, as the declaration says it', () => {
    const stack = oneResource({
      Version: '1.36',
      Name: 'n',
      VpcConfig: { Id: { $from: 'sar-net.VpcId' }, Open: 'true' },
    });
    const change = modify(
      { Version: '1.35', VpcConfig: { Id: 'vpc-1', Open: 'true' } },
      { Version: '1.36', VpcConfig: { Id: 'vpc-2', Open: 'true' } },
    );
    expect(brief(changeRows([change], stack))).toEqual([
      'change  -',
      'change Properties/Version "1.36"',
      'change Properties/VpcConfig/Id {"$from":"sar-net.VpcId"}',
    ]);
  });

  it('is the same before and after another stack has got its value: a retry is no more', () => {
    const stack = oneResource({ Id: { $from: 'sar-net.VpcId' } });
    const planned = changeRows([modify({ Id: 'vpc-old' }, { Id: 'vpc-00000000000000000' })], stack);
    expect(changeRows([modify({ Id: 'vpc-old' }, { Id: 'vpc-real' })], stack)).toEqual(planned);
    expect(changeRows([modify({ Id: 'vpc-old' }, { Id: knownAfterApply })], stack)).toEqual(planned);
  });

  it('counts what AWS does not know yet as changed', () => {
    const stack = oneResource({ Arn: { 'Fn::GetAtt': ['Role', 'Arn'] } });
    const change = modify({ Arn: knownAfterApply }, { Arn: knownAfterApply });
    expect(brief(changeRows([change], stack))).toEqual([
      'change  -',
      'change Properties/Arn {"Fn::GetAtt":["Role","Arn"]}',
    ]);
  });

  it('shows lists by element, wherever it is put', () => {
    const rows = (wanted: string[]) =>
      changeRows([modify({ Cidrs: ['10.0.0.0/8'] }, { Cidrs: wanted })], oneResource({ Cidrs: wanted }));
    const added = rows(['192.168.0.0/16', '10.0.0.0/8']);
    expect(brief(added)).toEqual(['change  -', 'change Properties/Cidrs/[…] "192.168.0.0/16"']);
    expect(rows(['10.0.0.0/8', '192.168.0.0/16'])).toEqual(added);
    expect(brief(rows(['0.0.0.0/0']))).toEqual([
      'change  -',
      'change Properties/Cidrs/[…] "0.0.0.0/0"',
      'remove Properties/Cidrs/[…] -',
    ]);
    expect(new Set(rows(['0.0.0.0/0', '0.0.0.0/0']).map(rowKey)).size).toBe(4);
  });

  it('shows another order, since a first choice is one', () => {
    const types = (...wanted: string[]) =>
      brief(changeRows([modify({ Types: ['a', 'b', 'c'] }, { Types: wanted })], oneResource({ Types: wanted })));
    expect(types('b', 'a', 'c')).toEqual(['change  -', expect.stringMatching(/^change Properties\/Types\/order \["/)]);
    expect(types('a', 'b', 'c', 'd')).toEqual(['change  -', 'change Properties/Types/[…] "d"']);
  });

  it('shows what goes, key by key', () => {
    const change = modify({ Size: { Min: '0', Desired: '2' }, Old: 'x' }, { Size: { Min: '0' } });
    expect(brief(changeRows([change], oneResource({ Size: { Min: '0' } })))).toEqual([
      'change  -',
      'remove Properties/Size/Desired -',
      'remove Properties/Old -',
    ]);
  });

  it('shows AWS’s value where the declaration has none, and the declaration’s where AWS hides it', () => {
    const unexplained = modify({ Managed: 'a' }, { Managed: 'b' });
    expect(brief(changeRows([unexplained], oneResource({})))).toContain('change Properties/Managed "b"');
    const masked = modify({ Secret: '****' }, { Secret: '****' });
    expect(brief(changeRows([masked], oneResource({ Secret: 's' })))).toContain('change Properties/Secret "s"');
    const { beforeContext, afterContext, ...bare } = modify({ Size: '1' }, { Size: '2' });
    expect(brief(changeRows([bare], oneResource({ Size: '2' })))).toContain('change Properties/Size "2"');
    expect([beforeContext, afterContext].every((text) => text?.includes('Size'))).toBe(true);
  });

  it.each([
    ['True', 'Modify', 'replace'],
    ['Conditional', 'Modify', 'may replace'],
    [undefined, 'Dynamic', 'may replace'],
    ['False', 'Modify', 'change'],
  ] as const)('with replacement %s of %s is %s', (replacement, action, act) => {
    const change = modify({}, {}, { action, policyAction: 'ReplaceAndDelete' });
    delete change.replacement;
    const row = changeRows([{ ...change, ...(replacement === undefined ? {} : { replacement }) }], oneResource({}))[0];
    expect(row).toMatchObject({ act, property: '', policyAction: 'ReplaceAndDelete' });
  });

  it.each([
    ['AWS::Cognito::UserPool', { DeletionProtection: 'INACTIVE' }, 'unprotect'],
    ['AWS::Cognito::UserPool', { DeletionProtection: 'ACTIVE' }, 'protect'],
    ['AWS::EKS::Cluster', { DeletionProtection: 'false' }, 'unprotect'],
    [
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
      { LoadBalancerAttributes: [{ Key: 'deletion_protection.enabled', Value: 'false' }] },
      'unprotect',
    ],
  ])('of type %s with %j has a row %s', (type, after, act) => {
    const before = Object.fromEntries(Object.keys(after).map((name) => [name, []]));
    const rows = changeRows([modify(before, after, { type })], oneResource(after, type));
    expect(rows.filter(({ property }) => property !== '').map((row) => row.act)).toEqual([act]);
  });

  it('says when what was kept is no longer, and when the tags of its stack change', () => {
    const details = [
      { path: 'DeletionPolicy', attribute: 'DeletionPolicy', requiresRecreation: 'Never' as const },
      { path: 'Tags', attribute: 'Tags', requiresRecreation: 'Never' as const },
      { path: 'Metadata', attribute: 'Metadata', requiresRecreation: 'Never' as const },
    ];
    expect(brief(changeRows([modify({}, {}, { details })], oneResource({})))).toEqual([
      'change  -',
      'unprotect DeletionPolicy -',
      'change StackTags {"a":"b"}',
    ]);
  });
});

it('a removed resource is one row with what becomes of it', () => {
  const change: ChangeSetChange = { ...modify({ A: '1' }, {}), action: 'Remove', policyAction: 'Retain', details: [] };
  expect(changeRows([change], oneResource({}))).toEqual([
    {
      place: 'sar-cluster',
      item: 'Thing',
      type: 'AWS::EKS::Cluster',
      property: '',
      act: 'remove',
      policyAction: 'Retain',
    },
  ]);
});

it('termination protection and the administrator are rows', () => {
  expect(brief(protectionRows('s', undefined, true))).toEqual(['protect EnableTerminationProtection "true"']);
  expect(brief(protectionRows('s', true, false))).toEqual(['unprotect EnableTerminationProtection "false"']);
  expect(protectionRows('s', undefined, false)).toEqual([]);
  const next = { userName: 'jane', address: 'jane@example.org', isOther: true };
  expect(administratorRows('s', next)).toMatchObject([
    { item: 'jane', type: 'user', act: 'add', after: '"jane@example.org"' },
  ]);
  expect(administratorRows('s', { ...next, isOther: false })).toMatchObject([{ property: 'address', act: 'change' }]);
  expect(administratorRows('s', undefined)).toEqual([]);
});

describe('recovery', () => {
  const template = `
Resources:
  Pool: {Type: AWS::Cognito::UserPool, DeletionPolicy: RetainExceptOnCreate, Properties: {Name: !Ref Name}}
  Vpc: {Type: AWS::EC2::VPC}
`;
  const resources = [
    { logicalId: 'Vpc', physicalId: 'vpc-1', type: 'AWS::EC2::VPC', status: 'DELETE_FAILED' },
    { logicalId: 'Pool', physicalId: 'pool', type: 'AWS::Cognito::UserPool', status: 'CREATE_COMPLETE' },
    { logicalId: 'Gone', physicalId: 'x', type: 'AWS::S3::Bucket', status: 'DELETE_COMPLETE' },
    { logicalId: 'Left', physicalId: 'y', type: 'AWS::S3::Bucket', status: 'DELETE_SKIPPED' },
    { logicalId: 'Never', physicalId: '', type: 'AWS::S3::Bucket', status: 'CREATE_FAILED' },
    { logicalId: 'Half', physicalId: 'z', type: 'AWS::S3::Bucket', status: 'CREATE_FAILED' },
  ];

  it('lists each living resource by its id, and what the template keeps as kept', () => {
    const { rows, lost } = recoveryRows({ name: 'sar-cluster' }, resources, template);
    expect(rows.map(({ item, act, after, policyAction }) => [item, act, after, policyAction])).toEqual([
      ['Vpc', 'recover', '"vpc-1"', 'Delete'],
      ['Pool', 'recover', '"pool"', 'Retain'],
      ['Half', 'recover', '"z"', 'Delete'],
    ]);
    expect(lost).toBe(2);
  });

  it('takes everything to go when the template does not explain it', () => {
    for (const text of ['', '{', '[]', 'Resources: 3']) {
      expect(recoveryRows({ name: 's' }, resources, text).lost).toBe(3);
    }
  });
});
