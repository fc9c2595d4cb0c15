import { describe, expect, it } from 'vitest';
import type { StackEvent } from '../ports/cloudformation.ts';
import { findRootCause, stackFailure } from './root-cause.ts';

function event(logicalId: string, status: string, reason?: string, type = 'AWS::EC2::Subnet'): StackEvent {
  return { logicalId, physicalId: '', type, status, at: new Date(0), ...(reason === undefined ? {} : { reason }) };
}

describe('findRootCause', () => {
  it('takes the first failure, not those that were cancelled because of it, nor the stack itself', () => {
    const events = [
      event('A', 'CREATE_IN_PROGRESS'),
      event('B', 'CREATE_FAILED', 'Resource creation cancelled'),
      event('C', 'CREATE_FAILED', 'You have exceeded the limit'),
      event('D', 'CREATE_FAILED', 'Another'),
      event('sar', 'CREATE_FAILED', 'The following resource(s) failed', 'AWS::CloudFormation::Stack'),
    ];
    expect(findRootCause(events)?.logicalId).toBe('C');
  });

  it('names a cancelled one rather than nothing', () => {
    expect(findRootCause([event('B', 'UPDATE_FAILED', 'Resource update cancelled')])?.logicalId).toBe('B');
  });
});

describe('stackFailure', () => {
  it.each([
    ['User: arn:x is not authorized to perform: iam:CreateRole', /bootstrap/],
    ['opensarlab-pipeline-us-west-2-sar already exists', /left in the account/],
    ['The maximum number of VPCs has been reached.', /quota/],
    ["Minimum capacity 2 can't be greater than desired size 1", /desired size of the node group/],
    ['Version and ReleaseVersion updates cannot be combined with other updates', /Take one/],
    ['The bucket you tried to delete is not empty', /writes to it/],
    ['resource sg-1 has a dependent object', /uses it/],
    ['We currently do not have sufficient m5a capacity: insufficient instance capacity', /zone/],
    ['Something nobody has seen', /console/],
  ])('hints at what to do about: %s', (reason, hint) => {
    const failure = stackFailure('deploy stack sar-cluster', 'ROLLBACK_COMPLETE', [
      event('Net', 'CREATE_FAILED', reason),
    ]);
    expect(failure.hint).toMatch(hint);
    expect(failure.message).toBe(
      `Could not deploy stack sar-cluster, it ended in ROLLBACK_COMPLETE: AWS::EC2::Subnet Net: ${reason}`,
    );
  });

  it('puts a reason of several lines into one', () => {
    const failure = stackFailure('deploy stack x', 'CREATE_FAILED', [event('Net', 'CREATE_FAILED', 'One.\n  Two.')]);
    expect(failure.message).toMatch(/One\. Two\.$/);
  });
});
