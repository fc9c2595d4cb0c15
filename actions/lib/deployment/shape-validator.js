// Made from schemas/opensarlab.schema.json by scripts/reference-data/compile-shape-validator.ts (4b64efab5387b198c801facc99c1b803b1cbed16362df1e6c5adea2c7c8b3eeb).
const kept = (all, one) => {
  if (all === null) return [one];
  all.push(one);
  return all;
};
export const validate = validate52;

const schema19 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://opensarlab.org/schemas/opensarlab.schema.json',
  type: 'object',
  additionalProperties: false,
  required: ['aws', 'parameters', 'nodes', 'profiles'],
  properties: {
    aws: {
      type: 'object',
      additionalProperties: false,
      required: ['account_id', 'region'],
      properties: {
        account_id: { type: 'string', pattern: '^[0-9]{12}$' },
        region: { type: 'string', pattern: '^[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}$', maxLength: 25 },
        plan_role: { $ref: '#/$defs/roleName', default: 'opensarlab-plan' },
        deploy_role: { $ref: '#/$defs/roleName', default: 'opensarlab-deploy' },
        destroy_role: { $ref: '#/$defs/roleName', default: 'opensarlab-destroy' },
        audit_role: { $ref: '#/$defs/roleName', default: 'opensarlab-audit' },
        cloudformation_role: { $ref: '#/$defs/roleName', default: 'opensarlab-cloudformation' },
        permissions_boundary: {
          type: 'string',
          pattern: '^[A-Za-z0-9+=,.@_-]+$',
          maxLength: 128,
          default: 'opensarlab-boundary',
        },
        cluster_admin_arns: {
          type: 'array',
          uniqueItems: true,
          maxItems: 20,
          default: [],
          items: {
            type: 'string',
            pattern: '^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+$',
            maxLength: 600,
          },
        },
      },
    },
    parameters: {
      type: 'object',
      additionalProperties: false,
      required: ['cost_tag_key', 'cost_tag_value', 'admin_user_name', 'admin_email_address', 'az_suffix'],
      properties: {
        code_commit_repo_name: { type: 'string', pattern: '^[A-Za-z0-9_.-]+$', maxLength: 100 },
        code_commit_branch_name: { type: 'string', pattern: '^[A-Za-z0-9_./-]+$', maxLength: 256 },
        cost_tag_key: { type: 'string', pattern: '^(?![aA][wW][sS]:)[A-Za-z0-9_:/+@-]+$', maxLength: 128 },
        cost_tag_value: { type: 'string', pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$', maxLength: 100 },
        admin_user_name: { type: 'string', pattern: '^[a-z0-9][a-z0-9_.@+-]*$', maxLength: 63 },
        admin_email_address: {
          type: 'string',
          pattern:
            "^(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$",
          maxLength: 254,
        },
        admin_email_address_sns_arn: {
          type: 'string',
          pattern: "^arn:aws[a-z-]*:ses:[a-z0-9-]+:[0-9]{12}:identity/[A-Za-z0-9!#$%&'*+/=?^_`{|}~.@-]+$",
          maxLength: 512,
        },
        certificate_arn: {
          type: 'string',
          pattern: '^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$',
          maxLength: 512,
        },
        container_namespace: { type: 'string', pattern: '^[a-z0-9]+([._-][a-z0-9]+)*$', maxLength: 200 },
        deployment_url: { type: 'string', maxLength: 260, default: 'load balancer', minLength: 1 },
        az_suffix: { type: 'string', pattern: '^[a-z]$' },
        ical_url: {
          type: 'string',
          pattern: '^https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?([/?#][!-~]*)?$',
          maxLength: 2000,
        },
        user_whitelist_bucket: {
          type: 'string',
          pattern: '^[a-z0-9][a-z0-9.-]*[a-z0-9]$',
          minLength: 3,
          maxLength: 63,
        },
        user_whitelist_csv: { type: 'string', minLength: 1, maxLength: 1024 },
      },
    },
    nodes: {
      type: 'array',
      minItems: 1,
      maxItems: 30,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'instance', 'min_number', 'max_number', 'node_policy'],
        properties: {
          name: { type: 'string', pattern: '^[A-Za-z0-9]+$', maxLength: 30 },
          instance: {
            type: 'string',
            pattern: '^\\s*[a-z0-9-]+\\.[a-z0-9-]+(\\s*,\\s*[a-z0-9-]+\\.[a-z0-9-]+)*\\s*$',
            maxLength: 400,
          },
          min_number: { type: 'integer', minimum: 0, maximum: 1000 },
          max_number: { type: 'integer', minimum: 1, maximum: 1000 },
          node_policy: { type: 'string', enum: ['hub', 'user'] },
          root_volume_size: { type: 'integer', minimum: 20, maximum: 16384, default: 50 },
          is_hub: { type: 'boolean', default: false },
          is_spot: { type: 'boolean', default: false },
        },
      },
    },
    profiles: {
      type: 'array',
      minItems: 1,
      maxItems: 60,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'description', 'image_name', 'image_tag', 'node_name', 'storage_capacity'],
        properties: {
          name: { type: 'string', pattern: '^[A-Za-z0-9]([A-Za-z0-9_. -]*[A-Za-z0-9])?$', maxLength: 63 },
          description: { type: 'string', minLength: 1, maxLength: 1000 },
          image_name: { type: 'string', pattern: '^[a-z0-9]+$', maxLength: 100 },
          image_tag: { type: 'string', pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$', maxLength: 128 },
          node_name: { type: 'string', minLength: 1, maxLength: 30 },
          storage_capacity: {
            type: 'string',
            pattern: '^\\+?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?[0-9]{1,2})?$',
            maxLength: 20,
          },
          group: { type: 'string', pattern: '^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$', maxLength: 63 },
          hook_script: { type: 'string', pattern: '^(None|[A-Za-z0-9_][A-Za-z0-9_.-]*\\.sh)$', maxLength: 100 },
          service_account: {
            type: 'string',
            pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
            maxLength: 63,
          },
          memory_guarantee: { $ref: '#/$defs/memory' },
          memory_limit: { $ref: '#/$defs/memory' },
          cpu_guarantee: { type: 'number', minimum: 0, maximum: 1000 },
          cpu_limit: { type: 'number', minimum: 0.001, maximum: 1000 },
          delete_user_volumes: { type: 'boolean', default: false },
          classic: { type: 'boolean', default: false },
          desktop: { type: 'boolean', default: false },
          default: {
            title: 'Chosen beforehand',
            description: 'true for at most one profile: it is ticked when the page opens.',
            type: 'boolean',
            default: false,
            examples: [true],
          },
        },
      },
    },
    service_accounts: {
      type: 'array',
      maxItems: 20,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'permissions'],
        properties: {
          name: {
            type: 'string',
            pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
            maxLength: 63,
          },
          namespace: { type: 'string', enum: ['jupyter'], default: 'jupyter' },
          permissions: { type: 'array', minItems: 1, maxItems: 50, items: { $ref: '#/$defs/statement' } },
        },
      },
    },
    groups: {
      type: 'array',
      maxItems: 200,
      default: [],
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: {
          name: { type: 'string', pattern: '^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$', maxLength: 63 },
          description: { type: 'string', maxLength: 1000 },
          all_users: { type: 'boolean', default: false },
          enabled: { type: 'boolean', default: true },
        },
      },
    },
    users: {
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {
        sign_up: { type: 'string', enum: ['closed', 'approval', 'open'], default: 'closed' },
        allowed_email_domains: {
          type: 'array',
          uniqueItems: true,
          maxItems: 100,
          default: [],
          items: {
            type: 'string',
            pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$',
            maxLength: 253,
          },
        },
        allowed_emails: {
          type: 'array',
          uniqueItems: true,
          maxItems: 200,
          default: [],
          items: {
            type: 'string',
            pattern: '^[a-z0-9._%+-]+@[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$',
            maxLength: 254,
          },
        },
      },
    },
    storage: {
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {
        days_till_volume_deletion: { type: 'integer', minimum: 0, maximum: 365000, default: 5 },
        days_till_snapshot_deletion: { type: 'integer', minimum: 0, maximum: 365000, default: 46 },
        days_after_server_stop_till_warning_email: {
          type: 'array',
          uniqueItems: true,
          maxItems: 50,
          default: [30, 37, 41, 43, 45],
          items: { type: 'integer', minimum: 0, maximum: 365000 },
        },
      },
    },
    network: {
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {
        nodes: { type: 'string', enum: ['private', 'public'], default: 'private' },
        second_az_suffix: { type: 'string', pattern: '^[a-z]$' },
        eks_public_access_cidrs: {
          type: 'array',
          minItems: 1,
          maxItems: 40,
          uniqueItems: true,
          default: ['0.0.0.0/0'],
          items: { type: 'string', pattern: '^([0-9]{1,3}\\.){3}[0-9]{1,3}/([0-9]|[12][0-9]|3[0-2])$', maxLength: 18 },
        },
        hosted_zone_id: { type: 'string', pattern: '^Z[A-Z0-9]+$', maxLength: 32 },
        https_in_front: { type: 'boolean' },
      },
    },
    sources: {
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {
        container: {
          $ref: '#/$defs/source',
          default: {
            url: 'https://github.com/ASFOpenSARlab/opensarlab-container.git',
            ref: 'v2.0',
            commit: '9fd62265de1cb7601a56eed02778c3e964f8c2d1',
          },
        },
        cluster: {
          $ref: '#/$defs/source',
          default: {
            url: 'https://github.com/ASFOpenSARlab/opensarlab-cluster.git',
            ref: 'v2.0',
            commit: '2679b20315bc15e4475a97d0944483df78e8b773',
          },
        },
      },
    },
    retain: {
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {
        cognito: { type: 'boolean', default: true },
        logs: { type: 'boolean', default: true },
        code_commit: { type: 'boolean', default: true },
        final_snapshots: { type: 'boolean', default: false },
      },
    },
    protected: { type: 'boolean', default: false },
    expires: { type: 'string', pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' },
    owner: { type: 'string', pattern: '^[A-Za-z0-9@._%+/-]+$', maxLength: 254 },
    budget: { type: 'number', exclusiveMinimum: 0, maximum: 10000000 },
    privacy: { type: 'string', enum: ['pseudonyms', 'names'], default: 'pseudonyms' },
    adopt: { type: 'string', enum: ['destroy-only'] },
    reviewed: { type: 'string', pattern: '^[0-9a-f]{64}$' },
  },
  $defs: {
    roleName: { type: 'string', pattern: '^[A-Za-z0-9+=,.@_-]+$', maxLength: 64 },
    memory: { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?[KMGT]?$', maxLength: 20 },
    source: {
      type: 'object',
      additionalProperties: false,
      required: ['url', 'ref'],
      properties: {
        url: {
          type: 'string',
          pattern:
            '^https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^http://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:[0-9]{1,5})?(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^ssh://([A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^file://(localhost)?(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:/?([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)*$',
          maxLength: 500,
        },
        ref: {
          type: 'string',
          pattern:
            '^(?!.*(\\.\\.|//|/\\.|\\.lock(/|$)|[./]$|@\\{))[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp} ~^:?*[\\\\./][^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp} ~^:?*[\\\\]*$',
          maxLength: 4000,
        },
        commit: { type: 'string', pattern: '^[0-9a-f]{40}$' },
      },
    },
    statement: {
      type: 'object',
      additionalProperties: false,
      required: ['Effect'],
      properties: {
        Sid: { type: 'string', pattern: '^[A-Za-z0-9]+$', maxLength: 100 },
        Effect: { type: 'string', enum: ['Allow', 'Deny'] },
        Action: {
          anyOf: [
            { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$' },
            {
              type: 'array',
              minItems: 1,
              maxItems: 100,
              items: { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$' },
            },
          ],
        },
        NotAction: {
          anyOf: [
            { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$' },
            {
              type: 'array',
              minItems: 1,
              maxItems: 100,
              items: { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$' },
            },
          ],
        },
        Resource: {
          anyOf: [
            { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|arn:.+)$' },
            {
              type: 'array',
              minItems: 1,
              maxItems: 100,
              items: { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|arn:.+)$' },
            },
          ],
        },
        NotResource: {
          anyOf: [
            { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|arn:.+)$' },
            {
              type: 'array',
              minItems: 1,
              maxItems: 100,
              items: { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|arn:.+)$' },
            },
          ],
        },
        Condition: {
          type: 'object',
          maxProperties: 20,
          additionalProperties: {
            type: 'object',
            maxProperties: 20,
            additionalProperties: {
              anyOf: [
                { type: 'string', maxLength: 2048 },
                { type: 'number' },
                { type: 'boolean' },
                {
                  type: 'array',
                  maxItems: 100,
                  items: { anyOf: [{ type: 'string', maxLength: 2048 }, { type: 'number' }, { type: 'boolean' }] },
                },
              ],
            },
          },
        },
      },
    },
  },
};
const func1 = Object.prototype.hasOwnProperty;
const func3 = (s) => (/[\uD800-\uDBFF]/.test(s) ? [...s].length : s.length);
const pattern3 = /^[0-9]{12}$/u;
const pattern4 = /^[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}$/u;
const pattern5 = /^[A-Za-z0-9+=,.@_-]+$/u;
const pattern7 = /^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)\/[A-Za-z0-9+=,.@_/-]+$/u;
const pattern8 = /^[A-Za-z0-9_.-]+$/u;
const pattern9 = /^[A-Za-z0-9_./-]+$/u;
const pattern10 = /^(?![aA][wW][sS]:)[A-Za-z0-9_:/+@-]+$/u;
const pattern11 = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/u;
const pattern12 = /^[a-z0-9][a-z0-9_.@+-]*$/u;
const pattern13 =
  /^(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/u;
const pattern14 = /^arn:aws[a-z-]*:ses:[a-z0-9-]+:[0-9]{12}:identity\/[A-Za-z0-9!#$%&'*+/=?^_`{|}~.@-]+$/u;
const pattern15 = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate\/[A-Za-z0-9-]+$/u;
const pattern16 = /^[a-z0-9]+([._-][a-z0-9]+)*$/u;
const pattern17 = /^[a-z]$/u;
const pattern18 = /^https:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?([/?#][!-~]*)?$/u;
const pattern19 = /^[a-z0-9][a-z0-9.-]*[a-z0-9]$/u;
const pattern20 = /^[A-Za-z0-9]+$/u;
const pattern21 = /^\s*[a-z0-9-]+\.[a-z0-9-]+(\s*,\s*[a-z0-9-]+\.[a-z0-9-]+)*\s*$/u;
const pattern22 = /^[A-Za-z0-9]([A-Za-z0-9_. -]*[A-Za-z0-9])?$/u;
const pattern23 = /^[a-z0-9]+$/u;
const pattern24 = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/u;
const pattern25 = /^\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?[0-9]{1,2})?$/u;
const pattern26 = /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/u;
const pattern27 = /^(None|[A-Za-z0-9_][A-Za-z0-9_.-]*\.sh)$/u;
const pattern28 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/u;
const pattern41 = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/u;
const pattern42 = /^[a-z0-9._%+-]+@[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/u;
const pattern44 = /^([0-9]{1,3}\.){3}[0-9]{1,3}\/([0-9]|[12][0-9]|3[0-2])$/u;
const pattern45 = /^Z[A-Z0-9]+$/u;
const pattern49 = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/u;
const pattern50 = /^[A-Za-z0-9@._%+/-]+$/u;
const pattern51 = /^[0-9a-f]{64}$/u;
const _schema20 = { type: 'string', pattern: '^[A-Za-z0-9+=,.@_-]+$', maxLength: 64 };

function validate53(data, { instancePath = '' } = {}) {
  let vErrors = null;
  let errors = 0;
  const evaluated0 = validate53.evaluated;
  if (evaluated0.dynamicProps) {
    evaluated0.props = undefined;
  }
  if (evaluated0.dynamicItems) {
    evaluated0.items = undefined;
  }
  if (typeof data === 'string') {
    if (func3(data) > 64) {
      vErrors = kept(vErrors, { instancePath, keyword: 'maxLength', params: { limit: 64 } });
      errors++;
    }
    if (!pattern5.test(data)) {
      vErrors = kept(vErrors, { instancePath, keyword: 'pattern', params: { pattern: '^[A-Za-z0-9+=,.@_-]+$' } });
      errors++;
    }
  } else {
    vErrors = kept(vErrors, { instancePath, keyword: 'type', params: { type: 'string' } });
    errors++;
  }
  validate53.errors = vErrors;
  return errors === 0;
}
validate53.evaluated = { dynamicProps: false, dynamicItems: false };

const _schema21 = { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?[KMGT]?$', maxLength: 20 };
const pattern29 = /^[0-9]+(\.[0-9]+)?[KMGT]?$/u;

function validate59(data, { instancePath = '' } = {}) {
  let vErrors = null;
  let errors = 0;
  const evaluated0 = validate59.evaluated;
  if (evaluated0.dynamicProps) {
    evaluated0.props = undefined;
  }
  if (evaluated0.dynamicItems) {
    evaluated0.items = undefined;
  }
  if (typeof data === 'string') {
    if (func3(data) > 20) {
      vErrors = kept(vErrors, { instancePath, keyword: 'maxLength', params: { limit: 20 } });
      errors++;
    }
    if (!pattern29.test(data)) {
      vErrors = kept(vErrors, { instancePath, keyword: 'pattern', params: { pattern: '^[0-9]+(\\.[0-9]+)?[KMGT]?$' } });
      errors++;
    }
  } else {
    vErrors = kept(vErrors, { instancePath, keyword: 'type', params: { type: 'string' } });
    errors++;
  }
  validate59.errors = vErrors;
  return errors === 0;
}
validate59.evaluated = { dynamicProps: false, dynamicItems: false };

const schema22 = {
  type: 'object',
  additionalProperties: false,
  required: ['Effect'],
  properties: {
    Sid: { type: 'string', pattern: '^[A-Za-z0-9]+$', maxLength: 100 },
    Effect: { type: 'string', enum: ['Allow', 'Deny'] },
    Action: {
      anyOf: [
        { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$' },
        {
          type: 'array',
          minItems: 1,
          maxItems: 100,
          items: { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$' },
        },
      ],
    },
    NotAction: {
      anyOf: [
        { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$' },
        {
          type: 'array',
          minItems: 1,
          maxItems: 100,
          items: { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$' },
        },
      ],
    },
    Resource: {
      anyOf: [
        { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|arn:.+)$' },
        {
          type: 'array',
          minItems: 1,
          maxItems: 100,
          items: { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|arn:.+)$' },
        },
      ],
    },
    NotResource: {
      anyOf: [
        { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|arn:.+)$' },
        {
          type: 'array',
          minItems: 1,
          maxItems: 100,
          items: { type: 'string', minLength: 1, maxLength: 2048, pattern: '^(\\*|arn:.+)$' },
        },
      ],
    },
    Condition: {
      type: 'object',
      maxProperties: 20,
      additionalProperties: {
        type: 'object',
        maxProperties: 20,
        additionalProperties: {
          anyOf: [
            { type: 'string', maxLength: 2048 },
            { type: 'number' },
            { type: 'boolean' },
            {
              type: 'array',
              maxItems: 100,
              items: { anyOf: [{ type: 'string', maxLength: 2048 }, { type: 'number' }, { type: 'boolean' }] },
            },
          ],
        },
      },
    },
  },
};
const pattern32 = /^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/u;
const pattern36 = /^(\*|arn:.+)$/u;

function validate62(data, { instancePath = '' } = {}) {
  let _valid0, _valid1, _valid2, _valid3, _valid4, _valid5;
  let vErrors = null;
  let errors = 0;
  const evaluated0 = validate62.evaluated;
  if (evaluated0.dynamicProps) {
    evaluated0.props = undefined;
  }
  if (evaluated0.dynamicItems) {
    evaluated0.items = undefined;
  }
  if (data && typeof data === 'object' && !Array.isArray(data)) {
    if (data.Effect === undefined) {
      vErrors = kept(vErrors, { instancePath, keyword: 'required', params: { missingProperty: 'Effect' } });
      errors++;
    }
    for (const key0 in data) {
      if (
        !(
          key0 === 'Sid' ||
          key0 === 'Effect' ||
          key0 === 'Action' ||
          key0 === 'NotAction' ||
          key0 === 'Resource' ||
          key0 === 'NotResource' ||
          key0 === 'Condition'
        )
      ) {
        vErrors = kept(vErrors, {
          instancePath,
          keyword: 'additionalProperties',
          params: { additionalProperty: key0 },
        });
        errors++;
      }
    }
    if (data.Sid !== undefined) {
      const data0 = data.Sid;
      if (typeof data0 === 'string') {
        if (func3(data0) > 100) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/Sid`,
            keyword: 'maxLength',
            params: { limit: 100 },
          });
          errors++;
        }
        if (!pattern20.test(data0)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/Sid`,
            keyword: 'pattern',
            params: { pattern: '^[A-Za-z0-9]+$' },
          });
          errors++;
        }
      } else {
        vErrors = kept(vErrors, { instancePath: `${instancePath}/Sid`, keyword: 'type', params: { type: 'string' } });
        errors++;
      }
    }
    if (data.Effect !== undefined) {
      const data1 = data.Effect;
      if (typeof data1 !== 'string') {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/Effect`,
          keyword: 'type',
          params: { type: 'string' },
        });
        errors++;
      }
      if (!(data1 === 'Allow' || data1 === 'Deny')) {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/Effect`,
          keyword: 'enum',
          params: { allowedValues: schema22.properties.Effect.enum },
        });
        errors++;
      }
    }
    if (data.Action !== undefined) {
      const data2 = data.Action;
      const _errs7 = errors;
      let valid1 = false;
      const _errs8 = errors;
      if (typeof data2 === 'string') {
        if (func3(data2) > 2048) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/Action`,
            keyword: 'maxLength',
            params: { limit: 2048 },
          });
          errors++;
        }
        if (func3(data2) < 1) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/Action`,
            keyword: 'minLength',
            params: { limit: 1 },
          });
          errors++;
        }
        if (!pattern32.test(data2)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/Action`,
            keyword: 'pattern',
            params: { pattern: '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$' },
          });
          errors++;
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/Action`,
          keyword: 'type',
          params: { type: 'string' },
        });
        errors++;
      }
      _valid0 = _errs8 === errors;
      valid1 = valid1 || _valid0;
      const _errs10 = errors;
      if (Array.isArray(data2)) {
        if (data2.length > 100) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/Action`,
            keyword: 'maxItems',
            params: { limit: 100 },
          });
          errors++;
        }
        if (data2.length < 1) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/Action`,
            keyword: 'minItems',
            params: { limit: 1 },
          });
          errors++;
        }
        const len0 = data2.length;
        for (let i0 = 0; i0 < len0; i0++) {
          const data3 = data2[i0];
          if (typeof data3 === 'string') {
            if (func3(data3) > 2048) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/Action/${i0}`,
                keyword: 'maxLength',
                params: { limit: 2048 },
              });
              errors++;
            }
            if (func3(data3) < 1) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/Action/${i0}`,
                keyword: 'minLength',
                params: { limit: 1 },
              });
              errors++;
            }
            if (!pattern32.test(data3)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/Action/${i0}`,
                keyword: 'pattern',
                params: { pattern: '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/Action/${i0}`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
      } else {
        vErrors = kept(vErrors, { instancePath: `${instancePath}/Action`, keyword: 'type', params: { type: 'array' } });
        errors++;
      }
      _valid0 = _errs10 === errors;
      valid1 = valid1 || _valid0;
      if (!valid1) {
        vErrors = kept(vErrors, { instancePath: `${instancePath}/Action`, keyword: 'anyOf', params: {} });
        errors++;
      } else {
        errors = _errs7;
        if (vErrors !== null) {
          if (_errs7) {
            vErrors.length = _errs7;
          } else {
            vErrors = null;
          }
        }
      }
    }
    if (data.NotAction !== undefined) {
      const data4 = data.NotAction;
      const _errs15 = errors;
      let valid4 = false;
      const _errs16 = errors;
      if (typeof data4 === 'string') {
        if (func3(data4) > 2048) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/NotAction`,
            keyword: 'maxLength',
            params: { limit: 2048 },
          });
          errors++;
        }
        if (func3(data4) < 1) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/NotAction`,
            keyword: 'minLength',
            params: { limit: 1 },
          });
          errors++;
        }
        if (!pattern32.test(data4)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/NotAction`,
            keyword: 'pattern',
            params: { pattern: '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$' },
          });
          errors++;
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/NotAction`,
          keyword: 'type',
          params: { type: 'string' },
        });
        errors++;
      }
      _valid1 = _errs16 === errors;
      valid4 = valid4 || _valid1;
      const _errs18 = errors;
      if (Array.isArray(data4)) {
        if (data4.length > 100) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/NotAction`,
            keyword: 'maxItems',
            params: { limit: 100 },
          });
          errors++;
        }
        if (data4.length < 1) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/NotAction`,
            keyword: 'minItems',
            params: { limit: 1 },
          });
          errors++;
        }
        const len1 = data4.length;
        for (let i1 = 0; i1 < len1; i1++) {
          const data5 = data4[i1];
          if (typeof data5 === 'string') {
            if (func3(data5) > 2048) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/NotAction/${i1}`,
                keyword: 'maxLength',
                params: { limit: 2048 },
              });
              errors++;
            }
            if (func3(data5) < 1) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/NotAction/${i1}`,
                keyword: 'minLength',
                params: { limit: 1 },
              });
              errors++;
            }
            if (!pattern32.test(data5)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/NotAction/${i1}`,
                keyword: 'pattern',
                params: { pattern: '^(\\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/NotAction/${i1}`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/NotAction`,
          keyword: 'type',
          params: { type: 'array' },
        });
        errors++;
      }
      _valid1 = _errs18 === errors;
      valid4 = valid4 || _valid1;
      if (!valid4) {
        vErrors = kept(vErrors, { instancePath: `${instancePath}/NotAction`, keyword: 'anyOf', params: {} });
        errors++;
      } else {
        errors = _errs15;
        if (vErrors !== null) {
          if (_errs15) {
            vErrors.length = _errs15;
          } else {
            vErrors = null;
          }
        }
      }
    }
    if (data.Resource !== undefined) {
      const data6 = data.Resource;
      const _errs23 = errors;
      let valid7 = false;
      const _errs24 = errors;
      if (typeof data6 === 'string') {
        if (func3(data6) > 2048) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/Resource`,
            keyword: 'maxLength',
            params: { limit: 2048 },
          });
          errors++;
        }
        if (func3(data6) < 1) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/Resource`,
            keyword: 'minLength',
            params: { limit: 1 },
          });
          errors++;
        }
        if (!pattern36.test(data6)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/Resource`,
            keyword: 'pattern',
            params: { pattern: '^(\\*|arn:.+)$' },
          });
          errors++;
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/Resource`,
          keyword: 'type',
          params: { type: 'string' },
        });
        errors++;
      }
      _valid2 = _errs24 === errors;
      valid7 = valid7 || _valid2;
      const _errs26 = errors;
      if (Array.isArray(data6)) {
        if (data6.length > 100) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/Resource`,
            keyword: 'maxItems',
            params: { limit: 100 },
          });
          errors++;
        }
        if (data6.length < 1) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/Resource`,
            keyword: 'minItems',
            params: { limit: 1 },
          });
          errors++;
        }
        const len2 = data6.length;
        for (let i2 = 0; i2 < len2; i2++) {
          const data7 = data6[i2];
          if (typeof data7 === 'string') {
            if (func3(data7) > 2048) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/Resource/${i2}`,
                keyword: 'maxLength',
                params: { limit: 2048 },
              });
              errors++;
            }
            if (func3(data7) < 1) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/Resource/${i2}`,
                keyword: 'minLength',
                params: { limit: 1 },
              });
              errors++;
            }
            if (!pattern36.test(data7)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/Resource/${i2}`,
                keyword: 'pattern',
                params: { pattern: '^(\\*|arn:.+)$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/Resource/${i2}`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/Resource`,
          keyword: 'type',
          params: { type: 'array' },
        });
        errors++;
      }
      _valid2 = _errs26 === errors;
      valid7 = valid7 || _valid2;
      if (!valid7) {
        vErrors = kept(vErrors, { instancePath: `${instancePath}/Resource`, keyword: 'anyOf', params: {} });
        errors++;
      } else {
        errors = _errs23;
        if (vErrors !== null) {
          if (_errs23) {
            vErrors.length = _errs23;
          } else {
            vErrors = null;
          }
        }
      }
    }
    if (data.NotResource !== undefined) {
      const data8 = data.NotResource;
      const _errs31 = errors;
      let valid10 = false;
      const _errs32 = errors;
      if (typeof data8 === 'string') {
        if (func3(data8) > 2048) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/NotResource`,
            keyword: 'maxLength',
            params: { limit: 2048 },
          });
          errors++;
        }
        if (func3(data8) < 1) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/NotResource`,
            keyword: 'minLength',
            params: { limit: 1 },
          });
          errors++;
        }
        if (!pattern36.test(data8)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/NotResource`,
            keyword: 'pattern',
            params: { pattern: '^(\\*|arn:.+)$' },
          });
          errors++;
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/NotResource`,
          keyword: 'type',
          params: { type: 'string' },
        });
        errors++;
      }
      _valid3 = _errs32 === errors;
      valid10 = valid10 || _valid3;
      const _errs34 = errors;
      if (Array.isArray(data8)) {
        if (data8.length > 100) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/NotResource`,
            keyword: 'maxItems',
            params: { limit: 100 },
          });
          errors++;
        }
        if (data8.length < 1) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/NotResource`,
            keyword: 'minItems',
            params: { limit: 1 },
          });
          errors++;
        }
        const len3 = data8.length;
        for (let i3 = 0; i3 < len3; i3++) {
          const data9 = data8[i3];
          if (typeof data9 === 'string') {
            if (func3(data9) > 2048) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/NotResource/${i3}`,
                keyword: 'maxLength',
                params: { limit: 2048 },
              });
              errors++;
            }
            if (func3(data9) < 1) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/NotResource/${i3}`,
                keyword: 'minLength',
                params: { limit: 1 },
              });
              errors++;
            }
            if (!pattern36.test(data9)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/NotResource/${i3}`,
                keyword: 'pattern',
                params: { pattern: '^(\\*|arn:.+)$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/NotResource/${i3}`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/NotResource`,
          keyword: 'type',
          params: { type: 'array' },
        });
        errors++;
      }
      _valid3 = _errs34 === errors;
      valid10 = valid10 || _valid3;
      if (!valid10) {
        vErrors = kept(vErrors, { instancePath: `${instancePath}/NotResource`, keyword: 'anyOf', params: {} });
        errors++;
      } else {
        errors = _errs31;
        if (vErrors !== null) {
          if (_errs31) {
            vErrors.length = _errs31;
          } else {
            vErrors = null;
          }
        }
      }
    }
    if (data.Condition !== undefined) {
      const data10 = data.Condition;
      if (data10 && typeof data10 === 'object' && !Array.isArray(data10)) {
        if (Object.keys(data10).length > 20) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/Condition`,
            keyword: 'maxProperties',
            params: { limit: 20 },
          });
          errors++;
        }
        for (const key1 in data10) {
          const data11 = data10[key1];
          if (data11 && typeof data11 === 'object' && !Array.isArray(data11)) {
            if (Object.keys(data11).length > 20) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/Condition/${key1.replace(/~/g, '~0').replace(/\//g, '~1')}`,
                keyword: 'maxProperties',
                params: { limit: 20 },
              });
              errors++;
            }
            for (const key2 in data11) {
              const data12 = data11[key2];
              const _errs45 = errors;
              let valid15 = false;
              const _errs46 = errors;
              if (typeof data12 === 'string') {
                if (func3(data12) > 2048) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/Condition/${key1.replace(/~/g, '~0').replace(/\//g, '~1')}/${key2.replace(/~/g, '~0').replace(/\//g, '~1')}`,
                    keyword: 'maxLength',
                    params: { limit: 2048 },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/Condition/${key1.replace(/~/g, '~0').replace(/\//g, '~1')}/${key2.replace(/~/g, '~0').replace(/\//g, '~1')}`,
                  keyword: 'type',
                  params: { type: 'string' },
                });
                errors++;
              }
              _valid4 = _errs46 === errors;
              valid15 = valid15 || _valid4;
              const _errs48 = errors;
              if (!(typeof data12 === 'number' && Number.isFinite(data12))) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/Condition/${key1.replace(/~/g, '~0').replace(/\//g, '~1')}/${key2.replace(/~/g, '~0').replace(/\//g, '~1')}`,
                  keyword: 'type',
                  params: { type: 'number' },
                });
                errors++;
              }
              _valid4 = _errs48 === errors;
              valid15 = valid15 || _valid4;
              const _errs50 = errors;
              if (typeof data12 !== 'boolean') {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/Condition/${key1.replace(/~/g, '~0').replace(/\//g, '~1')}/${key2.replace(/~/g, '~0').replace(/\//g, '~1')}`,
                  keyword: 'type',
                  params: { type: 'boolean' },
                });
                errors++;
              }
              _valid4 = _errs50 === errors;
              valid15 = valid15 || _valid4;
              const _errs52 = errors;
              if (Array.isArray(data12)) {
                if (data12.length > 100) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/Condition/${key1.replace(/~/g, '~0').replace(/\//g, '~1')}/${key2.replace(/~/g, '~0').replace(/\//g, '~1')}`,
                    keyword: 'maxItems',
                    params: { limit: 100 },
                  });
                  errors++;
                }
                const len4 = data12.length;
                for (let i4 = 0; i4 < len4; i4++) {
                  const data13 = data12[i4];
                  const _errs55 = errors;
                  let valid18 = false;
                  const _errs56 = errors;
                  if (typeof data13 === 'string') {
                    if (func3(data13) > 2048) {
                      vErrors = kept(vErrors, {
                        instancePath: `${instancePath}/Condition/${key1.replace(/~/g, '~0').replace(/\//g, '~1')}/${key2.replace(/~/g, '~0').replace(/\//g, '~1')}/${i4}`,
                        keyword: 'maxLength',
                        params: { limit: 2048 },
                      });
                      errors++;
                    }
                  } else {
                    vErrors = kept(vErrors, {
                      instancePath: `${instancePath}/Condition/${key1.replace(/~/g, '~0').replace(/\//g, '~1')}/${key2.replace(/~/g, '~0').replace(/\//g, '~1')}/${i4}`,
                      keyword: 'type',
                      params: { type: 'string' },
                    });
                    errors++;
                  }
                  _valid5 = _errs56 === errors;
                  valid18 = valid18 || _valid5;
                  const _errs58 = errors;
                  if (!(typeof data13 === 'number' && Number.isFinite(data13))) {
                    vErrors = kept(vErrors, {
                      instancePath: `${instancePath}/Condition/${key1.replace(/~/g, '~0').replace(/\//g, '~1')}/${key2.replace(/~/g, '~0').replace(/\//g, '~1')}/${i4}`,
                      keyword: 'type',
                      params: { type: 'number' },
                    });
                    errors++;
                  }
                  _valid5 = _errs58 === errors;
                  valid18 = valid18 || _valid5;
                  const _errs60 = errors;
                  if (typeof data13 !== 'boolean') {
                    vErrors = kept(vErrors, {
                      instancePath: `${instancePath}/Condition/${key1.replace(/~/g, '~0').replace(/\//g, '~1')}/${key2.replace(/~/g, '~0').replace(/\//g, '~1')}/${i4}`,
                      keyword: 'type',
                      params: { type: 'boolean' },
                    });
                    errors++;
                  }
                  _valid5 = _errs60 === errors;
                  valid18 = valid18 || _valid5;
                  if (!valid18) {
                    vErrors = kept(vErrors, {
                      instancePath: `${instancePath}/Condition/${key1.replace(/~/g, '~0').replace(/\//g, '~1')}/${key2.replace(/~/g, '~0').replace(/\//g, '~1')}/${i4}`,
                      keyword: 'anyOf',
                      params: {},
                    });
                    errors++;
                  } else {
                    errors = _errs55;
                    if (vErrors !== null) {
                      if (_errs55) {
                        vErrors.length = _errs55;
                      } else {
                        vErrors = null;
                      }
                    }
                  }
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/Condition/${key1.replace(/~/g, '~0').replace(/\//g, '~1')}/${key2.replace(/~/g, '~0').replace(/\//g, '~1')}`,
                  keyword: 'type',
                  params: { type: 'array' },
                });
                errors++;
              }
              _valid4 = _errs52 === errors;
              valid15 = valid15 || _valid4;
              if (!valid15) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/Condition/${key1.replace(/~/g, '~0').replace(/\//g, '~1')}/${key2.replace(/~/g, '~0').replace(/\//g, '~1')}`,
                  keyword: 'anyOf',
                  params: {},
                });
                errors++;
              } else {
                errors = _errs45;
                if (vErrors !== null) {
                  if (_errs45) {
                    vErrors.length = _errs45;
                  } else {
                    vErrors = null;
                  }
                }
              }
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/Condition/${key1.replace(/~/g, '~0').replace(/\//g, '~1')}`,
              keyword: 'type',
              params: { type: 'object' },
            });
            errors++;
          }
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/Condition`,
          keyword: 'type',
          params: { type: 'object' },
        });
        errors++;
      }
    }
  } else {
    vErrors = kept(vErrors, { instancePath, keyword: 'type', params: { type: 'object' } });
    errors++;
  }
  validate62.errors = vErrors;
  return errors === 0;
}
validate62.evaluated = { props: true, dynamicProps: false, dynamicItems: false };

const _schema23 = {
  type: 'object',
  additionalProperties: false,
  required: ['url', 'ref'],
  properties: {
    url: {
      type: 'string',
      pattern:
        '^https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^http://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:[0-9]{1,5})?(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^ssh://([A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^file://(localhost)?(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:/?([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)*$',
      maxLength: 500,
    },
    ref: {
      type: 'string',
      pattern:
        '^(?!.*(\\.\\.|//|/\\.|\\.lock(/|$)|[./]$|@\\{))[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp} ~^:?*[\\\\./][^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp} ~^:?*[\\\\]*$',
      maxLength: 4000,
    },
    commit: { type: 'string', pattern: '^[0-9a-f]{40}$' },
  },
};
const pattern46 =
  /^https:\/\/[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(\/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?(\/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^ssh:\/\/([A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(\/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^file:\/\/(localhost)?(\/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:\/?([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+(\/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)*$/u;
const pattern47 =
  /^(?!.*(\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$|@\{))[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp} ~^:?*[\\./][^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp} ~^:?*[\\]*$/u;
const pattern48 = /^[0-9a-f]{40}$/u;

function validate64(data, { instancePath = '' } = {}) {
  let vErrors = null;
  let errors = 0;
  const evaluated0 = validate64.evaluated;
  if (evaluated0.dynamicProps) {
    evaluated0.props = undefined;
  }
  if (evaluated0.dynamicItems) {
    evaluated0.items = undefined;
  }
  if (data && typeof data === 'object' && !Array.isArray(data)) {
    if (data.url === undefined) {
      vErrors = kept(vErrors, { instancePath, keyword: 'required', params: { missingProperty: 'url' } });
      errors++;
    }
    if (data.ref === undefined) {
      vErrors = kept(vErrors, { instancePath, keyword: 'required', params: { missingProperty: 'ref' } });
      errors++;
    }
    for (const key0 in data) {
      if (!(key0 === 'url' || key0 === 'ref' || key0 === 'commit')) {
        vErrors = kept(vErrors, {
          instancePath,
          keyword: 'additionalProperties',
          params: { additionalProperty: key0 },
        });
        errors++;
      }
    }
    if (data.url !== undefined) {
      const data0 = data.url;
      if (typeof data0 === 'string') {
        if (func3(data0) > 500) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/url`,
            keyword: 'maxLength',
            params: { limit: 500 },
          });
          errors++;
        }
        if (!pattern46.test(data0)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/url`,
            keyword: 'pattern',
            params: {
              pattern:
                '^https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^http://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:[0-9]{1,5})?(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^ssh://([A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^file://(localhost)?(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)+$|^[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:/?([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+(/([A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})+)*$',
            },
          });
          errors++;
        }
      } else {
        vErrors = kept(vErrors, { instancePath: `${instancePath}/url`, keyword: 'type', params: { type: 'string' } });
        errors++;
      }
    }
    if (data.ref !== undefined) {
      const data1 = data.ref;
      if (typeof data1 === 'string') {
        if (func3(data1) > 4000) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/ref`,
            keyword: 'maxLength',
            params: { limit: 4000 },
          });
          errors++;
        }
        if (!pattern47.test(data1)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/ref`,
            keyword: 'pattern',
            params: {
              pattern:
                '^(?!.*(\\.\\.|//|/\\.|\\.lock(/|$)|[./]$|@\\{))[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp} ~^:?*[\\\\./][^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp} ~^:?*[\\\\]*$',
            },
          });
          errors++;
        }
      } else {
        vErrors = kept(vErrors, { instancePath: `${instancePath}/ref`, keyword: 'type', params: { type: 'string' } });
        errors++;
      }
    }
    if (data.commit !== undefined) {
      const data2 = data.commit;
      if (typeof data2 === 'string') {
        if (!pattern48.test(data2)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/commit`,
            keyword: 'pattern',
            params: { pattern: '^[0-9a-f]{40}$' },
          });
          errors++;
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/commit`,
          keyword: 'type',
          params: { type: 'string' },
        });
        errors++;
      }
    }
  } else {
    vErrors = kept(vErrors, { instancePath, keyword: 'type', params: { type: 'object' } });
    errors++;
  }
  validate64.errors = vErrors;
  return errors === 0;
}
validate64.evaluated = { props: true, dynamicProps: false, dynamicItems: false };

function validate52(data, { instancePath = '' } = {}) {
  /*# sourceURL="https://opensarlab.org/schemas/opensarlab.schema.json" */
  let vErrors = null;
  let errors = 0;
  const evaluated0 = validate52.evaluated;
  if (evaluated0.dynamicProps) {
    evaluated0.props = undefined;
  }
  if (evaluated0.dynamicItems) {
    evaluated0.items = undefined;
  }
  if (data && typeof data === 'object' && !Array.isArray(data)) {
    if (data.groups === undefined) {
      data.groups = [];
    }
    if (data.users === undefined) {
      data.users = {};
    }
    if (data.storage === undefined) {
      data.storage = {};
    }
    if (data.network === undefined) {
      data.network = {};
    }
    if (data.sources === undefined) {
      data.sources = {};
    }
    if (data.retain === undefined) {
      data.retain = {};
    }
    if (data.protected === undefined) {
      data.protected = false;
    }
    if (data.privacy === undefined) {
      data.privacy = 'pseudonyms';
    }
    if (data.aws === undefined) {
      vErrors = kept(vErrors, { instancePath, keyword: 'required', params: { missingProperty: 'aws' } });
      errors++;
    }
    if (data.parameters === undefined) {
      vErrors = kept(vErrors, { instancePath, keyword: 'required', params: { missingProperty: 'parameters' } });
      errors++;
    }
    if (data.nodes === undefined) {
      vErrors = kept(vErrors, { instancePath, keyword: 'required', params: { missingProperty: 'nodes' } });
      errors++;
    }
    if (data.profiles === undefined) {
      vErrors = kept(vErrors, { instancePath, keyword: 'required', params: { missingProperty: 'profiles' } });
      errors++;
    }
    for (const key0 in data) {
      if (!func1.call(schema19.properties, key0)) {
        vErrors = kept(vErrors, {
          instancePath,
          keyword: 'additionalProperties',
          params: { additionalProperty: key0 },
        });
        errors++;
      }
    }
    if (data.aws !== undefined) {
      const data0 = data.aws;
      if (data0 && typeof data0 === 'object' && !Array.isArray(data0)) {
        if (data0.plan_role === undefined) {
          data0.plan_role = 'opensarlab-plan';
        }
        if (data0.deploy_role === undefined) {
          data0.deploy_role = 'opensarlab-deploy';
        }
        if (data0.destroy_role === undefined) {
          data0.destroy_role = 'opensarlab-destroy';
        }
        if (data0.audit_role === undefined) {
          data0.audit_role = 'opensarlab-audit';
        }
        if (data0.cloudformation_role === undefined) {
          data0.cloudformation_role = 'opensarlab-cloudformation';
        }
        if (data0.permissions_boundary === undefined) {
          data0.permissions_boundary = 'opensarlab-boundary';
        }
        if (data0.cluster_admin_arns === undefined) {
          data0.cluster_admin_arns = [];
        }
        if (data0.account_id === undefined) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/aws`,
            keyword: 'required',
            params: { missingProperty: 'account_id' },
          });
          errors++;
        }
        if (data0.region === undefined) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/aws`,
            keyword: 'required',
            params: { missingProperty: 'region' },
          });
          errors++;
        }
        for (const key1 in data0) {
          if (!func1.call(schema19.properties.aws.properties, key1)) {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/aws`,
              keyword: 'additionalProperties',
              params: { additionalProperty: key1 },
            });
            errors++;
          }
        }
        if (data0.account_id !== undefined) {
          const data1 = data0.account_id;
          if (typeof data1 === 'string') {
            if (!pattern3.test(data1)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/aws/account_id`,
                keyword: 'pattern',
                params: { pattern: '^[0-9]{12}$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/aws/account_id`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        if (data0.region !== undefined) {
          const data2 = data0.region;
          if (typeof data2 === 'string') {
            if (func3(data2) > 25) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/aws/region`,
                keyword: 'maxLength',
                params: { limit: 25 },
              });
              errors++;
            }
            if (!pattern4.test(data2)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/aws/region`,
                keyword: 'pattern',
                params: { pattern: '^[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/aws/region`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        if (!validate53(data0.plan_role, { instancePath: `${instancePath}/aws/plan_role` })) {
          vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
          errors = vErrors.length;
        }
        if (!validate53(data0.deploy_role, { instancePath: `${instancePath}/aws/deploy_role` })) {
          vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
          errors = vErrors.length;
        }
        if (!validate53(data0.destroy_role, { instancePath: `${instancePath}/aws/destroy_role` })) {
          vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
          errors = vErrors.length;
        }
        if (!validate53(data0.audit_role, { instancePath: `${instancePath}/aws/audit_role` })) {
          vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
          errors = vErrors.length;
        }
        if (!validate53(data0.cloudformation_role, { instancePath: `${instancePath}/aws/cloudformation_role` })) {
          vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
          errors = vErrors.length;
        }
        const data8 = data0.permissions_boundary;
        if (typeof data8 === 'string') {
          if (func3(data8) > 128) {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/aws/permissions_boundary`,
              keyword: 'maxLength',
              params: { limit: 128 },
            });
            errors++;
          }
          if (!pattern5.test(data8)) {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/aws/permissions_boundary`,
              keyword: 'pattern',
              params: { pattern: '^[A-Za-z0-9+=,.@_-]+$' },
            });
            errors++;
          }
        } else {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/aws/permissions_boundary`,
            keyword: 'type',
            params: { type: 'string' },
          });
          errors++;
        }
        const data9 = data0.cluster_admin_arns;
        if (Array.isArray(data9)) {
          if (data9.length > 20) {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/aws/cluster_admin_arns`,
              keyword: 'maxItems',
              params: { limit: 20 },
            });
            errors++;
          }
          const len0 = data9.length;
          for (let i0 = 0; i0 < len0; i0++) {
            const data10 = data9[i0];
            if (typeof data10 === 'string') {
              if (func3(data10) > 600) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/aws/cluster_admin_arns/${i0}`,
                  keyword: 'maxLength',
                  params: { limit: 600 },
                });
                errors++;
              }
              if (!pattern7.test(data10)) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/aws/cluster_admin_arns/${i0}`,
                  keyword: 'pattern',
                  params: { pattern: '^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9+=,.@_/-]+$' },
                });
                errors++;
              }
            } else {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/aws/cluster_admin_arns/${i0}`,
                keyword: 'type',
                params: { type: 'string' },
              });
              errors++;
            }
          }
          let i1 = data9.length;
          let j0;
          if (i1 > 1) {
            const indices0 = {};
            for (; i1--; ) {
              const item0 = data9[i1];
              if (typeof item0 !== 'string') {
                continue;
              }
              if (typeof indices0[item0] === 'number') {
                j0 = indices0[item0];
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/aws/cluster_admin_arns`,
                  keyword: 'uniqueItems',
                  params: { i: i1, j: j0 },
                });
                errors++;
                break;
              }
              indices0[item0] = i1;
            }
          }
        } else {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/aws/cluster_admin_arns`,
            keyword: 'type',
            params: { type: 'array' },
          });
          errors++;
        }
      } else {
        vErrors = kept(vErrors, { instancePath: `${instancePath}/aws`, keyword: 'type', params: { type: 'object' } });
        errors++;
      }
    }
    if (data.parameters !== undefined) {
      const data11 = data.parameters;
      if (data11 && typeof data11 === 'object' && !Array.isArray(data11)) {
        if (data11.deployment_url === undefined) {
          data11.deployment_url = 'load balancer';
        }
        if (data11.cost_tag_key === undefined) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/parameters`,
            keyword: 'required',
            params: { missingProperty: 'cost_tag_key' },
          });
          errors++;
        }
        if (data11.cost_tag_value === undefined) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/parameters`,
            keyword: 'required',
            params: { missingProperty: 'cost_tag_value' },
          });
          errors++;
        }
        if (data11.admin_user_name === undefined) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/parameters`,
            keyword: 'required',
            params: { missingProperty: 'admin_user_name' },
          });
          errors++;
        }
        if (data11.admin_email_address === undefined) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/parameters`,
            keyword: 'required',
            params: { missingProperty: 'admin_email_address' },
          });
          errors++;
        }
        if (data11.az_suffix === undefined) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/parameters`,
            keyword: 'required',
            params: { missingProperty: 'az_suffix' },
          });
          errors++;
        }
        for (const key2 in data11) {
          if (!func1.call(schema19.properties.parameters.properties, key2)) {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters`,
              keyword: 'additionalProperties',
              params: { additionalProperty: key2 },
            });
            errors++;
          }
        }
        if (data11.code_commit_repo_name !== undefined) {
          const data12 = data11.code_commit_repo_name;
          if (typeof data12 === 'string') {
            if (func3(data12) > 100) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/code_commit_repo_name`,
                keyword: 'maxLength',
                params: { limit: 100 },
              });
              errors++;
            }
            if (!pattern8.test(data12)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/code_commit_repo_name`,
                keyword: 'pattern',
                params: { pattern: '^[A-Za-z0-9_.-]+$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/code_commit_repo_name`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        if (data11.code_commit_branch_name !== undefined) {
          const data13 = data11.code_commit_branch_name;
          if (typeof data13 === 'string') {
            if (func3(data13) > 256) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/code_commit_branch_name`,
                keyword: 'maxLength',
                params: { limit: 256 },
              });
              errors++;
            }
            if (!pattern9.test(data13)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/code_commit_branch_name`,
                keyword: 'pattern',
                params: { pattern: '^[A-Za-z0-9_./-]+$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/code_commit_branch_name`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        if (data11.cost_tag_key !== undefined) {
          const data14 = data11.cost_tag_key;
          if (typeof data14 === 'string') {
            if (func3(data14) > 128) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/cost_tag_key`,
                keyword: 'maxLength',
                params: { limit: 128 },
              });
              errors++;
            }
            if (!pattern10.test(data14)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/cost_tag_key`,
                keyword: 'pattern',
                params: { pattern: '^(?![aA][wW][sS]:)[A-Za-z0-9_:/+@-]+$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/cost_tag_key`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        if (data11.cost_tag_value !== undefined) {
          const data15 = data11.cost_tag_value;
          if (typeof data15 === 'string') {
            if (func3(data15) > 100) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/cost_tag_value`,
                keyword: 'maxLength',
                params: { limit: 100 },
              });
              errors++;
            }
            if (!pattern11.test(data15)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/cost_tag_value`,
                keyword: 'pattern',
                params: { pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/cost_tag_value`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        if (data11.admin_user_name !== undefined) {
          const data16 = data11.admin_user_name;
          if (typeof data16 === 'string') {
            if (func3(data16) > 63) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/admin_user_name`,
                keyword: 'maxLength',
                params: { limit: 63 },
              });
              errors++;
            }
            if (!pattern12.test(data16)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/admin_user_name`,
                keyword: 'pattern',
                params: { pattern: '^[a-z0-9][a-z0-9_.@+-]*$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/admin_user_name`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        if (data11.admin_email_address !== undefined) {
          const data17 = data11.admin_email_address;
          if (typeof data17 === 'string') {
            if (func3(data17) > 254) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/admin_email_address`,
                keyword: 'maxLength',
                params: { limit: 254 },
              });
              errors++;
            }
            if (!pattern13.test(data17)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/admin_email_address`,
                keyword: 'pattern',
                params: {
                  pattern:
                    "^(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$",
                },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/admin_email_address`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        if (data11.admin_email_address_sns_arn !== undefined) {
          const data18 = data11.admin_email_address_sns_arn;
          if (typeof data18 === 'string') {
            if (func3(data18) > 512) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/admin_email_address_sns_arn`,
                keyword: 'maxLength',
                params: { limit: 512 },
              });
              errors++;
            }
            if (!pattern14.test(data18)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/admin_email_address_sns_arn`,
                keyword: 'pattern',
                params: {
                  pattern: "^arn:aws[a-z-]*:ses:[a-z0-9-]+:[0-9]{12}:identity/[A-Za-z0-9!#$%&'*+/=?^_`{|}~.@-]+$",
                },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/admin_email_address_sns_arn`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        if (data11.certificate_arn !== undefined) {
          const data19 = data11.certificate_arn;
          if (typeof data19 === 'string') {
            if (func3(data19) > 512) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/certificate_arn`,
                keyword: 'maxLength',
                params: { limit: 512 },
              });
              errors++;
            }
            if (!pattern15.test(data19)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/certificate_arn`,
                keyword: 'pattern',
                params: { pattern: '^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/certificate_arn`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        if (data11.container_namespace !== undefined) {
          const data20 = data11.container_namespace;
          if (typeof data20 === 'string') {
            if (func3(data20) > 200) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/container_namespace`,
                keyword: 'maxLength',
                params: { limit: 200 },
              });
              errors++;
            }
            if (!pattern16.test(data20)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/container_namespace`,
                keyword: 'pattern',
                params: { pattern: '^[a-z0-9]+([._-][a-z0-9]+)*$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/container_namespace`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        const data21 = data11.deployment_url;
        if (typeof data21 === 'string') {
          if (func3(data21) > 260) {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/deployment_url`,
              keyword: 'maxLength',
              params: { limit: 260 },
            });
            errors++;
          }
          if (func3(data21) < 1) {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/deployment_url`,
              keyword: 'minLength',
              params: { limit: 1 },
            });
            errors++;
          }
        } else {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/parameters/deployment_url`,
            keyword: 'type',
            params: { type: 'string' },
          });
          errors++;
        }
        if (data11.az_suffix !== undefined) {
          const data22 = data11.az_suffix;
          if (typeof data22 === 'string') {
            if (!pattern17.test(data22)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/az_suffix`,
                keyword: 'pattern',
                params: { pattern: '^[a-z]$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/az_suffix`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        if (data11.ical_url !== undefined) {
          const data23 = data11.ical_url;
          if (typeof data23 === 'string') {
            if (func3(data23) > 2000) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/ical_url`,
                keyword: 'maxLength',
                params: { limit: 2000 },
              });
              errors++;
            }
            if (!pattern18.test(data23)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/ical_url`,
                keyword: 'pattern',
                params: { pattern: '^https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?([/?#][!-~]*)?$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/ical_url`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        if (data11.user_whitelist_bucket !== undefined) {
          const data24 = data11.user_whitelist_bucket;
          if (typeof data24 === 'string') {
            if (func3(data24) > 63) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/user_whitelist_bucket`,
                keyword: 'maxLength',
                params: { limit: 63 },
              });
              errors++;
            }
            if (func3(data24) < 3) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/user_whitelist_bucket`,
                keyword: 'minLength',
                params: { limit: 3 },
              });
              errors++;
            }
            if (!pattern19.test(data24)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/user_whitelist_bucket`,
                keyword: 'pattern',
                params: { pattern: '^[a-z0-9][a-z0-9.-]*[a-z0-9]$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/user_whitelist_bucket`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        if (data11.user_whitelist_csv !== undefined) {
          const data25 = data11.user_whitelist_csv;
          if (typeof data25 === 'string') {
            if (func3(data25) > 1024) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/user_whitelist_csv`,
                keyword: 'maxLength',
                params: { limit: 1024 },
              });
              errors++;
            }
            if (func3(data25) < 1) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/parameters/user_whitelist_csv`,
                keyword: 'minLength',
                params: { limit: 1 },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/parameters/user_whitelist_csv`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/parameters`,
          keyword: 'type',
          params: { type: 'object' },
        });
        errors++;
      }
    }
    if (data.nodes !== undefined) {
      const data26 = data.nodes;
      if (Array.isArray(data26)) {
        if (data26.length > 30) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/nodes`,
            keyword: 'maxItems',
            params: { limit: 30 },
          });
          errors++;
        }
        if (data26.length < 1) {
          vErrors = kept(vErrors, { instancePath: `${instancePath}/nodes`, keyword: 'minItems', params: { limit: 1 } });
          errors++;
        }
        const len1 = data26.length;
        for (let i2 = 0; i2 < len1; i2++) {
          const data27 = data26[i2];
          if (data27 && typeof data27 === 'object' && !Array.isArray(data27)) {
            if (data27.root_volume_size === undefined) {
              data27.root_volume_size = 50;
            }
            if (data27.is_hub === undefined) {
              data27.is_hub = false;
            }
            if (data27.is_spot === undefined) {
              data27.is_spot = false;
            }
            if (data27.name === undefined) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/nodes/${i2}`,
                keyword: 'required',
                params: { missingProperty: 'name' },
              });
              errors++;
            }
            if (data27.instance === undefined) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/nodes/${i2}`,
                keyword: 'required',
                params: { missingProperty: 'instance' },
              });
              errors++;
            }
            if (data27.min_number === undefined) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/nodes/${i2}`,
                keyword: 'required',
                params: { missingProperty: 'min_number' },
              });
              errors++;
            }
            if (data27.max_number === undefined) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/nodes/${i2}`,
                keyword: 'required',
                params: { missingProperty: 'max_number' },
              });
              errors++;
            }
            if (data27.node_policy === undefined) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/nodes/${i2}`,
                keyword: 'required',
                params: { missingProperty: 'node_policy' },
              });
              errors++;
            }
            for (const key3 in data27) {
              if (
                !(
                  key3 === 'name' ||
                  key3 === 'instance' ||
                  key3 === 'min_number' ||
                  key3 === 'max_number' ||
                  key3 === 'node_policy' ||
                  key3 === 'root_volume_size' ||
                  key3 === 'is_hub' ||
                  key3 === 'is_spot'
                )
              ) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/nodes/${i2}`,
                  keyword: 'additionalProperties',
                  params: { additionalProperty: key3 },
                });
                errors++;
              }
            }
            if (data27.name !== undefined) {
              const data28 = data27.name;
              if (typeof data28 === 'string') {
                if (func3(data28) > 30) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/nodes/${i2}/name`,
                    keyword: 'maxLength',
                    params: { limit: 30 },
                  });
                  errors++;
                }
                if (!pattern20.test(data28)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/nodes/${i2}/name`,
                    keyword: 'pattern',
                    params: { pattern: '^[A-Za-z0-9]+$' },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/nodes/${i2}/name`,
                  keyword: 'type',
                  params: { type: 'string' },
                });
                errors++;
              }
            }
            if (data27.instance !== undefined) {
              const data29 = data27.instance;
              if (typeof data29 === 'string') {
                if (func3(data29) > 400) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/nodes/${i2}/instance`,
                    keyword: 'maxLength',
                    params: { limit: 400 },
                  });
                  errors++;
                }
                if (!pattern21.test(data29)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/nodes/${i2}/instance`,
                    keyword: 'pattern',
                    params: { pattern: '^\\s*[a-z0-9-]+\\.[a-z0-9-]+(\\s*,\\s*[a-z0-9-]+\\.[a-z0-9-]+)*\\s*$' },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/nodes/${i2}/instance`,
                  keyword: 'type',
                  params: { type: 'string' },
                });
                errors++;
              }
            }
            if (data27.min_number !== undefined) {
              const data30 = data27.min_number;
              if (!(typeof data30 === 'number' && !(data30 % 1) && !Number.isNaN(data30) && Number.isFinite(data30))) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/nodes/${i2}/min_number`,
                  keyword: 'type',
                  params: { type: 'integer' },
                });
                errors++;
              }
              if (typeof data30 === 'number' && Number.isFinite(data30)) {
                if (data30 > 1000 || Number.isNaN(data30)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/nodes/${i2}/min_number`,
                    keyword: 'maximum',
                    params: { comparison: '<=', limit: 1000 },
                  });
                  errors++;
                }
                if (data30 < 0 || Number.isNaN(data30)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/nodes/${i2}/min_number`,
                    keyword: 'minimum',
                    params: { comparison: '>=', limit: 0 },
                  });
                  errors++;
                }
              }
            }
            if (data27.max_number !== undefined) {
              const data31 = data27.max_number;
              if (!(typeof data31 === 'number' && !(data31 % 1) && !Number.isNaN(data31) && Number.isFinite(data31))) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/nodes/${i2}/max_number`,
                  keyword: 'type',
                  params: { type: 'integer' },
                });
                errors++;
              }
              if (typeof data31 === 'number' && Number.isFinite(data31)) {
                if (data31 > 1000 || Number.isNaN(data31)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/nodes/${i2}/max_number`,
                    keyword: 'maximum',
                    params: { comparison: '<=', limit: 1000 },
                  });
                  errors++;
                }
                if (data31 < 1 || Number.isNaN(data31)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/nodes/${i2}/max_number`,
                    keyword: 'minimum',
                    params: { comparison: '>=', limit: 1 },
                  });
                  errors++;
                }
              }
            }
            if (data27.node_policy !== undefined) {
              const data32 = data27.node_policy;
              if (typeof data32 !== 'string') {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/nodes/${i2}/node_policy`,
                  keyword: 'type',
                  params: { type: 'string' },
                });
                errors++;
              }
              if (!(data32 === 'hub' || data32 === 'user')) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/nodes/${i2}/node_policy`,
                  keyword: 'enum',
                  params: { allowedValues: schema19.properties.nodes.items.properties.node_policy.enum },
                });
                errors++;
              }
            }
            const data33 = data27.root_volume_size;
            if (!(typeof data33 === 'number' && !(data33 % 1) && !Number.isNaN(data33) && Number.isFinite(data33))) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/nodes/${i2}/root_volume_size`,
                keyword: 'type',
                params: { type: 'integer' },
              });
              errors++;
            }
            if (typeof data33 === 'number' && Number.isFinite(data33)) {
              if (data33 > 16384 || Number.isNaN(data33)) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/nodes/${i2}/root_volume_size`,
                  keyword: 'maximum',
                  params: { comparison: '<=', limit: 16384 },
                });
                errors++;
              }
              if (data33 < 20 || Number.isNaN(data33)) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/nodes/${i2}/root_volume_size`,
                  keyword: 'minimum',
                  params: { comparison: '>=', limit: 20 },
                });
                errors++;
              }
            }
            if (typeof data27.is_hub !== 'boolean') {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/nodes/${i2}/is_hub`,
                keyword: 'type',
                params: { type: 'boolean' },
              });
              errors++;
            }
            if (typeof data27.is_spot !== 'boolean') {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/nodes/${i2}/is_spot`,
                keyword: 'type',
                params: { type: 'boolean' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/nodes/${i2}`,
              keyword: 'type',
              params: { type: 'object' },
            });
            errors++;
          }
        }
      } else {
        vErrors = kept(vErrors, { instancePath: `${instancePath}/nodes`, keyword: 'type', params: { type: 'array' } });
        errors++;
      }
    }
    if (data.profiles !== undefined) {
      const data36 = data.profiles;
      if (Array.isArray(data36)) {
        if (data36.length > 60) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/profiles`,
            keyword: 'maxItems',
            params: { limit: 60 },
          });
          errors++;
        }
        if (data36.length < 1) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/profiles`,
            keyword: 'minItems',
            params: { limit: 1 },
          });
          errors++;
        }
        const len2 = data36.length;
        for (let i3 = 0; i3 < len2; i3++) {
          const data37 = data36[i3];
          if (data37 && typeof data37 === 'object' && !Array.isArray(data37)) {
            if (data37.delete_user_volumes === undefined) {
              data37.delete_user_volumes = false;
            }
            if (data37.classic === undefined) {
              data37.classic = false;
            }
            if (data37.desktop === undefined) {
              data37.desktop = false;
            }
            if (data37.default === undefined) {
              data37.default = false;
            }
            if (data37.name === undefined) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/profiles/${i3}`,
                keyword: 'required',
                params: { missingProperty: 'name' },
              });
              errors++;
            }
            if (data37.description === undefined) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/profiles/${i3}`,
                keyword: 'required',
                params: { missingProperty: 'description' },
              });
              errors++;
            }
            if (data37.image_name === undefined) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/profiles/${i3}`,
                keyword: 'required',
                params: { missingProperty: 'image_name' },
              });
              errors++;
            }
            if (data37.image_tag === undefined) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/profiles/${i3}`,
                keyword: 'required',
                params: { missingProperty: 'image_tag' },
              });
              errors++;
            }
            if (data37.node_name === undefined) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/profiles/${i3}`,
                keyword: 'required',
                params: { missingProperty: 'node_name' },
              });
              errors++;
            }
            if (data37.storage_capacity === undefined) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/profiles/${i3}`,
                keyword: 'required',
                params: { missingProperty: 'storage_capacity' },
              });
              errors++;
            }
            for (const key4 in data37) {
              if (!func1.call(schema19.properties.profiles.items.properties, key4)) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/profiles/${i3}`,
                  keyword: 'additionalProperties',
                  params: { additionalProperty: key4 },
                });
                errors++;
              }
            }
            if (data37.name !== undefined) {
              const data38 = data37.name;
              if (typeof data38 === 'string') {
                if (func3(data38) > 63) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/name`,
                    keyword: 'maxLength',
                    params: { limit: 63 },
                  });
                  errors++;
                }
                if (!pattern22.test(data38)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/name`,
                    keyword: 'pattern',
                    params: { pattern: '^[A-Za-z0-9]([A-Za-z0-9_. -]*[A-Za-z0-9])?$' },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/profiles/${i3}/name`,
                  keyword: 'type',
                  params: { type: 'string' },
                });
                errors++;
              }
            }
            if (data37.description !== undefined) {
              const data39 = data37.description;
              if (typeof data39 === 'string') {
                if (func3(data39) > 1000) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/description`,
                    keyword: 'maxLength',
                    params: { limit: 1000 },
                  });
                  errors++;
                }
                if (func3(data39) < 1) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/description`,
                    keyword: 'minLength',
                    params: { limit: 1 },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/profiles/${i3}/description`,
                  keyword: 'type',
                  params: { type: 'string' },
                });
                errors++;
              }
            }
            if (data37.image_name !== undefined) {
              const data40 = data37.image_name;
              if (typeof data40 === 'string') {
                if (func3(data40) > 100) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/image_name`,
                    keyword: 'maxLength',
                    params: { limit: 100 },
                  });
                  errors++;
                }
                if (!pattern23.test(data40)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/image_name`,
                    keyword: 'pattern',
                    params: { pattern: '^[a-z0-9]+$' },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/profiles/${i3}/image_name`,
                  keyword: 'type',
                  params: { type: 'string' },
                });
                errors++;
              }
            }
            if (data37.image_tag !== undefined) {
              const data41 = data37.image_tag;
              if (typeof data41 === 'string') {
                if (func3(data41) > 128) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/image_tag`,
                    keyword: 'maxLength',
                    params: { limit: 128 },
                  });
                  errors++;
                }
                if (!pattern24.test(data41)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/image_tag`,
                    keyword: 'pattern',
                    params: { pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$' },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/profiles/${i3}/image_tag`,
                  keyword: 'type',
                  params: { type: 'string' },
                });
                errors++;
              }
            }
            if (data37.node_name !== undefined) {
              const data42 = data37.node_name;
              if (typeof data42 === 'string') {
                if (func3(data42) > 30) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/node_name`,
                    keyword: 'maxLength',
                    params: { limit: 30 },
                  });
                  errors++;
                }
                if (func3(data42) < 1) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/node_name`,
                    keyword: 'minLength',
                    params: { limit: 1 },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/profiles/${i3}/node_name`,
                  keyword: 'type',
                  params: { type: 'string' },
                });
                errors++;
              }
            }
            if (data37.storage_capacity !== undefined) {
              const data43 = data37.storage_capacity;
              if (typeof data43 === 'string') {
                if (func3(data43) > 20) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/storage_capacity`,
                    keyword: 'maxLength',
                    params: { limit: 20 },
                  });
                  errors++;
                }
                if (!pattern25.test(data43)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/storage_capacity`,
                    keyword: 'pattern',
                    params: {
                      pattern:
                        '^\\+?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?[0-9]{1,2})?$',
                    },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/profiles/${i3}/storage_capacity`,
                  keyword: 'type',
                  params: { type: 'string' },
                });
                errors++;
              }
            }
            if (data37.group !== undefined) {
              const data44 = data37.group;
              if (typeof data44 === 'string') {
                if (func3(data44) > 63) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/group`,
                    keyword: 'maxLength',
                    params: { limit: 63 },
                  });
                  errors++;
                }
                if (!pattern26.test(data44)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/group`,
                    keyword: 'pattern',
                    params: { pattern: '^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$' },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/profiles/${i3}/group`,
                  keyword: 'type',
                  params: { type: 'string' },
                });
                errors++;
              }
            }
            if (data37.hook_script !== undefined) {
              const data45 = data37.hook_script;
              if (typeof data45 === 'string') {
                if (func3(data45) > 100) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/hook_script`,
                    keyword: 'maxLength',
                    params: { limit: 100 },
                  });
                  errors++;
                }
                if (!pattern27.test(data45)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/hook_script`,
                    keyword: 'pattern',
                    params: { pattern: '^(None|[A-Za-z0-9_][A-Za-z0-9_.-]*\\.sh)$' },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/profiles/${i3}/hook_script`,
                  keyword: 'type',
                  params: { type: 'string' },
                });
                errors++;
              }
            }
            if (data37.service_account !== undefined) {
              const data46 = data37.service_account;
              if (typeof data46 === 'string') {
                if (func3(data46) > 63) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/service_account`,
                    keyword: 'maxLength',
                    params: { limit: 63 },
                  });
                  errors++;
                }
                if (!pattern28.test(data46)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/service_account`,
                    keyword: 'pattern',
                    params: { pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$' },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/profiles/${i3}/service_account`,
                  keyword: 'type',
                  params: { type: 'string' },
                });
                errors++;
              }
            }
            if (data37.memory_guarantee !== undefined) {
              if (
                !validate59(data37.memory_guarantee, {
                  instancePath: `${instancePath}/profiles/${i3}/memory_guarantee`,
                })
              ) {
                vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
                errors = vErrors.length;
              }
            }
            if (data37.memory_limit !== undefined) {
              if (!validate59(data37.memory_limit, { instancePath: `${instancePath}/profiles/${i3}/memory_limit` })) {
                vErrors = vErrors === null ? validate59.errors : vErrors.concat(validate59.errors);
                errors = vErrors.length;
              }
            }
            if (data37.cpu_guarantee !== undefined) {
              const data49 = data37.cpu_guarantee;
              if (typeof data49 === 'number' && Number.isFinite(data49)) {
                if (data49 > 1000 || Number.isNaN(data49)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/cpu_guarantee`,
                    keyword: 'maximum',
                    params: { comparison: '<=', limit: 1000 },
                  });
                  errors++;
                }
                if (data49 < 0 || Number.isNaN(data49)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/cpu_guarantee`,
                    keyword: 'minimum',
                    params: { comparison: '>=', limit: 0 },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/profiles/${i3}/cpu_guarantee`,
                  keyword: 'type',
                  params: { type: 'number' },
                });
                errors++;
              }
            }
            if (data37.cpu_limit !== undefined) {
              const data50 = data37.cpu_limit;
              if (typeof data50 === 'number' && Number.isFinite(data50)) {
                if (data50 > 1000 || Number.isNaN(data50)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/cpu_limit`,
                    keyword: 'maximum',
                    params: { comparison: '<=', limit: 1000 },
                  });
                  errors++;
                }
                if (data50 < 0.001 || Number.isNaN(data50)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/profiles/${i3}/cpu_limit`,
                    keyword: 'minimum',
                    params: { comparison: '>=', limit: 0.001 },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/profiles/${i3}/cpu_limit`,
                  keyword: 'type',
                  params: { type: 'number' },
                });
                errors++;
              }
            }
            if (typeof data37.delete_user_volumes !== 'boolean') {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/profiles/${i3}/delete_user_volumes`,
                keyword: 'type',
                params: { type: 'boolean' },
              });
              errors++;
            }
            if (typeof data37.classic !== 'boolean') {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/profiles/${i3}/classic`,
                keyword: 'type',
                params: { type: 'boolean' },
              });
              errors++;
            }
            if (typeof data37.desktop !== 'boolean') {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/profiles/${i3}/desktop`,
                keyword: 'type',
                params: { type: 'boolean' },
              });
              errors++;
            }
            if (typeof data37.default !== 'boolean') {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/profiles/${i3}/default`,
                keyword: 'type',
                params: { type: 'boolean' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/profiles/${i3}`,
              keyword: 'type',
              params: { type: 'object' },
            });
            errors++;
          }
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/profiles`,
          keyword: 'type',
          params: { type: 'array' },
        });
        errors++;
      }
    }
    if (data.service_accounts !== undefined) {
      const data55 = data.service_accounts;
      if (Array.isArray(data55)) {
        if (data55.length > 20) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/service_accounts`,
            keyword: 'maxItems',
            params: { limit: 20 },
          });
          errors++;
        }
        const len3 = data55.length;
        for (let i4 = 0; i4 < len3; i4++) {
          const data56 = data55[i4];
          if (data56 && typeof data56 === 'object' && !Array.isArray(data56)) {
            if (data56.namespace === undefined) {
              data56.namespace = 'jupyter';
            }
            if (data56.name === undefined) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/service_accounts/${i4}`,
                keyword: 'required',
                params: { missingProperty: 'name' },
              });
              errors++;
            }
            if (data56.permissions === undefined) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/service_accounts/${i4}`,
                keyword: 'required',
                params: { missingProperty: 'permissions' },
              });
              errors++;
            }
            for (const key5 in data56) {
              if (!(key5 === 'name' || key5 === 'namespace' || key5 === 'permissions')) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/service_accounts/${i4}`,
                  keyword: 'additionalProperties',
                  params: { additionalProperty: key5 },
                });
                errors++;
              }
            }
            if (data56.name !== undefined) {
              const data57 = data56.name;
              if (typeof data57 === 'string') {
                if (func3(data57) > 63) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/service_accounts/${i4}/name`,
                    keyword: 'maxLength',
                    params: { limit: 63 },
                  });
                  errors++;
                }
                if (!pattern28.test(data57)) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/service_accounts/${i4}/name`,
                    keyword: 'pattern',
                    params: { pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$' },
                  });
                  errors++;
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/service_accounts/${i4}/name`,
                  keyword: 'type',
                  params: { type: 'string' },
                });
                errors++;
              }
            }
            const data58 = data56.namespace;
            if (typeof data58 !== 'string') {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/service_accounts/${i4}/namespace`,
                keyword: 'type',
                params: { type: 'string' },
              });
              errors++;
            }
            if (!(data58 === 'jupyter')) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/service_accounts/${i4}/namespace`,
                keyword: 'enum',
                params: { allowedValues: schema19.properties.service_accounts.items.properties.namespace.enum },
              });
              errors++;
            }
            if (data56.permissions !== undefined) {
              const data59 = data56.permissions;
              if (Array.isArray(data59)) {
                if (data59.length > 50) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/service_accounts/${i4}/permissions`,
                    keyword: 'maxItems',
                    params: { limit: 50 },
                  });
                  errors++;
                }
                if (data59.length < 1) {
                  vErrors = kept(vErrors, {
                    instancePath: `${instancePath}/service_accounts/${i4}/permissions`,
                    keyword: 'minItems',
                    params: { limit: 1 },
                  });
                  errors++;
                }
                const len4 = data59.length;
                for (let i5 = 0; i5 < len4; i5++) {
                  if (
                    !validate62(data59[i5], {
                      instancePath: `${instancePath}/service_accounts/${i4}/permissions/${i5}`,
                    })
                  ) {
                    vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
                    errors = vErrors.length;
                  }
                }
              } else {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/service_accounts/${i4}/permissions`,
                  keyword: 'type',
                  params: { type: 'array' },
                });
                errors++;
              }
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/service_accounts/${i4}`,
              keyword: 'type',
              params: { type: 'object' },
            });
            errors++;
          }
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/service_accounts`,
          keyword: 'type',
          params: { type: 'array' },
        });
        errors++;
      }
    }
    const data61 = data.groups;
    if (Array.isArray(data61)) {
      if (data61.length > 200) {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/groups`,
          keyword: 'maxItems',
          params: { limit: 200 },
        });
        errors++;
      }
      const len5 = data61.length;
      for (let i6 = 0; i6 < len5; i6++) {
        const data62 = data61[i6];
        if (data62 && typeof data62 === 'object' && !Array.isArray(data62)) {
          if (data62.all_users === undefined) {
            data62.all_users = false;
          }
          if (data62.enabled === undefined) {
            data62.enabled = true;
          }
          if (data62.name === undefined) {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/groups/${i6}`,
              keyword: 'required',
              params: { missingProperty: 'name' },
            });
            errors++;
          }
          for (const key6 in data62) {
            if (!(key6 === 'name' || key6 === 'description' || key6 === 'all_users' || key6 === 'enabled')) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/groups/${i6}`,
                keyword: 'additionalProperties',
                params: { additionalProperty: key6 },
              });
              errors++;
            }
          }
          if (data62.name !== undefined) {
            const data63 = data62.name;
            if (typeof data63 === 'string') {
              if (func3(data63) > 63) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/groups/${i6}/name`,
                  keyword: 'maxLength',
                  params: { limit: 63 },
                });
                errors++;
              }
              if (!pattern26.test(data63)) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/groups/${i6}/name`,
                  keyword: 'pattern',
                  params: { pattern: '^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$' },
                });
                errors++;
              }
            } else {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/groups/${i6}/name`,
                keyword: 'type',
                params: { type: 'string' },
              });
              errors++;
            }
          }
          if (data62.description !== undefined) {
            const data64 = data62.description;
            if (typeof data64 === 'string') {
              if (func3(data64) > 1000) {
                vErrors = kept(vErrors, {
                  instancePath: `${instancePath}/groups/${i6}/description`,
                  keyword: 'maxLength',
                  params: { limit: 1000 },
                });
                errors++;
              }
            } else {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/groups/${i6}/description`,
                keyword: 'type',
                params: { type: 'string' },
              });
              errors++;
            }
          }
          if (typeof data62.all_users !== 'boolean') {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/groups/${i6}/all_users`,
              keyword: 'type',
              params: { type: 'boolean' },
            });
            errors++;
          }
          if (typeof data62.enabled !== 'boolean') {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/groups/${i6}/enabled`,
              keyword: 'type',
              params: { type: 'boolean' },
            });
            errors++;
          }
        } else {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/groups/${i6}`,
            keyword: 'type',
            params: { type: 'object' },
          });
          errors++;
        }
      }
    } else {
      vErrors = kept(vErrors, { instancePath: `${instancePath}/groups`, keyword: 'type', params: { type: 'array' } });
      errors++;
    }
    const data67 = data.users;
    if (data67 && typeof data67 === 'object' && !Array.isArray(data67)) {
      if (data67.sign_up === undefined) {
        data67.sign_up = 'closed';
      }
      if (data67.allowed_email_domains === undefined) {
        data67.allowed_email_domains = [];
      }
      if (data67.allowed_emails === undefined) {
        data67.allowed_emails = [];
      }
      for (const key7 in data67) {
        if (!(key7 === 'sign_up' || key7 === 'allowed_email_domains' || key7 === 'allowed_emails')) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/users`,
            keyword: 'additionalProperties',
            params: { additionalProperty: key7 },
          });
          errors++;
        }
      }
      const data68 = data67.sign_up;
      if (typeof data68 !== 'string') {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/users/sign_up`,
          keyword: 'type',
          params: { type: 'string' },
        });
        errors++;
      }
      if (!(data68 === 'closed' || data68 === 'approval' || data68 === 'open')) {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/users/sign_up`,
          keyword: 'enum',
          params: { allowedValues: schema19.properties.users.properties.sign_up.enum },
        });
        errors++;
      }
      const data69 = data67.allowed_email_domains;
      if (Array.isArray(data69)) {
        if (data69.length > 100) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/users/allowed_email_domains`,
            keyword: 'maxItems',
            params: { limit: 100 },
          });
          errors++;
        }
        const len6 = data69.length;
        for (let i7 = 0; i7 < len6; i7++) {
          const data70 = data69[i7];
          if (typeof data70 === 'string') {
            if (func3(data70) > 253) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/users/allowed_email_domains/${i7}`,
                keyword: 'maxLength',
                params: { limit: 253 },
              });
              errors++;
            }
            if (!pattern41.test(data70)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/users/allowed_email_domains/${i7}`,
                keyword: 'pattern',
                params: { pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/users/allowed_email_domains/${i7}`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        let i8 = data69.length;
        let j1;
        if (i8 > 1) {
          const indices1 = {};
          for (; i8--; ) {
            const item1 = data69[i8];
            if (typeof item1 !== 'string') {
              continue;
            }
            if (typeof indices1[item1] === 'number') {
              j1 = indices1[item1];
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/users/allowed_email_domains`,
                keyword: 'uniqueItems',
                params: { i: i8, j: j1 },
              });
              errors++;
              break;
            }
            indices1[item1] = i8;
          }
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/users/allowed_email_domains`,
          keyword: 'type',
          params: { type: 'array' },
        });
        errors++;
      }
      const data71 = data67.allowed_emails;
      if (Array.isArray(data71)) {
        if (data71.length > 200) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/users/allowed_emails`,
            keyword: 'maxItems',
            params: { limit: 200 },
          });
          errors++;
        }
        const len7 = data71.length;
        for (let i9 = 0; i9 < len7; i9++) {
          const data72 = data71[i9];
          if (typeof data72 === 'string') {
            if (func3(data72) > 254) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/users/allowed_emails/${i9}`,
                keyword: 'maxLength',
                params: { limit: 254 },
              });
              errors++;
            }
            if (!pattern42.test(data72)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/users/allowed_emails/${i9}`,
                keyword: 'pattern',
                params: {
                  pattern:
                    '^[a-z0-9._%+-]+@[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$',
                },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/users/allowed_emails/${i9}`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        let i10 = data71.length;
        let j2;
        if (i10 > 1) {
          const indices2 = {};
          for (; i10--; ) {
            const item2 = data71[i10];
            if (typeof item2 !== 'string') {
              continue;
            }
            if (typeof indices2[item2] === 'number') {
              j2 = indices2[item2];
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/users/allowed_emails`,
                keyword: 'uniqueItems',
                params: { i: i10, j: j2 },
              });
              errors++;
              break;
            }
            indices2[item2] = i10;
          }
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/users/allowed_emails`,
          keyword: 'type',
          params: { type: 'array' },
        });
        errors++;
      }
    } else {
      vErrors = kept(vErrors, { instancePath: `${instancePath}/users`, keyword: 'type', params: { type: 'object' } });
      errors++;
    }
    const data73 = data.storage;
    if (data73 && typeof data73 === 'object' && !Array.isArray(data73)) {
      if (data73.days_till_volume_deletion === undefined) {
        data73.days_till_volume_deletion = 5;
      }
      if (data73.days_till_snapshot_deletion === undefined) {
        data73.days_till_snapshot_deletion = 46;
      }
      if (data73.days_after_server_stop_till_warning_email === undefined) {
        data73.days_after_server_stop_till_warning_email = [30, 37, 41, 43, 45];
      }
      for (const key8 in data73) {
        if (
          !(
            key8 === 'days_till_volume_deletion' ||
            key8 === 'days_till_snapshot_deletion' ||
            key8 === 'days_after_server_stop_till_warning_email'
          )
        ) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/storage`,
            keyword: 'additionalProperties',
            params: { additionalProperty: key8 },
          });
          errors++;
        }
      }
      const data74 = data73.days_till_volume_deletion;
      if (!(typeof data74 === 'number' && !(data74 % 1) && !Number.isNaN(data74) && Number.isFinite(data74))) {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/storage/days_till_volume_deletion`,
          keyword: 'type',
          params: { type: 'integer' },
        });
        errors++;
      }
      if (typeof data74 === 'number' && Number.isFinite(data74)) {
        if (data74 > 365000 || Number.isNaN(data74)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/storage/days_till_volume_deletion`,
            keyword: 'maximum',
            params: { comparison: '<=', limit: 365000 },
          });
          errors++;
        }
        if (data74 < 0 || Number.isNaN(data74)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/storage/days_till_volume_deletion`,
            keyword: 'minimum',
            params: { comparison: '>=', limit: 0 },
          });
          errors++;
        }
      }
      const data75 = data73.days_till_snapshot_deletion;
      if (!(typeof data75 === 'number' && !(data75 % 1) && !Number.isNaN(data75) && Number.isFinite(data75))) {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/storage/days_till_snapshot_deletion`,
          keyword: 'type',
          params: { type: 'integer' },
        });
        errors++;
      }
      if (typeof data75 === 'number' && Number.isFinite(data75)) {
        if (data75 > 365000 || Number.isNaN(data75)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/storage/days_till_snapshot_deletion`,
            keyword: 'maximum',
            params: { comparison: '<=', limit: 365000 },
          });
          errors++;
        }
        if (data75 < 0 || Number.isNaN(data75)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/storage/days_till_snapshot_deletion`,
            keyword: 'minimum',
            params: { comparison: '>=', limit: 0 },
          });
          errors++;
        }
      }
      const data76 = data73.days_after_server_stop_till_warning_email;
      if (Array.isArray(data76)) {
        if (data76.length > 50) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/storage/days_after_server_stop_till_warning_email`,
            keyword: 'maxItems',
            params: { limit: 50 },
          });
          errors++;
        }
        const len8 = data76.length;
        for (let i11 = 0; i11 < len8; i11++) {
          const data77 = data76[i11];
          if (!(typeof data77 === 'number' && !(data77 % 1) && !Number.isNaN(data77) && Number.isFinite(data77))) {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/storage/days_after_server_stop_till_warning_email/${i11}`,
              keyword: 'type',
              params: { type: 'integer' },
            });
            errors++;
          }
          if (typeof data77 === 'number' && Number.isFinite(data77)) {
            if (data77 > 365000 || Number.isNaN(data77)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/storage/days_after_server_stop_till_warning_email/${i11}`,
                keyword: 'maximum',
                params: { comparison: '<=', limit: 365000 },
              });
              errors++;
            }
            if (data77 < 0 || Number.isNaN(data77)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/storage/days_after_server_stop_till_warning_email/${i11}`,
                keyword: 'minimum',
                params: { comparison: '>=', limit: 0 },
              });
              errors++;
            }
          }
        }
        let i12 = data76.length;
        let j3;
        if (i12 > 1) {
          const indices3 = {};
          for (; i12--; ) {
            const item3 = data76[i12];
            if (!(typeof item3 === 'number' && !(item3 % 1) && !Number.isNaN(item3) && Number.isFinite(item3))) {
              continue;
            }
            if (typeof indices3[item3] === 'number') {
              j3 = indices3[item3];
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/storage/days_after_server_stop_till_warning_email`,
                keyword: 'uniqueItems',
                params: { i: i12, j: j3 },
              });
              errors++;
              break;
            }
            indices3[item3] = i12;
          }
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/storage/days_after_server_stop_till_warning_email`,
          keyword: 'type',
          params: { type: 'array' },
        });
        errors++;
      }
    } else {
      vErrors = kept(vErrors, { instancePath: `${instancePath}/storage`, keyword: 'type', params: { type: 'object' } });
      errors++;
    }
    const data78 = data.network;
    if (data78 && typeof data78 === 'object' && !Array.isArray(data78)) {
      if (data78.nodes === undefined) {
        data78.nodes = 'private';
      }
      if (data78.eks_public_access_cidrs === undefined) {
        data78.eks_public_access_cidrs = ['0.0.0.0/0'];
      }
      for (const key9 in data78) {
        if (
          !(
            key9 === 'nodes' ||
            key9 === 'second_az_suffix' ||
            key9 === 'eks_public_access_cidrs' ||
            key9 === 'hosted_zone_id' ||
            key9 === 'https_in_front'
          )
        ) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/network`,
            keyword: 'additionalProperties',
            params: { additionalProperty: key9 },
          });
          errors++;
        }
      }
      const data79 = data78.nodes;
      if (typeof data79 !== 'string') {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/network/nodes`,
          keyword: 'type',
          params: { type: 'string' },
        });
        errors++;
      }
      if (!(data79 === 'private' || data79 === 'public')) {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/network/nodes`,
          keyword: 'enum',
          params: { allowedValues: schema19.properties.network.properties.nodes.enum },
        });
        errors++;
      }
      if (data78.second_az_suffix !== undefined) {
        const data80 = data78.second_az_suffix;
        if (typeof data80 === 'string') {
          if (!pattern17.test(data80)) {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/network/second_az_suffix`,
              keyword: 'pattern',
              params: { pattern: '^[a-z]$' },
            });
            errors++;
          }
        } else {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/network/second_az_suffix`,
            keyword: 'type',
            params: { type: 'string' },
          });
          errors++;
        }
      }
      const data81 = data78.eks_public_access_cidrs;
      if (Array.isArray(data81)) {
        if (data81.length > 40) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/network/eks_public_access_cidrs`,
            keyword: 'maxItems',
            params: { limit: 40 },
          });
          errors++;
        }
        if (data81.length < 1) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/network/eks_public_access_cidrs`,
            keyword: 'minItems',
            params: { limit: 1 },
          });
          errors++;
        }
        const len9 = data81.length;
        for (let i13 = 0; i13 < len9; i13++) {
          const data82 = data81[i13];
          if (typeof data82 === 'string') {
            if (func3(data82) > 18) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/network/eks_public_access_cidrs/${i13}`,
                keyword: 'maxLength',
                params: { limit: 18 },
              });
              errors++;
            }
            if (!pattern44.test(data82)) {
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/network/eks_public_access_cidrs/${i13}`,
                keyword: 'pattern',
                params: { pattern: '^([0-9]{1,3}\\.){3}[0-9]{1,3}/([0-9]|[12][0-9]|3[0-2])$' },
              });
              errors++;
            }
          } else {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/network/eks_public_access_cidrs/${i13}`,
              keyword: 'type',
              params: { type: 'string' },
            });
            errors++;
          }
        }
        let i14 = data81.length;
        let j4;
        if (i14 > 1) {
          const indices4 = {};
          for (; i14--; ) {
            const item4 = data81[i14];
            if (typeof item4 !== 'string') {
              continue;
            }
            if (typeof indices4[item4] === 'number') {
              j4 = indices4[item4];
              vErrors = kept(vErrors, {
                instancePath: `${instancePath}/network/eks_public_access_cidrs`,
                keyword: 'uniqueItems',
                params: { i: i14, j: j4 },
              });
              errors++;
              break;
            }
            indices4[item4] = i14;
          }
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/network/eks_public_access_cidrs`,
          keyword: 'type',
          params: { type: 'array' },
        });
        errors++;
      }
      if (data78.hosted_zone_id !== undefined) {
        const data83 = data78.hosted_zone_id;
        if (typeof data83 === 'string') {
          if (func3(data83) > 32) {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/network/hosted_zone_id`,
              keyword: 'maxLength',
              params: { limit: 32 },
            });
            errors++;
          }
          if (!pattern45.test(data83)) {
            vErrors = kept(vErrors, {
              instancePath: `${instancePath}/network/hosted_zone_id`,
              keyword: 'pattern',
              params: { pattern: '^Z[A-Z0-9]+$' },
            });
            errors++;
          }
        } else {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/network/hosted_zone_id`,
            keyword: 'type',
            params: { type: 'string' },
          });
          errors++;
        }
      }
      if (data78.https_in_front !== undefined) {
        if (typeof data78.https_in_front !== 'boolean') {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/network/https_in_front`,
            keyword: 'type',
            params: { type: 'boolean' },
          });
          errors++;
        }
      }
    } else {
      vErrors = kept(vErrors, { instancePath: `${instancePath}/network`, keyword: 'type', params: { type: 'object' } });
      errors++;
    }
    const data85 = data.sources;
    if (data85 && typeof data85 === 'object' && !Array.isArray(data85)) {
      if (data85.container === undefined) {
        data85.container = {
          url: 'https://github.com/ASFOpenSARlab/opensarlab-container.git',
          ref: 'v2.0',
          commit: '9fd62265de1cb7601a56eed02778c3e964f8c2d1',
        };
      }
      if (data85.cluster === undefined) {
        data85.cluster = {
          url: 'https://github.com/ASFOpenSARlab/opensarlab-cluster.git',
          ref: 'v2.0',
          commit: '2679b20315bc15e4475a97d0944483df78e8b773',
        };
      }
      for (const key10 in data85) {
        if (!(key10 === 'container' || key10 === 'cluster')) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/sources`,
            keyword: 'additionalProperties',
            params: { additionalProperty: key10 },
          });
          errors++;
        }
      }
      if (!validate64(data85.container, { instancePath: `${instancePath}/sources/container` })) {
        vErrors = vErrors === null ? validate64.errors : vErrors.concat(validate64.errors);
        errors = vErrors.length;
      }
      if (!validate64(data85.cluster, { instancePath: `${instancePath}/sources/cluster` })) {
        vErrors = vErrors === null ? validate64.errors : vErrors.concat(validate64.errors);
        errors = vErrors.length;
      }
    } else {
      vErrors = kept(vErrors, { instancePath: `${instancePath}/sources`, keyword: 'type', params: { type: 'object' } });
      errors++;
    }
    const data88 = data.retain;
    if (data88 && typeof data88 === 'object' && !Array.isArray(data88)) {
      if (data88.cognito === undefined) {
        data88.cognito = true;
      }
      if (data88.logs === undefined) {
        data88.logs = true;
      }
      if (data88.code_commit === undefined) {
        data88.code_commit = true;
      }
      if (data88.final_snapshots === undefined) {
        data88.final_snapshots = false;
      }
      for (const key11 in data88) {
        if (!(key11 === 'cognito' || key11 === 'logs' || key11 === 'code_commit' || key11 === 'final_snapshots')) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/retain`,
            keyword: 'additionalProperties',
            params: { additionalProperty: key11 },
          });
          errors++;
        }
      }
      if (typeof data88.cognito !== 'boolean') {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/retain/cognito`,
          keyword: 'type',
          params: { type: 'boolean' },
        });
        errors++;
      }
      if (typeof data88.logs !== 'boolean') {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/retain/logs`,
          keyword: 'type',
          params: { type: 'boolean' },
        });
        errors++;
      }
      if (typeof data88.code_commit !== 'boolean') {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/retain/code_commit`,
          keyword: 'type',
          params: { type: 'boolean' },
        });
        errors++;
      }
      if (typeof data88.final_snapshots !== 'boolean') {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/retain/final_snapshots`,
          keyword: 'type',
          params: { type: 'boolean' },
        });
        errors++;
      }
    } else {
      vErrors = kept(vErrors, { instancePath: `${instancePath}/retain`, keyword: 'type', params: { type: 'object' } });
      errors++;
    }
    if (typeof data.protected !== 'boolean') {
      vErrors = kept(vErrors, {
        instancePath: `${instancePath}/protected`,
        keyword: 'type',
        params: { type: 'boolean' },
      });
      errors++;
    }
    if (data.expires !== undefined) {
      const data94 = data.expires;
      if (typeof data94 === 'string') {
        if (!pattern49.test(data94)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/expires`,
            keyword: 'pattern',
            params: { pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' },
          });
          errors++;
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/expires`,
          keyword: 'type',
          params: { type: 'string' },
        });
        errors++;
      }
    }
    if (data.owner !== undefined) {
      const data95 = data.owner;
      if (typeof data95 === 'string') {
        if (func3(data95) > 254) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/owner`,
            keyword: 'maxLength',
            params: { limit: 254 },
          });
          errors++;
        }
        if (!pattern50.test(data95)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/owner`,
            keyword: 'pattern',
            params: { pattern: '^[A-Za-z0-9@._%+/-]+$' },
          });
          errors++;
        }
      } else {
        vErrors = kept(vErrors, { instancePath: `${instancePath}/owner`, keyword: 'type', params: { type: 'string' } });
        errors++;
      }
    }
    if (data.budget !== undefined) {
      const data96 = data.budget;
      if (typeof data96 === 'number' && Number.isFinite(data96)) {
        if (data96 > 10000000 || Number.isNaN(data96)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/budget`,
            keyword: 'maximum',
            params: { comparison: '<=', limit: 10000000 },
          });
          errors++;
        }
        if (data96 <= 0 || Number.isNaN(data96)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/budget`,
            keyword: 'exclusiveMinimum',
            params: { comparison: '>', limit: 0 },
          });
          errors++;
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/budget`,
          keyword: 'type',
          params: { type: 'number' },
        });
        errors++;
      }
    }
    const data97 = data.privacy;
    if (typeof data97 !== 'string') {
      vErrors = kept(vErrors, { instancePath: `${instancePath}/privacy`, keyword: 'type', params: { type: 'string' } });
      errors++;
    }
    if (!(data97 === 'pseudonyms' || data97 === 'names')) {
      vErrors = kept(vErrors, {
        instancePath: `${instancePath}/privacy`,
        keyword: 'enum',
        params: { allowedValues: schema19.properties.privacy.enum },
      });
      errors++;
    }
    if (data.adopt !== undefined) {
      const data98 = data.adopt;
      if (typeof data98 !== 'string') {
        vErrors = kept(vErrors, { instancePath: `${instancePath}/adopt`, keyword: 'type', params: { type: 'string' } });
        errors++;
      }
      if (!(data98 === 'destroy-only')) {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/adopt`,
          keyword: 'enum',
          params: { allowedValues: schema19.properties.adopt.enum },
        });
        errors++;
      }
    }
    if (data.reviewed !== undefined) {
      const data99 = data.reviewed;
      if (typeof data99 === 'string') {
        if (!pattern51.test(data99)) {
          vErrors = kept(vErrors, {
            instancePath: `${instancePath}/reviewed`,
            keyword: 'pattern',
            params: { pattern: '^[0-9a-f]{64}$' },
          });
          errors++;
        }
      } else {
        vErrors = kept(vErrors, {
          instancePath: `${instancePath}/reviewed`,
          keyword: 'type',
          params: { type: 'string' },
        });
        errors++;
      }
    }
  } else {
    vErrors = kept(vErrors, { instancePath, keyword: 'type', params: { type: 'object' } });
    errors++;
  }
  validate52.errors = vErrors;
  return errors === 0;
}
validate52.evaluated = { props: true, dynamicProps: false, dynamicItems: false };
