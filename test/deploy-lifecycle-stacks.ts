import type { Deployment } from '../actions/lib/deployment/deployment.ts';
import { physicalName } from '../actions/lib/deployment/names.ts';
import { fingerprintOutput, type Stack, type StackKind, stackKinds } from '../actions/lib/stacks/stack.ts';

const serviceRole = (service: string): string => `
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: ${service}.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: all
          PolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: '*', Resource: '*'}]}`;

/** @param prefix of the logical ids, where a stack has two */
const project = (name: string, prefix = ''): string => `
  ${prefix}BuildRole:${serviceRole('codebuild')}
  ${prefix}Project:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: ${name}
      ServiceRole: !GetAtt ${prefix}BuildRole.Arn
      Source: {Type: CODEPIPELINE, BuildSpec: ${prefix.toLowerCase()}buildspec.yml}
      Artifacts: {Type: CODEPIPELINE}
      Environment:
        Type: LINUX_CONTAINER
        ComputeType: BUILD_GENERAL1_SMALL
        Image: aws/codebuild/amazonlinux-x86_64-standard:5.0
        EnvironmentVariables: [{Name: PHASE, Value: install}]`;

const pipeline = (name: string, bucket: string, repository: string, projectName: string): string => `
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {BucketName: ${bucket}, VersioningConfiguration: {Status: Enabled}}
  PipelineRole:${serviceRole('codepipeline')}
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: ${name}
      PipelineType: V2
      RoleArn: !GetAtt PipelineRole.Arn
      ArtifactStore: {Type: S3, Location: !Ref Bucket}
      Stages:
        - Name: Source
          Actions:
            - Name: Source
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: '1'}
              Configuration: {RepositoryName: ${repository}, BranchName: main, PollForSourceChanges: false}
              OutputArtifacts: [{Name: SourceArtifact}]
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: '1'}
              Configuration: {ProjectName: ${projectName}}
              InputArtifacts: [{Name: SourceArtifact}]`;

/** The repositories of the images of the hub and of its services, by id of their names. */
export const hubRepositories = ['ecr-hub', 'ecr-services'];

const repository = (id: string, name: string): string => `
  ${id}: {Type: AWS::ECR::Repository, Properties: {RepositoryName: ${name}, EmptyOnDelete: true}}`;

/** What the project of the hub's images runs: pushes both, of nothing. */
export function hubImagesBuildspec({ name, aws, parameters }: Deployment): string {
  const registry = `${aws.account_id}.dkr.ecr.${aws.region}.amazonaws.com`;
  const tag = '$(echo $CODEBUILD_RESOLVED_SOURCE_VERSION | cut -c1-7)';
  const images = ['hub', 'services'].map((image) => `${registry}/${parameters.container_namespace}/${image}:${tag}`);
  return `version: 0.2
phases:
  build:
    commands:
      - echo "Images of ${name}"; printf 'FROM scratch\\n' >Dockerfile
      - aws ecr get-login-password | docker login --username AWS --password-stdin ${registry}
      - docker build ${images.map((image) => `--tag ${image}`).join(' ')} .
${images.map((image) => `      - docker push ${image}\n`).join('')}`;
}

type Body = { resources: string; outputs: string };

/** What a stack has of which these scenes need nothing. */
const anything: Body = { resources: '\n  Log: {Type: AWS::Logs::LogGroup}', outputs: '' };

/** Resources and outputs of small stacks with the names and outputs of the real ones. */
function bodies(
  deployment: Deployment,
  poolName: string,
  makesRepositories: boolean,
): Partial<Record<StackKind, Body>> {
  const name = (id: string): string => physicalName(deployment, id);
  return {
    container: {
      resources:
        pipeline(name('pipeline-container'), name('bucket-container'), name('code-container'), '!Ref Project') +
        project(name('build-images')) +
        project(name('build-hub-images'), 'Hub') +
        (makesRepositories ? hubRepositories.map((id, index) => repository(`Images${index}`, name(id))).join('') : ''),
      outputs: '  PipelineName: {Value: !Ref Pipeline}\n  HubImagesProjectName: {Value: !Ref HubProject}',
    },
    cluster: {
      resources: `
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Nodes: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: nodes, VpcId: !Ref Vpc}}`,
      outputs: '  ClusterName: {Value: x}\n  LoadBalancerDnsName: {Value: x.elb.amazonaws.com}',
    },
    cognito: {
      resources: `
  Pool:
    Type: AWS::Cognito::UserPool
    DeletionPolicy: RetainExceptOnCreate
    Properties: {UserPoolName: ${poolName}, DeletionProtection: ACTIVE}`,
      outputs: '  UserPoolId: {Value: !Ref Pool}',
    },
    jupyterhub: {
      resources: project(name('build-hub')),
      outputs: '  HubProjectName: {Value: !Ref Project}\n  HubUrl: {Value: https://lab.example.org}',
    },
    'cluster-pipeline': {
      resources: pipeline(name('pipeline-cluster'), name('bucket-cluster'), name('code-cluster'), name('build-hub')),
      outputs: '  PipelineName: {Value: !Ref Pipeline}',
    },
  };
}

const dependencies: Partial<Record<StackKind, StackKind[]>> = {
  jupyterhub: ['cluster', 'cognito'],
  'cluster-pipeline': ['jupyterhub'],
};

/**
 * @param poolName changing it changes the cognito stack
 * @param makesRepositories whether the repositories of the hub's images are part of the stacks
 */
export function lifecycleStacks(
  deployment: Deployment,
  poolName = `${deployment.name}-cluster`,
  makesRepositories = true,
): Stack[] {
  const all = bodies(deployment, poolName, makesRepositories);
  return stackKinds.map((kind) => {
    const fingerprint = `${kind}-${kind === 'cognito' ? poolName : '1'}`;
    const { resources, outputs } = all[kind] ?? anything;
    const parameter = kind === 'jupyterhub' ? 'Parameters:\n  UserPoolId: {Type: String}\n' : '';
    return {
      kind,
      name: `${deployment.name}-${kind}`,
      templateBody: `${parameter}Resources:${resources}\nOutputs:\n  ${fingerprintOutput}: {Value: ${fingerprint}}\n${outputs}\n`,
      parameters: kind === 'jupyterhub' ? { UserPoolId: { stack: 'cognito', output: 'UserPoolId' } } : {},
      tags: { 'opensarlab:deployment': deployment.name },
      dependsOn: dependencies[kind] ?? [],
      terminationProtection: deployment.protected,
      retained: kind === 'cognito' && deployment.retain.cognito,
      fingerprint,
    };
  });
}
