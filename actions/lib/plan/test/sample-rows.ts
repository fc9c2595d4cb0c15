import fc from 'fast-check';
import { canonicalJson } from '../canonical-json.ts';
import type { PlanRow } from '../plan-row.ts';
import type { DeploySeal } from '../seal.ts';
import { sortRows } from '../seal-text.ts';

/** A row, with what a test says about it. */
export function sampleRow(changes: Partial<PlanRow> = {}): PlanRow {
  return {
    place: 'sar-cluster',
    item: 'Cluster',
    type: 'AWS::EKS::Cluster',
    property: 'Properties/Version',
    act: 'change',
    after: canonicalJson('1.36'),
    ...changes,
  };
}

/** A small seal of a pull request, with what a test says about it. */
export function sampleSeal(changes: Partial<DeploySeal> = {}): DeploySeal {
  const place = { deployment: 'sar', accountId: '111122223333', region: 'us-west-2' };
  return {
    version: 1,
    kind: 'deploy',
    origin: { repositoryId: 7, pullRequest: 3, head: 'a'.repeat(40), base: 'b'.repeat(40), run: '99', attempt: 1 },
    ...place,
    decision: 'c'.repeat(64),
    rows: [sampleRow()],
    withdrawn: [],
    lookedUp: { 'sar-cluster NodeImageId': 'ami-0123456789abcdef0' },
    plan: {
      ...place,
      fingerprint: '',
      stacks: [],
      preflight: [],
      destructive: [],
      rows: [],
      lookedUp: {},
      busy: [],
    },
    ...changes,
  };
}

const acts = [
  'add',
  'import',
  'change',
  'remove',
  'replace',
  'may replace',
  'recover',
  'skip',
  'protect',
  'unprotect',
] as const;

/** Rows of few places, items and properties, so that they are often about the same. */
export const anyRow: fc.Arbitrary<PlanRow> = fc
  .record({
    place: fc.constantFrom('sar-cluster', 'sar-cognito'),
    item: fc.constantFrom('A', 'B', 'stack'),
    type: fc.constantFrom('AWS::EC2::VPC', 'AWS::IAM::Role', 'AWS::EKS::Cluster', 'file', 'AWS::New::Thing'),
    property: fc.constantFrom('', 'Properties/Name', 'Properties/List/[0]', 'Properties/ResourcesVpcConfig/x'),
    act: fc.constantFrom(...acts),
    after: fc.option(fc.constantFrom('"a"', '"b"', '{"$from":"sar-cluster.VpcId"}'), { nil: undefined }),
    policyAction: fc.option(fc.constantFrom('Retain', 'Snapshot', 'Delete', 'ReplaceAndDelete'), { nil: undefined }),
  })
  .map(({ after, policyAction, ...row }) => ({
    ...row,
    ...(after === undefined ? {} : { after }),
    ...(policyAction === undefined ? {} : { policyAction }),
  }));

/** Rows as a seal has them: sorted, each once. */
export const anyRows: fc.Arbitrary<PlanRow[]> = fc.array(anyRow, { maxLength: 8 }).map(sortRows);
