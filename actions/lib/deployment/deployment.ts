/**
 * A deployment as declared in `deployments/<name>/opensarlab.yaml`, after checks and with defaults filled in.
 * Field names are the file's own; `schemas/opensarlab.schema.json` documents each.
 */
export type Deployment = {
  /** The folder's name and `parameters.cost_tag_value`; names everything in AWS. */
  name: string;
  aws: {
    account_id: string;
    region: string;
    /** Role names that `bootstrap` makes; looked up by name, so that no ARN is copied by hand. */
    plan_role: string;
    deploy_role: string;
    destroy_role: string;
    audit_role: string;
    cloudformation_role: string;
    /** Name of the IAM policy that limits every role a stack makes. */
    permissions_boundary: string;
    /** ARNs of IAM principals that may administer Kubernetes. */
    cluster_admin_arns: string[];
  };
  parameters: {
    /** Upstream's names for what is fixed here; only the fixed values are allowed. */
    code_commit_repo_name?: string;
    code_commit_branch_name?: string;
    cost_tag_key: string;
    cost_tag_value: string;
    admin_user_name: string;
    admin_email_address: string;
    /** Upstream's name for the SES identity ARN. */
    admin_email_address_sns_arn?: string;
    certificate_arn?: string;
    container_namespace: string;
    /** `https://host` or `load balancer`. */
    deployment_url: string;
    az_suffix: string;
    ical_url?: string;
    /** Upstream's list of people in S3; not read, and refused where it would be missed. */
    user_whitelist_bucket?: string;
    user_whitelist_csv?: string;
  };
  nodes: DeploymentNode[];
  profiles: Profile[];
  /** What servers of the profiles that name one may do in AWS. */
  service_accounts?: ServiceAccount[];
  groups: Group[];
  users: { sign_up: 'closed' | 'approval' | 'open'; allowed_email_domains: string[]; allowed_emails: string[] };
  storage: {
    days_till_volume_deletion: number;
    days_till_snapshot_deletion: number;
    days_after_server_stop_till_warning_email: number[];
  };
  network: {
    nodes: 'private' | 'public';
    /** Letter of the second availability zone; never equal to `az_suffix`. */
    second_az_suffix: string;
    eks_public_access_cidrs: string[];
    hosted_zone_id?: string;
    /** Something in front of the load balancer speaks HTTPS for the hub. */
    https_in_front?: boolean;
  };
  sources: { container: Source; cluster: Source };
  retain: { cognito: boolean; logs: boolean; code_commit: boolean; final_snapshots: boolean };
  protected: boolean;
  /** ISO date, e.g. `2027-06-30`. */
  expires?: string;
  owner?: string;
  /** USD a month. */
  budget?: number;
  /** Whether people's names may be shown where the repository is private. */
  privacy: 'pseudonyms' | 'names';
  /** `destroy-only`: never deployed, only planned for a teardown and destroyed. */
  adopt?: 'destroy-only';
  /** Digest of a plan; which deployments a push concerns depends on it, and nothing else does. */
  reviewed?: string;
};

export type DeploymentNode = {
  name: string;
  /** Instance types in order of preference; at least one. The file has them comma-separated, as upstream. */
  instance: string[];
  min_number: number;
  max_number: number;
  node_policy: string;
  /** GiB */
  root_volume_size: number;
  is_hub: boolean;
  is_spot: boolean;
};

export type Profile = {
  name: string;
  description: string;
  image_name: string;
  image_tag: string;
  node_name: string;
  /** Kubernetes quantity, e.g. `500Gi`. */
  storage_capacity: string;
  /** Group whose members see it, where that is not the one of its name. */
  group?: string;
  hook_script?: string;
  /** Name of an entry of `service_accounts`. */
  service_account?: string;
  memory_guarantee?: string;
  memory_limit?: string;
  cpu_guarantee?: number;
  cpu_limit?: number;
  delete_user_volumes: boolean;
  classic: boolean;
  desktop: boolean;
  default: boolean;
};

/** A Kubernetes service account of the users' namespace with IAM permissions. */
export type ServiceAccount = { name: string; namespace: 'jupyter'; permissions: PolicyStatement[] };

/** A statement of an IAM policy, with the keys that IAM uses. */
export type PolicyStatement = {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, ConditionValue | ConditionValue[]>>;
};

type ConditionValue = string | number | boolean;

/** A group in the user pool; profiles are visible through the group of their name (spaces become `_`). */
export type Group = { name: string; description?: string; all_users: boolean; enabled: boolean };

/** An upstream Git repository and the ref to mirror; `commit` pins what the ref must resolve to. */
export type Source = { url: string; ref: string; commit?: string };
