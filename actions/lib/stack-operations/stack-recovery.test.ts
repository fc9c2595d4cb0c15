import { StackStatus } from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { quietReporter } from '../ports/test/fake-aws.ts';
import { FakeCloudFormation } from '../ports/test/fake-cloudformation.ts';
import { instantClock } from '../ports/test/instant-clock.ts';
import { clearTheWay, wayForward } from './stack-recovery.ts';

function clear(cloudFormation: FakeCloudFormation, mayRemove = async () => undefined, maySkip = () => undefined) {
  const clock = instantClock();
  const patience = { clock, pollMilliseconds: 5000, deadline: new Date(clock.now().getTime() + 600_000) };
  const roleArn = 'arn:aws:iam::111122223333:role/cloudformation';
  const request = { roleArn, token: (what: string) => what, mayRemove, maySkip };
  return clearTheWay({ name: 'sar-cluster' }, { cloudFormation, reporter: quietReporter(), patience }, request);
}

describe('wayForward', () => {
  it('knows every status of the pinned CloudFormation client', () => {
    const unknown = Object.values(StackStatus).filter((status) => {
      const way = wayForward(status);
      return way.kind === 'refuse' && way.why.includes('not known');
    });
    expect(unknown).toEqual([]);
  });

  it('refuses a status that it does not know, rather than guess', () => {
    expect(wayForward('SOMETHING_NEW_COMPLETE')).toMatchObject({ kind: 'refuse' });
    expect(wayForward('constructor')).toMatchObject({ kind: 'refuse' });
  });
});

describe('clearTheWay', () => {
  it.each([
    ['CREATE_COMPLETE', false],
    ['UPDATE_COMPLETE', false],
    ['UPDATE_ROLLBACK_COMPLETE', false],
    ['UPDATE_FAILED', false],
    ['IMPORT_COMPLETE', false],
  ])('updates a stack in %s', async (status, recovered) => {
    const cloudFormation = new FakeCloudFormation();
    cloudFormation.put('sar-cluster', status);
    expect(await clear(cloudFormation)).toMatchObject({ state: { status }, recovered });
    expect(cloudFormation.log).toEqual([]);
  });

  it.each([['CREATE_FAILED'], ['ROLLBACK_COMPLETE'], ['ROLLBACK_FAILED'], ['DELETE_FAILED']])(
    'removes a stack in %s, so that it can be created, only after asking',
    async (status) => {
      const cloudFormation = new FakeCloudFormation();
      cloudFormation.put('sar-cluster', status);
      const refuse = async () => {
        throw new Error('not approved');
      };
      await expect(clear(cloudFormation, refuse)).rejects.toThrow('not approved');
      expect(cloudFormation.log).toEqual([]);
      expect(await clear(cloudFormation)).toEqual({ state: undefined, recovered: true });
      expect(cloudFormation.log).toEqual(['delete sar-cluster']);
    },
  );

  it('leaves the shell of plans alone: they may have their change sets in it', async () => {
    const cloudFormation = new FakeCloudFormation();
    cloudFormation.put('sar-cluster', 'REVIEW_IN_PROGRESS');
    expect(await clear(cloudFormation)).toEqual({ state: undefined, recovered: false });
    expect(cloudFormation.log).toEqual([]);
  });

  it.each([
    ['CREATE_IN_PROGRESS', 'CREATE_COMPLETE', []],
    ['CREATE_IN_PROGRESS', 'ROLLBACK_COMPLETE', ['delete sar-cluster']],
    ['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE', []],
    ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE', []],
    ['UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED', ['continue rollback sar-cluster']],
    ['ROLLBACK_IN_PROGRESS', 'ROLLBACK_FAILED', ['delete sar-cluster']],
    ['DELETE_IN_PROGRESS', 'DELETE_COMPLETE', []],
  ])('waits for a stack in %s and goes on from %s', async (status, end, log) => {
    const cloudFormation = new FakeCloudFormation();
    cloudFormation.put('sar-cluster', status, '', end);
    await clear(cloudFormation);
    expect(cloudFormation.log).toEqual(log);
  });

  it('continues a stuck rollback and then updates', async () => {
    const cloudFormation = new FakeCloudFormation();
    cloudFormation.put('sar-cluster', 'UPDATE_ROLLBACK_FAILED');
    expect(await clear(cloudFormation)).toMatchObject({
      state: { status: 'UPDATE_ROLLBACK_COMPLETE' },
      recovered: true,
    });
  });

  it('names the resource when a half-made stack cannot be removed', async () => {
    const cloudFormation = new FakeCloudFormation();
    cloudFormation.put('sar-cluster', 'ROLLBACK_FAILED');
    cloudFormation.obstacle = () => ({ logicalId: 'NodeSubnet', reason: 'has dependencies and cannot be deleted' });
    await expect(clear(cloudFormation)).rejects.toMatchObject({
      code: 'StackFailed',
      message: expect.stringContaining('NodeSubnet'),
      hint: expect.stringContaining('still uses it'),
    });
  });

  it('gives up on what only a person can decide', async () => {
    const cloudFormation = new FakeCloudFormation();
    cloudFormation.put('sar-cluster', 'IMPORT_ROLLBACK_FAILED');
    await expect(clear(cloudFormation)).rejects.toMatchObject({ code: 'StackStuck' });
  });

  it('touches no stack whose name only begins alike', async () => {
    const cloudFormation = new FakeCloudFormation();
    cloudFormation.put('sar-cluster-pipeline', 'ROLLBACK_COMPLETE');
    expect(await clear(cloudFormation)).toEqual({ state: undefined, recovered: false });
    expect(cloudFormation.log).toEqual([]);
  });
});
