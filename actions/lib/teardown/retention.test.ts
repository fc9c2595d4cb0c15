import { describe, expect, it } from 'vitest';
import { sampleDeployment } from '../ports/test/sample-deployment.ts';
import type { InventoryItem } from './inventory.ts';
import { retentionOf } from './retention.ts';

const logs: InventoryItem = {
  type: 'AWS::Logs::LogGroup',
  physicalId: '/aws/eks/sar-cluster/cluster',
  arn: 'arn:aws:logs:us-west-2:111122223333:log-group:/aws/eks/sar-cluster/cluster',
  foundIn: 'sar-cluster',
};
const volume: InventoryItem = {
  type: 'AWS::EC2::Volume',
  physicalId: 'vol-1',
  arn: 'arn:aws:ec2:us-west-2:111122223333:volume/vol-1',
  foundIn: 'tags',
  sizeGib: 500,
  tags: { 'Do-Not-Delete': '' },
};

describe('retentionOf', () => {
  const deployment = sampleDeployment();

  it('says what retained storage costs in the region of the deployment', () => {
    expect(retentionOf(volume, deployment)).toMatchObject({ rule: 'tag do-not-delete', monthlyUsd: 40 });
    expect(retentionOf(logs, deployment, 50e9)).toMatchObject({ rule: 'retain.logs', monthlyUsd: 1.5 });
  });

  it('leaves the cost open where size or price is not known', () => {
    expect(retentionOf(logs, deployment)).not.toHaveProperty('monthlyUsd');
    const elsewhere = { ...deployment, aws: { ...deployment.aws, region: 'eu-central-1' } };
    expect(retentionOf(volume, elsewhere)).toMatchObject({ rule: 'tag do-not-delete' });
    expect(retentionOf(volume, elsewhere)).not.toHaveProperty('monthlyUsd');
  });

  it('keeps nothing that no rule keeps', () => {
    expect(retentionOf({ ...volume, tags: {} }, deployment)).toBeUndefined();
    const { retain } = deployment;
    expect(retentionOf(logs, { ...deployment, retain: { ...retain, logs: false } }, 1e9)).toBeUndefined();
  });
});
