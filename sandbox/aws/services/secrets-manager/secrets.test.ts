import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  paginateListSecrets,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointFixture, startEndpointFixture, testRegion } from '../../endpoint-fixture.ts';
import { fixtureOf } from '../service-fixture.ts';
import { generateSecretText } from './generated-password.ts';
import { secretText } from './secret-reference.ts';
import { secretsResourceTypes } from './secrets-resource-types.ts';
import { secretsManagerService } from './secrets-service.ts';

let endpoint: EndpointFixture;
let client: SecretsManagerClient;
beforeAll(async () => {
  endpoint = await startEndpointFixture([secretsManagerService]);
  client = new SecretsManagerClient(endpoint.client());
});
afterAll(() => endpoint.close());

describe('secrets', () => {
  it('keep their values under name and ARN, the one before as AWSPREVIOUS', async () => {
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: 'hub/token', SecretString: 'one' }));
    expect(ARN).toMatch(/^arn:aws:secretsmanager:us-west-2:123456789012:secret:hub\/token-[0-9a-f]{6}$/);
    await client.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: 'two' }));
    const read = async (SecretId: string, VersionStage?: string) =>
      (await client.send(new GetSecretValueCommand({ SecretId, ...(VersionStage ? { VersionStage } : {}) })))
        .SecretString;
    expect(await read('hub/token')).toBe('two');
    expect(await read(ARN.slice(0, -7))).toBe('two');
    expect(await read(ARN, 'AWSPREVIOUS')).toBe('one');
  });

  it('block their name while they wait for deletion', async () => {
    await client.send(new CreateSecretCommand({ Name: 'old', SecretString: 'x' }));
    await client.send(new DeleteSecretCommand({ SecretId: 'old' }));
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'old' }));
    expect(described.DeletedDate).toBeInstanceOf(Date);
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'old' }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    await expect(client.send(new CreateSecretCommand({ Name: 'old' }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: "You can't create this secret because a secret with this name is already scheduled for deletion.",
    });
    await client.send(new RestoreSecretCommand({ SecretId: 'old' }));
    await client.send(new DeleteSecretCommand({ SecretId: 'old', ForceDeleteWithoutRecovery: true }));
    await expect(client.send(new DescribeSecretCommand({ SecretId: 'old' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
  });

  it('are listed in pages', async () => {
    for (const Name of ['list-a', 'list-b', 'list-c']) await client.send(new CreateSecretCommand({ Name }));
    await expect(client.send(new CreateSecretCommand({ Name: 'list-a' }))).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
    const found = [];
    const Filters = [{ Key: 'name' as const, Values: ['list-'] }];
    for await (const page of paginateListSecrets({ client, pageSize: 2 }, { Filters })) {
      found.push(...(page.SecretList ?? []).map(({ Name }) => Name));
    }
    expect(found).toEqual(['list-a', 'list-b', 'list-c']);
  });

  it('serve builds by key', async () => {
    const SecretString = JSON.stringify({ user: 'sar', port: 1 });
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: 'registry', SecretString }));
    expect(secretText(endpoint.world, testRegion, 'registry:user')).toBe('sar');
    expect(secretText(endpoint.world, testRegion, `${ARN}:port:AWSCURRENT`)).toBe('1');
    expect(secretText(endpoint.world, testRegion, ARN)).toBe(SecretString);
    expect(() => secretText(endpoint.world, testRegion, 'registry:none')).toThrow('has no key none');
  });
});

describe('secrets of a stack', () => {
  it('are generated, kept through updates and deleted at once', async () => {
    const [type] = secretsResourceTypes;
    if (!type) throw new Error('There is no secret type.');
    const stack = fixtureOf(endpoint.world);
    const properties = {
      Name: 'generated',
      GenerateSecretString: {
        SecretStringTemplate: '{"user":"admin"}',
        GenerateStringKey: 'password',
        PasswordLength: 20,
      },
    };
    const { physicalId } = await stack.create(type, properties);
    const value = JSON.parse(secretText(endpoint.world, testRegion, physicalId));
    expect(value).toEqual({ user: 'admin', password: expect.stringMatching(/^.{20}$/) });
    await stack.remove(type, physicalId);
    await expect(stack.create(type, properties)).resolves.toBeDefined();
  });

  it('follow the settings of the password', () => {
    for (let run = 0; run < 50; run += 1) {
      const text = generateSecretText({ PasswordLength: 4, ExcludePunctuation: 'true', ExcludeCharacters: 'abc' });
      expect(text).toMatch(/^[A-Za-z0-9]{4}$/);
      expect(text).not.toMatch(/[abc]/);
      expect(generateSecretText({ PasswordLength: 4 })).toMatch(/[^A-Za-z0-9]/);
    }
    expect(() => generateSecretText({ PasswordLength: 2 })).toThrow('cannot be generated');
    expect(() => generateSecretText({ GenerateStringKey: 'a' })).toThrow('go together');
  });
});
