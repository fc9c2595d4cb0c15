import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import type { InventoryItem } from './inventory.ts';
import { verdictOf } from './verdict.ts';

const item: InventoryItem = {
  type: 'AWS::EC2::VPC',
  physicalId: 'vpc-1',
  arn: 'arn:vpc-1',
  foundIn: 'sar-cluster',
  stack: 'cluster',
};
const retention = { rule: 'retain.logs', reason: 'Kept.', monthlyUsd: 1 };
const failure = new Failure({ code: 'Throttled', source: 'aws', message: 'slow down' });

describe('verdictOf', () => {
  it.each([
    [{ presence: 'gone' as const }, 'gone'],
    [{ presence: 'gone' as const, retention }, 'gone'],
    [{ presence: 'exists' as const, retention }, 'retained'],
    [{ presence: 'exists' as const }, 'leftover'],
    [{ presence: 'going' as const }, 'leftover'],
    [{ presence: 'exists' as const, stackStatus: 'DELETE_COMPLETE' }, 'leftover'],
    [{ presence: 'unverifiable' as const, stackStatus: 'DELETE_COMPLETE' }, 'gone'],
    [{ presence: 'unverifiable' as const, stackStatus: 'DELETE_SKIPPED' }, 'unverified'],
    [{ presence: 'unverifiable' as const }, 'unverified'],
    [{ presence: 'unverifiable' as const, retention }, 'retained'],
    [{ presence: failure }, 'unverified'],
    [{ presence: failure, retention }, 'unverified'],
  ])('%o: %s', (finding, kind) => {
    expect(verdictOf({ item, ...finding }).kind).toBe(kind);
  });

  it('tells who confirmed it, and why something is left', () => {
    expect(verdictOf({ item, presence: 'gone' }).resource).toMatchObject({ confirmedBy: 'service' });
    expect(verdictOf({ item, presence: 'unverifiable', stackStatus: 'DELETE_COMPLETE' }).resource).toMatchObject({
      confirmedBy: 'stack',
    });
    expect(verdictOf({ item, presence: 'exists', stackStatus: 'DELETE_FAILED' }).resource).toMatchObject({
      reason: 'CloudFormation could not delete it with stack sar-cluster.',
    });
  });
});
