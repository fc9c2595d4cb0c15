import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { type EndpointFixture, startEndpointFixture, type TestKeys, testAccountId } from '../../endpoint-fixture.ts';
import { createRoleSession } from '../../signature/credential-store.ts';
import { createAuthorizer } from '../iam/authorizer.ts';
import { createRole, putInlinePolicy } from '../iam/role-changes.ts';
import { s3Service } from './s3-service.ts';

/** S3 alone behind a real HTTP endpoint, with real clients of whoever a test needs. */
export type S3WireFixture = EndpointFixture & {
  /** The administrator's client. */
  s3: S3Client;
  /** A client in a session of a new role. @param allowed statements of its policy; none: it may do nothing by itself */
  role(name: string, allowed?: object[], settings?: { path?: string; sessionPolicies?: object[] }): S3Client;
  clientOf(credentials: TestKeys): S3Client;
  bucket(name: string, settings?: { lock?: boolean }): Promise<string>;
  policy(Bucket: string, ...statements: object[]): Promise<void>;
};

/** @param enforceIdentityPolicies default true */
export async function startS3Wire(enforceIdentityPolicies = true): Promise<S3WireFixture> {
  const endpoint = await startEndpointFixture([s3Service], {
    authorize: (world) => createAuthorizer(world, { enforceIdentityPolicies }),
  });
  const clientOf = (credentials: TestKeys): S3Client =>
    new S3Client({ ...endpoint.client({ credentials }), forcePathStyle: true });
  const s3 = clientOf(endpoint.administrator);
  return {
    ...endpoint,
    s3,
    clientOf,
    role(name, allowed = [], { path = '/', sessionPolicies } = {}) {
      const trustPolicy = {
        Statement: { Effect: 'Allow', Principal: { AWS: testAccountId }, Action: 'sts:AssumeRole' },
      };
      const role = createRole(endpoint.world, { name, path, trustPolicy });
      if (allowed.length > 0) putInlinePolicy(endpoint.world, name, 'own', { Statement: allowed });
      const policies = sessionPolicies?.map((statement) => JSON.stringify({ Statement: statement }));
      return clientOf(createRoleSession(endpoint.world, role, { name: 'job', seconds: 900, policies }));
    },
    async bucket(name, { lock = false } = {}) {
      const CreateBucketConfiguration = { LocationConstraint: 'us-west-2' } as const;
      await s3.send(
        new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration, ObjectLockEnabledForBucket: lock }),
      );
      return name;
    },
    async policy(Bucket, ...Statement) {
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    },
  };
}

/** What an SDK call ended with: its answer's or its error's status and code. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return `${$metadata?.httpStatusCode} ${name}`;
  }
}
