import type { Deployment } from '../../deployment/deployment.ts';
import { fingerprintOutput, type Stack, type StackKind, stackKinds } from '../../stacks/stack.ts';

/** A small deployment with everything declared that the verbs look at. */
export function sampleDeployment(changes: Partial<Deployment> = {}): Deployment {
  return {
    name: 'sar',
    aws: {
      account_id: '111122223333',
      region: 'us-west-2',
      plan_role: 'opensarlab-plan',
      deploy_role: 'opensarlab-deploy',
      destroy_role: 'opensarlab-destroy',
      audit_role: 'opensarlab-audit',
      cloudformation_role: 'opensarlab-cloudformation',
      permissions_boundary: '',
      cluster_admin_arns: [],
    },
    parameters: {
      cost_tag_key: 'osl-billing',
      cost_tag_value: 'sar',
      admin_user_name: 'admin',
      admin_email_address: 'admin@example.org',
      certificate_arn: 'arn:aws:acm:us-west-2:111122223333:certificate/1',
      container_namespace: 'sar-container',
      deployment_url: 'https://sar.example.org',
      az_suffix: 'a',
    },
    nodes: [node('hub', ['t3.medium'], true), node('sar1', ['m5a.xlarge', 'm6a.xlarge'], false)],
    profiles: [],
    groups: [],
    users: { sign_up: 'approval', allowed_email_domains: [], allowed_emails: [] },
    storage: {
      days_till_volume_deletion: 5,
      days_till_snapshot_deletion: 46,
      days_after_server_stop_till_warning_email: [],
    },
    network: { nodes: 'private', second_az_suffix: 'b', eks_public_access_cidrs: [] },
    sources: {
      container: { url: 'https://example.org/c', ref: 'v2.0' },
      cluster: { url: 'https://example.org/k', ref: 'v2.0' },
    },
    retain: { cognito: true, logs: true, code_commit: true, final_snapshots: false },
    protected: false,
    privacy: 'pseudonyms',
    ...changes,
  };
}

/** Which stacks must be complete before others. */
const dependencies: Partial<Record<StackKind, StackKind[]>> = {
  jupyterhub: ['cluster', 'cognito'],
  'cluster-pipeline': ['jupyterhub'],
};

/** The five stacks with tiny templates; `revision` changes every fingerprint. */
export function sampleStacks(deployment: Deployment, revision = '1'): Stack[] {
  return stackKinds.map((kind) => {
    const fingerprint = `${kind}-${revision}`;
    return {
      kind,
      name: `${deployment.name}-${kind}`,
      templateBody: template(kind, fingerprint),
      parameters: kind === 'jupyterhub' ? { UserPoolId: { stack: 'cognito', output: 'UserPoolId' } } : {},
      tags: { 'opensarlab:deployment': deployment.name },
      dependsOn: dependencies[kind] ?? [],
      terminationProtection: deployment.protected,
      retained: kind === 'cognito' && deployment.retain.cognito,
      fingerprint,
    };
  });
}

function template(kind: StackKind, fingerprint: string): string {
  const parameters = kind === 'jupyterhub' ? 'Parameters:\n  UserPoolId: {Type: String}\n' : 'Parameters: {}\n';
  return `${parameters}Resources:\n  Thing: {Type: AWS::Logs::LogGroup}\nOutputs:\n  ${fingerprintOutput}: {Value: ${fingerprint}}\n`;
}

function node(name: string, instance: string[], isHub: boolean): Deployment['nodes'][number] {
  return {
    name,
    instance,
    min_number: 0,
    max_number: 10,
    node_policy: '',
    root_volume_size: 50,
    is_hub: isHub,
    is_spot: false,
  };
}
