import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { openServiceFixture } from '../service-fixture.ts';
import { kmsResourceTypes, kmsState } from './kms-resource-types.ts';

const [keyType, aliasType] = kmsResourceTypes as [ResourceType, ResourceType];
let fixture: ReturnType<typeof openServiceFixture>;
beforeEach(() => {
  fixture = openServiceFixture();
});
afterEach(() => fixture.close());

describe('KMS keys', () => {
  it('are known by their aliases, and only scheduled for deletion', async () => {
    const { physicalId } = await fixture.create(keyType, { Description: 'volumes', EnableKeyRotation: true });
    const alias = { AliasName: 'alias/sar', TargetKeyId: physicalId };
    await fixture.create(aliasType, alias);
    await expect(fixture.create(aliasType, alias)).rejects.toMatchObject({ code: 'AlreadyExistsException' });
    await fixture.remove(aliasType, 'alias/sar');
    await fixture.create(aliasType, alias);
    await fixture.remove(keyType, physicalId, { PendingWindowInDays: 7 });
    const key = fixture.world.state(kmsState, fixture.region).keys.get(physicalId);
    expect(key).toMatchObject({ state: 'PendingDeletion', rotation: true });
    const days = ((key?.goneAt?.getTime() ?? 0) - fixture.world.clock.now().getTime()) / 86_400_000;
    expect(days).toBeGreaterThan(6);
    expect(days).toBeLessThanOrEqual(7);
  });

  it('must exist for an alias, whose name is not reserved', async () => {
    const { physicalId } = await fixture.create(keyType, {});
    await expect(fixture.create(aliasType, { AliasName: 'alias/a', TargetKeyId: 'none' })).rejects.toMatchObject({
      code: 'NotFoundException',
    });
    await expect(
      fixture.create(aliasType, { AliasName: 'alias/aws/ebs', TargetKeyId: physicalId }),
    ).rejects.toMatchObject({ code: 'InvalidAliasNameException' });
  });
});
