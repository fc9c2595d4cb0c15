import { evaluatePolicies, type RequestContext, readPolicyDocument } from '@opensarlab/sandbox';
import { describe, expect, it } from 'vitest';
import { policiesOf, texts } from '../../scripts/check/static-proof/policy-statements.ts';
import { renderedTemplates } from '../../scripts/check/static-proof/rendered-templates.ts';
import { resolvedResources } from '../../scripts/check/static-proof/resolved-resources.ts';

const bootstrap = renderedTemplates().filter(({ name }) => name === 'opensarlab-bootstrap');
const commercial = bootstrap.filter(({ region }) => region === 'us-west-2');
const policies = commercial.flatMap(policiesOf);
const resources = commercial.flatMap(resolvedResources);
const account = '123456789012';
const role = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const stack = (name: string): string => `arn:aws:cloudformation:us-west-2:${account}:stack/${name}/0a1b`;

/** Whether the policies of a role of the bootstrap template allow a request. @param id logical id of the role */
function may(id: string, action: string, resource: string, context: RequestContext = {}): boolean {
  const attached = resources.find((resource) => resource.id === id);
  const ids = texts(attached?.properties.ManagedPolicyArns).map((arn) => arn.split('/').at(-1));
  const documents = policies
    .filter(({ resource }) => ids.includes(resource.id))
    .map(({ document }) => readPolicyDocument(JSON.stringify(document), 'identity'));
  return evaluatePolicies(documents, { action, resource, context }) === 'allowed';
}

const boundary = { 'iam:PermissionsBoundary': `arn:aws:iam::${account}:policy/opensarlab-boundary` };
const underServiceRole = { 'cloudformation:RoleArn': role('opensarlab-cloudformation') };
const underNoRole = {};
const tagged = { 'aws:RequestTag/opensarlab:deployment': 'lab' };
const own = { 'aws:ResourceTag/opensarlab:deployment': 'lab' };
const underAnother = { 'cloudformation:RoleArn': role('admin') };
const underPowerless = { 'cloudformation:RoleArn': role('opensarlab-cloudformation-powerless') };
const passedTo = (service: string): RequestContext => ({ 'iam:PassedToService': `${service}.amazonaws.com` });

describe('the role that CloudFormation works under', () => {
  const id = 'CloudFormationRole';

  it('makes roles of stacks with the boundary, and none without it or elsewhere', () => {
    expect(may(id, 'iam:CreateRole', role('opensarlab/lab-hub'), boundary)).toBe(true);
    expect(may(id, 'iam:CreateRole', role('opensarlab/lab-hub'))).toBe(false);
    expect(may(id, 'iam:CreateRole', role('lab-hub'), boundary)).toBe(false);
    const other = { 'iam:PermissionsBoundary': `arn:aws:iam::${account}:policy/wider` };
    expect(may(id, 'iam:CreateRole', role('opensarlab/lab-hub'), other)).toBe(false);
    expect(may(id, 'iam:PutRolePermissionsBoundary', role('opensarlab/lab-hub'), other)).toBe(false);
  });

  it.each(['AttachRolePolicy', 'PutRolePolicy', 'DetachRolePolicy'])(
    'has %s only while the boundary is there',
    (action) => {
      expect(may(id, `iam:${action}`, role('opensarlab/lab-hub'), boundary)).toBe(true);
      expect(may(id, `iam:${action}`, role('opensarlab/lab-hub'))).toBe(false);
    },
  );

  it('cannot take the boundary away, nor write into it', () => {
    expect(may(id, 'iam:DeleteRolePermissionsBoundary', role('opensarlab/lab-hub'), boundary)).toBe(false);
    for (const action of ['CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicy', 'CreatePolicy']) {
      expect(may(id, `iam:${action}`, `arn:aws:iam::${account}:policy/opensarlab-boundary`), action).toBe(false);
    }
  });

  it.each([
    'opensarlab-plan',
    'opensarlab-deploy',
    'opensarlab-destroy',
    'opensarlab-audit',
    'opensarlab-cloudformation',
    'opensarlab-cloudformation-powerless',
    'OrganizationAccountAccessRole',
  ])('cannot touch or pass on %s', (name) => {
    for (const action of ['UpdateAssumeRolePolicy', 'DeleteRole', 'AttachRolePolicy', 'PutRolePolicy', 'TagRole']) {
      expect(may(id, `iam:${action}`, role(name), boundary), action).toBe(false);
    }
    expect(may(id, 'iam:PassRole', role(name), passedTo('lambda'))).toBe(false);
  });

  it('makes no users, keys, providers or other policies', () => {
    for (const action of [
      'CreateUser',
      'CreateAccessKey',
      'AddUserToGroup',
      'CreateOpenIDConnectProvider',
      'CreateLoginProfile',
    ]) {
      expect(may(id, `iam:${action}`, '*'), action).toBe(false);
    }
  });

  it('passes roles of stacks to the services that use them, and to no other', () => {
    expect(may(id, 'iam:PassRole', role('opensarlab/lab-hub'), passedTo('codebuild'))).toBe(true);
    expect(may(id, 'iam:PassRole', role('opensarlab/lab-hub'), passedTo('glue'))).toBe(false);
  });

  it('makes the service-linked roles of what stacks contain only', () => {
    const linked = (service: string): boolean =>
      may(id, 'iam:CreateServiceLinkedRole', role(`aws-service-role/${service}.amazonaws.com/x`), {
        'iam:AWSServiceName': `${service}.amazonaws.com`,
      });
    expect(linked('eks')).toBe(true);
    expect(linked('organizations')).toBe(false);
  });

  it('leaves what belongs to others alone', () => {
    const foreign: [string, string][] = [
      ['codebuild:UpdateProject', `arn:aws:codebuild:us-west-2:${account}:project/payroll`],
      ['codepipeline:UpdatePipeline', `arn:aws:codepipeline:us-west-2:${account}:payroll`],
      ['eks:CreateAccessEntry', `arn:aws:eks:us-west-2:${account}:cluster/payroll`],
      ['eks:AssociateAccessPolicy', `arn:aws:eks:us-west-2:${account}:access-entry/payroll/role/1/x/y`],
      ['lambda:UpdateFunctionCode', `arn:aws:lambda:us-west-2:${account}:function:payroll`],
      ['events:PutRule', `arn:aws:events:us-west-2:${account}:rule/payroll`],
      ['s3:PutBucketPolicy', 'arn:aws:s3:::payroll'],
      ['s3:PutBucketPolicy', 'arn:aws:s3:::opensarlab-records-123456789012-us-west-2'],
      ['s3:DeleteBucket', 'arn:aws:s3:::opensarlab-records-123456789012-us-west-2'],
      ['ecr:DeleteRepository', `arn:aws:ecr:us-west-2:${account}:repository/payroll`],
      ['logs:DeleteLogGroup', `arn:aws:logs:us-west-2:${account}:log-group:payroll`],
      ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:us-west-2:${account}:secret:payroll`],
      ['sts:AssumeRole', role('admin')],
    ];
    for (const [action, resource] of foreign) expect(may(id, action, resource), action).toBe(false);
  });
});

describe('the roles of workflows', () => {
  it.each(['PlanRole', 'DeployRole'])(
    '%s makes change sets of deployments, only under CloudFormation’s own role',
    (id) => {
      const make = (name: string, context: RequestContext): boolean =>
        may(id, 'cloudformation:CreateChangeSet', stack(name), context);
      expect(make('lab-cluster', { ...underServiceRole, ...tagged })).toBe(true);
      expect(make('lab-cluster', underServiceRole)).toBe(false);
      expect(make('lab-cluster', { ...underNoRole, ...tagged })).toBe(false);
      expect(make('lab-cluster', { ...underAnother, ...tagged })).toBe(false);
      expect(make('payroll', { ...underServiceRole, ...tagged })).toBe(false);
    },
  );

  it('PlanRole executes nothing, and removes stacks only under a role that can remove nothing', () => {
    for (const action of ['ExecuteChangeSet', 'CreateStack', 'UpdateStack', 'UpdateTerminationProtection']) {
      expect(may('PlanRole', `cloudformation:${action}`, stack('lab-cluster'), underServiceRole), action).toBe(false);
    }
    expect(may('PlanRole', 'cloudformation:DeleteStack', stack('lab-cluster'), underPowerless)).toBe(true);
    expect(may('PlanRole', 'cloudformation:DeleteStack', stack('lab-cluster'), underServiceRole)).toBe(false);
    expect(may('PlanRole', 'cloudformation:DeleteStack', stack('lab-cluster'), underNoRole)).toBe(false);
    expect(may('PlanRole', 'codecommit:GitPush', `arn:aws:codecommit:us-west-2:${account}:lab-cluster`)).toBe(false);
  });

  it.each(['DeployRole', 'DestroyRole'])('%s removes stacks of deployments, under CloudFormation’s own role', (id) => {
    expect(may(id, 'cloudformation:DeleteStack', stack('lab-cluster'), { ...underServiceRole, ...own })).toBe(true);
    expect(may(id, 'cloudformation:DeleteStack', stack('lab-cluster'), { ...underNoRole, ...own })).toBe(false);
    expect(may(id, 'cloudformation:DeleteStack', stack('lab-cluster'), underServiceRole)).toBe(false);
    expect(may(id, 'cloudformation:DeleteStack', stack('lab-cluster'), underPowerless)).toBe(true);
    expect(may(id, 'cloudformation:DeleteStack', stack('payroll'), underServiceRole)).toBe(false);
    expect(may(id, 'cloudformation:DeleteStack', stack('opensarlab-bootstrap'), underServiceRole)).toBe(false);
    expect(may(id, 'cloudformation:UpdateTerminationProtection', stack('opensarlab-bootstrap'))).toBe(false);
  });

  it.each(['PlanRole', 'DeployRole', 'DestroyRole', 'AuditRole'])(
    '%s changes no IAM and passes on no role but to CloudFormation',
    (id) => {
      for (const name of ['opensarlab-deploy', 'opensarlab/lab-hub', 'admin']) {
        for (const action of [
          'CreateRole',
          'UpdateAssumeRolePolicy',
          'AttachRolePolicy',
          'PutRolePolicy',
          'DeleteRole',
        ]) {
          expect(may(id, `iam:${action}`, role(name), boundary), action).toBe(false);
        }
        expect(may(id, 'iam:PassRole', role(name), passedTo('cloudformation')), name).toBe(false);
      }
      expect(may(id, 'iam:PassRole', role('opensarlab-cloudformation'), passedTo('lambda'))).toBe(false);
      expect(may(id, 'sts:AssumeRole', role('admin'))).toBe(false);
      expect(
        may(
          id,
          'secretsmanager:GetSecretValue',
          `arn:aws:secretsmanager:us-west-2:${account}:secret:dockerhub/creds-x`,
        ),
      ).toBe(false);
      expect(may(id, 's3:GetObject', 'arn:aws:s3:::opensarlab-pipeline-us-west-2-lab/x')).toBe(false);
    },
  );

  it('DestroyRole empties the buckets of pipelines and no other', () => {
    expect(may('DestroyRole', 's3:DeleteObjectVersion', 'arn:aws:s3:::opensarlab-pipeline-us-west-2-lab/x')).toBe(true);
    const records = 'arn:aws:s3:::opensarlab-records-123456789012-us-west-2';
    for (const action of ['DeleteObject', 'DeleteObjectVersion', 'AbortMultipartUpload']) {
      expect(may('DestroyRole', `s3:${action}`, `${records}/plans/x`), action).toBe(false);
    }
  });

  it('DestroyRole deletes volumes and snapshots of deployments, and cannot make others look so', () => {
    const volume = `arn:aws:ec2:us-west-2:${account}:volume/vol-1`;
    const snapshot = 'arn:aws:ec2:us-west-2::snapshot/snap-1';
    expect(may('DestroyRole', 'ec2:DeleteVolume', volume, own)).toBe(true);
    expect(may('DestroyRole', 'ec2:DeleteVolume', volume)).toBe(false);
    expect(may('DestroyRole', 'ec2:CreateTags', volume, own)).toBe(false);
    expect(may('DestroyRole', 'ec2:CreateTags', snapshot)).toBe(false);
    expect(may('DestroyRole', 'ec2:CreateTags', snapshot, { 'ec2:CreateAction': 'CreateSnapshot' })).toBe(true);
    expect(may('DestroyRole', 'ec2:CreateTags', snapshot, { 'ec2:CreateAction': 'CopySnapshot' })).toBe(false);
    expect(may('DestroyRole', 'ec2:CreateSnapshot', volume, own)).toBe(true);
    expect(may('DestroyRole', 'ec2:CreateSnapshot', volume)).toBe(false);
  });

  it.each([
    'cloudformation:CreateChangeSet',
    'codebuild:StartBuild',
    'codecommit:GitPush',
    'ec2:CreateTags',
    's3:GetObject',
  ])('AuditRole has no %s', (action) => {
    expect(may('AuditRole', action, '*', underServiceRole)).toBe(false);
  });
});

describe('who may take on the roles', () => {
  const issuer = 'token.actions.githubusercontent.com';
  const claims = (changes: Record<string, string> = {}): RequestContext => {
    const told = {
      aud: 'sts.amazonaws.com',
      environment: 'deploy',
      ref: 'refs/heads/main',
      repository_id: '4711',
      sub: 'repo:example/opensarlab-deployments:environment:deploy',
      ...changes,
    };
    return Object.fromEntries(Object.entries(told).map(([claim, value]) => [`${issuer}:${claim}`, value]));
  };

  type Trust = { partition?: 'aws' | 'aws-us-gov'; id?: string; pinned?: 'true' | 'false' };

  function trusts(context: RequestContext, { partition = 'aws', id = 'DeployRole', pinned = 'false' }: Trust = {}) {
    const found = bootstrap.find(({ region }) => region.startsWith('us-gov-') === (partition === 'aws-us-gov'));
    if (found === undefined) throw new RangeError(partition);
    const template = { ...found, parameters: { ...found.parameters, WorkflowFilePinned: pinned } };
    const trust = policiesOf(template).find(({ resource, purpose }) => resource.id === id && purpose === 'trust');
    const provider = texts(Object(trust?.document.Statement[0]?.Principal).Federated);
    const request = { action: 'sts:AssumeRoleWithWebIdentity', principals: { Federated: provider }, context };
    return evaluatePolicies([readPolicyDocument(JSON.stringify(trust?.document), 'trust')], request) === 'allowed';
  }

  it.each(['aws', 'aws-us-gov'] as const)('%s: both forms of the subject, from the default branch', (partition) => {
    expect(trusts(claims(), { partition })).toBe(true);
    const withIds = 'repo:example@90210/opensarlab-deployments@4711:environment:deploy';
    expect(trusts(claims({ sub: withIds }), { partition })).toBe(true);
  });

  describe.each([
    ['PlanRole', 'plan'],
    ['DeployRole', 'deploy'],
    ['DestroyRole', 'destroy'],
    ['AuditRole', 'audit'],
  ])('%s', (id, environment) => {
    const subject = (owner: string, repository = 'opensarlab-deployments', of = environment): { sub: string } => ({
      sub: `repo:${owner}/${repository}:environment:${of}`,
    });
    const own = { environment, ...subject('example') };

    it('is taken on by its own environment', () => {
      expect(trusts(claims(own), { id })).toBe(true);
    });

    it.each([
      ['another repository of the same name', { repository_id: '4712' }],
      ['another environment', { environment: 'other' }],
      ['a subject of another environment', subject('example', 'opensarlab-deployments', 'other')],
      ['another branch', { ref: 'refs/heads/attack' }],
      ['a pull request', { ref: 'refs/pull/1/merge' }],
      ['another audience', { aud: 'https://github.com/example' }],
      ['another owner', subject('evil')],
      ['an owner whose name only begins so', subject('example2')],
      ['an owner’s id that only ends so', subject('example@190210', 'opensarlab-deployments@4711')],
    ])('not %s', (_, changes) => {
      expect(trusts(claims({ ...own, ...changes }), { id })).toBe(false);
    });
  });

  it.each([
    ['PlanRole', 'plan', ['plan']],
    ['DeployRole', 'deploy', ['deploy', 'mirror']],
    ['DestroyRole', 'destroy', ['destroy']],
    ['AuditRole', 'audit', ['audit']],
  ])('%s, once files are pinned: only its own workflow files of the default branch', (id, environment, files) => {
    const sub = `repo:example/opensarlab-deployments:environment:${environment}`;
    const from = (file?: string, ref = 'refs/heads/main', repository = 'example/opensarlab-deployments') => {
      const claim = file && { job_workflow_ref: `${repository}/.github/workflows/${file}.yml@${ref}` };
      return claims({ environment, sub, ...claim });
    };
    const all = ['audit', 'ci', 'deploy', 'destroy', 'gate', 'mirror', 'plan', 'scaffold', 'teardown'];
    expect(all.filter((file) => trusts(from(file), { id, pinned: 'true' })).sort()).toEqual([...files].sort());
    expect(all.every((file) => trusts(from(file), { id }))).toBe(true);
    const [own] = files;
    expect(trusts(from(), { id, pinned: 'true' })).toBe(false);
    expect(trusts(from(own, 'refs/heads/attack'), { id, pinned: 'true' })).toBe(false);
    expect(trusts(from(own, 'refs/heads/main', 'evil/opensarlab-deployments'), { id, pinned: 'true' })).toBe(false);
  });
});
