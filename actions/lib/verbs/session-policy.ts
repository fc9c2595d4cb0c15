import type { Deployment } from '../deployment/deployment.ts';
import { physicalName } from '../deployment/names.ts';
import { partitionOf } from '../deployment/regions.ts';
import { stackDefinitions, stackName } from '../stacks/catalogue.ts';
import { stackKinds } from '../stacks/stack.ts';

/** Longest session policy, in characters (AWS STS API, AssumeRoleWithWebIdentity, Policy). */
export const largestSessionPolicy = 2048;

/** What is done only to what carries the deployment's tag. */
const byTag = [
  'codebuild:St*Build',
  'codecommit:DeleteRepository',
  'codecommit:GitPush',
  'codepipeline:St*PipelineExecution',
  'cognito-idp:Admin*',
  'cognito-idp:UpdateUserPool',
  'ec2:Delete*',
  'ecr:BatchDeleteImage',
  'ecr:DeleteRepository',
  'eks:Update*',
  'logs:Delete*',
];

/** What has no tags that a policy could ask for, or none yet: stacks that are to be made, stages and buckets. */
const byName = [
  'cloudformation:*ChangeSet',
  'cloudformation:Continue*',
  'cloudformation:DeleteStack',
  'cloudformation:TagResource',
  'cloudformation:Update*',
  'codecommit:CreateRepository',
  'codecommit:TagResource',
  'codepipeline:DisableStageTransition',
  's3:AbortMultipartUpload',
  's3:DeleteObject*',
];

/**
 * What the session of a job gets beside its role: the role may act on every deployment of the account, the session only on
 * this one, on exactly its stacks, repositories, stages and buckets. It allows nothing that the role does not (IAM user
 * guide, "Session policies"). Whoever holds the job's token can ask for a session without it, so that it holds against
 * mistakes, not against another program in the job.
 * @returns JSON of at most {@link largestSessionPolicy} characters
 */
export function sessionPolicy(deployment: Deployment): string {
  const { account_id: account, region } = deployment.aws;
  const partition = partitionOf(region);
  const own = (service: string, part: string): string => `arn:${partition}:${service}:${region}:${account}:${part}`;
  const name = (id: string): string => physicalName(deployment, id);
  const named = [
    ...stackKinds.map((kind) => own('cloudformation', `stack/${stackName(deployment.name, kind)}/*`)),
    own('codecommit', name('code-container')),
    own('codecommit', name('code-cluster')),
    own('codepipeline', `${name('pipeline-container')}/*`),
    own('codepipeline', `${name('pipeline-cluster')}/*`),
    ...stackKinds.flatMap((kind) => {
      const { bucket } = stackDefinitions[kind].makes;
      return bucket === undefined ? [] : [`arn:${partition}:s3:::${name(bucket)}/*`];
    }),
  ];
  const notOwn = { StringNotEquals: { 'aws:ResourceTag/opensarlab:deployment': deployment.name } };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: byTag, Resource: '*', Condition: notOwn },
      { Effect: 'Deny', Action: 'ec2:CreateSnapshot', Resource: own('ec2', 'volume/*'), Condition: notOwn },
      { Effect: 'Deny', Action: byName, NotResource: named },
    ],
  });
}
