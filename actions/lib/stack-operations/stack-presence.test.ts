import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import { FakeAws } from '../ports/test/fake-aws.ts';
import {
  changedAfter,
  changedFailure,
  goneFailure,
  missingAfter,
  nothing,
  presenceReader,
  unaskedFailure,
  unverifiableNote,
} from './stack-presence.ts';

const cluster = { type: 'AWS::EKS::Cluster', physicalId: 'sar-cluster' };
const nodes = { type: 'AWS::EKS::Nodegroup', physicalId: 'sar-cluster/users' };
const addon = { type: 'AWS::EKS::Addon', physicalId: 'sar-cluster|coredns' };

/** A stack with these resources, of which services say what is told. */
function account(...resources: { type: string; physicalId: string; says?: 'exists' | 'going' | 'gone' | Error }[]) {
  const aws = new FakeAws();
  aws.cloudFormation.contents['sar-cluster'] = resources;
  for (const { type, physicalId, says } of resources) aws.presence.set(`${type} ${physicalId}`, says ?? 'exists');
  aws.cloudFormation.put('sar-cluster', 'CREATE_COMPLETE');
  return aws;
}

const read = (aws: FakeAws) => presenceReader(['sar-cluster'], aws.ports())('sar-cluster');

describe('what owners say of a stack', () => {
  it('is nothing where all is there, and where only the stack or an owner can say', async () => {
    const aws = account(
      cluster,
      { type: 'AWS::EFS::FileSystem', physicalId: 'f' },
      { type: 'AWS::Cognito::UserPoolUser', physicalId: 'x' },
    );
    for (const key of ['AWS::EFS::FileSystem f', 'AWS::Cognito::UserPoolUser x']) aws.presence.set(key, 'gone');
    expect(await read(aws)).toEqual(nothing());
  });

  it('names what is gone or going, what is missed most first, by the names that people know', async () => {
    const { gone } = await read(
      account({ ...addon, says: 'gone' }, { ...nodes, says: 'going' }, { ...cluster, says: 'gone' }),
    );
    expect(gone.map(({ title }) => title)).toEqual([
      'cluster sar-cluster (Resource2)',
      'node group sar-cluster/users (Resource1)',
      'add-on coredns (Resource0)',
    ]);
    expect(goneFailure('sar-cluster', gone)).toMatchObject({
      code: 'ResourcesGone',
      message: `Of stack sar-cluster, ${gone.map(({ title }) => title).join(', ')} were deleted outside of this repository.`,
      hint: expect.stringContaining('by hand'),
    });
  });

  it('names no more than a sentence can hold', async () => {
    const many = Array.from({ length: 20 }, (_, index) => ({
      ...addon,
      physicalId: `sar-cluster|${index}`,
      says: 'gone' as const,
    }));
    expect(goneFailure('sar-cluster', (await read(account(...many))).gone)?.message).toMatch(
      / and 12 more were deleted/,
    );
  });

  it('keeps apart what could not be asked, which hides nothing else, and makes the outcome unknown', async () => {
    const failure = new Failure({ code: 'Throttled', source: 'aws', message: 'slow down', hint: 'later' });
    const { gone, unasked } = await read(account({ ...addon, says: failure }, { ...nodes, says: 'gone' }));
    expect(gone).toHaveLength(1);
    expect(unaskedFailure('sar-cluster', unasked)).toMatchObject({
      code: 'ResourcesUnverified',
      source: 'aws',
      message: expect.stringMatching(/no answer came about add-on coredns \(Resource0\): slow down$/),
      hint: 'later',
    });
  });

  it('says which it knows nobody to ask about', async () => {
    const { unverifiable } = await read(account({ type: 'AWS::SQS::Queue', physicalId: 'q' }));
    expect(unverifiableNote(unverifiable)).toMatch(/AWS::SQS::Queue q \(Resource0\)/);
    expect(unverifiableNote([])).toBeUndefined();
  });

  it('leaves out what operations have deleted, and what a change removes or replaces', async () => {
    const aws = account({ ...addon, says: 'gone' }, { ...nodes, says: 'gone' });
    const stack = aws.cloudFormation.get('sar-cluster');
    if (stack?.resources[0] !== undefined) stack.resources[0].status = 'DELETE_COMPLETE';
    const { gone } = await read(aws);
    expect(gone.map(({ type }) => type)).toEqual([nodes.type]);
    const of = (action: 'Add' | 'Remove' | 'Modify', replacement?: 'True' | 'False') =>
      missingAfter(gone, [{ logicalId: 'Resource1', action, ...(replacement && { replacement }) }]).length;
    expect([of('Add'), of('Remove'), of('Modify', 'True'), of('Modify', 'False'), of('Modify')]).toEqual([
      0, 0, 0, 1, 1,
    ]);
  });

  it('is no repair to make a key anew, which opens nothing that the old one closed', async () => {
    const { gone } = await read(account({ type: 'AWS::KMS::Key', physicalId: 'k', says: 'gone' }));
    const missing = missingAfter(gone, [{ logicalId: 'Resource0', action: 'Add' }]);
    expect(goneFailure('sar-cluster', missing)?.hint).toMatch(/cancel-key-deletion/);
  });

  it('names what is changed, by property and value, as CloudFormation finds it, and what a change leaves so', async () => {
    const aws = account(nodes, { type: 'AWS::Events::Rule', physicalId: 'r' });
    const differences = [
      { property: 'ScalingConfig/MaxSize', declared: '5', actual: '50' },
      { property: 'Labels/team', actual: 'x'.repeat(500) },
    ];
    aws.cloudFormation.drift['sar-cluster Resource0'] = { status: 'modified', differences };
    const { changed } = await read(aws);
    expect(changed.map(({ resource, differences: found }) => [resource.logicalId, found])).toEqual([
      ['Resource0', differences],
    ]);
    const { message = '', hint } = changedFailure('sar-cluster', changed) ?? {};
    expect(message).toMatch(
      /node group sar-cluster\/users \(Resource0\): ScalingConfig\/MaxSize is 50 and not 5, Labels\/team is x+… and not not set\.$/,
    );
    expect(hint).toMatch(/by hand/);
    const change = { logicalId: 'Resource0', action: 'Modify' as const, paths: ['/Properties/ScalingConfig/MinSize'] };
    expect(changedAfter(changed, [change])[0]?.differences.map(({ property }) => property)).toEqual(['Labels/team']);
    expect(changedAfter(changed, [{ ...change, action: 'Add' }])).toEqual([]);
  });

  it('asks an owner where CloudFormation cannot look, and names what nobody can be asked about', async () => {
    const aws = account({ ...nodes, says: 'gone' }, { type: 'AWS::Events::Rule', physicalId: 'r' });
    for (const id of ['Resource0', 'Resource1'])
      aws.cloudFormation.drift[`sar-cluster ${id}`] = { status: 'unsupported' };
    const { gone, unverifiable } = await read(aws);
    expect([gone, unverifiable].map((some) => some.map(({ logicalId }) => logicalId))).toEqual([
      ['Resource0'],
      ['Resource1'],
    ]);
  });

  it('is unknown where an owner tells nothing of the properties that are compared', async () => {
    const aws = account({ type: 'AWS::IAM::Role', physicalId: 'role' });
    const ports = aws.ports();
    const existence = { ...ports.existence, readAll: async () => [{ presence: 'exists' as const }] };
    const { unasked } = await presenceReader(['sar-cluster'], { ...ports, existence })('sar-cluster');
    expect(unaskedFailure('sar-cluster', unasked)?.message).toMatch(/did not tell its properties/);
  });

  it('asks once for all stacks', async () => {
    const aws = account(cluster);
    aws.cloudFormation.put('sar-cognito', 'CREATE_COMPLETE');
    const reader = presenceReader(['sar-cluster', 'sar-cognito'], aws.ports());
    await Promise.all([reader('sar-cluster'), reader('sar-cognito'), reader('sar-cluster')]);
    expect(aws.calls).toBe(3);
  });

  it('is a failure where the stack does not say what it holds', async () => {
    const aws = account(cluster);
    aws.cloudFormation.listResources = async () => {
      throw new Failure({ code: 'AccessDenied', source: 'aws', message: 'no' });
    };
    await expect(read(aws)).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});
