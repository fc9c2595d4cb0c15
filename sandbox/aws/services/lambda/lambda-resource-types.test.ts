import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { createRole } from '../iam/role-changes.ts';
import { openServiceFixture } from '../service-fixture.ts';
import { lambdaResourceTypes, lambdaState } from './lambda-resource-types.ts';

const [functionType, permissionType] = lambdaResourceTypes as [ResourceType, ResourceType];
let fixture: ReturnType<typeof openServiceFixture>;
let properties: Record<string, unknown>;
beforeEach(() => {
  fixture = openServiceFixture();
  const Statement = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const { arn } = createRole(fixture.world, { name: 'lambda', path: '/', trustPolicy: { Statement } });
  properties = {
    FunctionName: 'sign-up',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: arn,
    Code: { ZipFile: 'exports.handler = async (event) => event;' },
  };
});
afterEach(() => fixture.close());

describe('Lambda functions', () => {
  it('are stored with the permissions to call them', async () => {
    const { physicalId, attributes } = await fixture.create(functionType, properties);
    expect(attributes['Arn']).toBe(`arn:aws:lambda:${fixture.region}:123456789012:function:sign-up`);
    const permission = {
      FunctionName: attributes['Arn'],
      Action: 'lambda:InvokeFunction',
      Principal: 'cognito-idp.amazonaws.com',
    };
    await fixture.create(permissionType, permission);
    const stored = fixture.world.state(lambdaState, fixture.region).get(physicalId);
    expect([...(stored?.permissions.values() ?? [])]).toMatchObject([{ principal: 'cognito-idp.amazonaws.com' }]);
    await expect(fixture.create(functionType, properties)).rejects.toMatchObject({ code: 'ResourceConflictException' });
    await fixture.remove(functionType, physicalId);
    await expect(fixture.create(permissionType, permission)).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  it.each([
    [{ Runtime: 'nodejs18.x' }, /nodejs18\.x is no longer supported/],
    [{ Runtime: undefined }, /mandatory parameters/],
    [{ Runtime: 'java21' }, /ZipFile can only be used/],
    [{ Code: { ZipFile: 'x'.repeat(4 * 1024 * 1024 + 1) } }, /larger than 4096 KB/],
    [{ Timeout: 901 }, /timeout/],
    [{ MemorySize: 64 }, /memorySize/],
    [{ Role: 'arn:aws:iam::123456789012:role/none' }, /cannot be assumed by Lambda/],
  ])('are refused with %j', async (change, message) => {
    await expect(fixture.create(functionType, { ...properties, ...change })).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: expect.stringMatching(message),
    });
  });
});
