import {
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';
import { describing, type ExistenceCheck, presenceOf } from './existence-check.ts';

/** Whether places that keep data are there: user pools, image repositories, buckets, secrets. */
export function dataChecks(settings: ClientSettings, counter: CallCounter): Record<string, ExistenceCheck> {
  const cognito = counted(new CognitoIdentityProviderClient(settings), counter);
  const ecr = counted(new ECRClient(settings), counter);
  const s3 = counted(new S3Client({ ...settings, forcePathStyle: true }), counter);
  const secrets = counted(new SecretsManagerClient(settings), counter);
  return {
    'AWS::Cognito::UserPool': describing('user pool', ['ResourceNotFoundException'], (id) =>
      cognito.send(new DescribeUserPoolCommand({ UserPoolId: id })),
    ),
    // An unclaimed domain is answered with an empty description (DescribeUserPoolDomain).
    'AWS::Cognito::UserPoolDomain': describing(
      'Cognito domain',
      ['ResourceNotFoundException'],
      (id) => cognito.send(new DescribeUserPoolDomainCommand({ Domain: id })),
      ({ DomainDescription }) =>
        presenceOf(DomainDescription?.Status, DomainDescription?.Domain !== undefined, {
          going: ['DELETING'],
          gone: [],
        }),
    ),
    'AWS::ECR::Repository': describing('image repository', ['RepositoryNotFoundException'], (id) =>
      ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [id] })),
    ),
    'AWS::S3::Bucket': describing('bucket', ['NoSuchBucket', 'NotFound'], (id) =>
      s3.send(new HeadBucketCommand({ Bucket: id })),
    ),
    // A secret scheduled for deletion can be described until its recovery window ends (DescribeSecret).
    'AWS::SecretsManager::Secret': describing(
      'secret',
      ['ResourceNotFoundException'],
      (id) => secrets.send(new DescribeSecretCommand({ SecretId: id })),
      ({ DeletedDate }) => (DeletedDate === undefined ? 'exists' : 'gone'),
    ),
  };
}
