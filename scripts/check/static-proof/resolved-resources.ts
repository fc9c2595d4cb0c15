import { pseudoParameter, resolve, type Scope } from '@opensarlab/sandbox';
import { type ResourceType, rowOf } from '../../../actions/lib/resources/resource-types.ts';
import type { TemplateResource } from '../../../actions/lib/stacks/template.ts';
import type { RenderedTemplate } from './rendered-templates.ts';

const accountId = '123456789012';

/** A resource that the template's conditions let be, with values in place of functions. */
export type ResolvedResource = { id: string; type: string; properties: Record<string, unknown>; metadata: unknown };

/**
 * What CloudFormation would make of a template: conditions decided, functions replaced. What only AWS knows has a stand-in
 * of the same form: an ARN for an ARN, the logical id for other ids.
 * @throws Error when a function is unknown or names something that the template lacks
 */
export function resolvedResources(rendered: RenderedTemplate): ResolvedResource[] {
  const scope = scopeOf(rendered);
  return Object.entries(rendered.template.Resources)
    .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
    .map(([id, { Type: type, Properties, Metadata }]) => {
      const properties = resolve(Properties ?? {}, scope) as Record<string, unknown>;
      return { id, type, properties, metadata: Metadata ?? {} };
    });
}

function scopeOf({ name, region, template, parameters }: RenderedTemplate): Scope {
  const stackId = `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/1`;
  const place = { accountId, region, stackId, stackName: name, notificationArns: [] };
  const resource = (id: string): TemplateResource => {
    const found = template.Resources[id];
    if (found === undefined) throw new Error(`${name} has no resource ${id}.`);
    return found;
  };
  const scope: Scope = {
    region,
    ref(id) {
      const pseudo = pseudoParameter(id, place);
      if (pseudo !== undefined) return pseudo;
      const declared = template.Parameters[id];
      if (declared !== undefined) return parameterValue(declared, parameters[id] ?? declared.Default);
      const { Type, Properties } = resource(id);
      if (refersByArn.has(Type)) return arnOf(id, resource(id), scope);
      const own = nameProperties[Type];
      return own === undefined || Properties?.[own] === undefined ? id : resolve(Properties[own], scope);
    },
    getAtt: (id, attribute) => (attribute.endsWith('Arn') ? arnOf(id, resource(id), scope) : `${id}.${attribute}`),
    condition: (condition) => resolve(template.Conditions?.[condition] ?? false, scope) === true,
    mapping: (map) => unsupported(`the mapping ${map}`),
    importValue: (exported) => unsupported(`the import of ${exported}`),
    availabilityZones: () => [`${region}a`, `${region}b`],
  };
  return scope;
}

/** Types of which `Ref` returns the ARN. */
const refersByArn = new Set(['AWS::IAM::ManagedPolicy', 'AWS::IAM::OIDCProvider']);

/** Properties that name a resource, by which `Ref` returns it. */
const nameProperties: Readonly<Record<string, string>> = {
  'AWS::CodeBuild::Project': 'Name',
  'AWS::CodePipeline::Pipeline': 'Name',
  'AWS::EKS::Cluster': 'Name',
  'AWS::IAM::ManagedPolicy': 'ManagedPolicyName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
} satisfies Partial<Record<ResourceType, string>>;

/** ARNs as `Fn::GetAtt` returns them, where a type's row does not say how they are made; `I`: name or logical id. */
const attributeArns: Readonly<Record<string, string>> = {
  'AWS::IAM::InstanceProfile': 'iam::A:instance-profile/opensarlab/I',
  'AWS::IAM::ManagedPolicy': 'iam::A:policy/I',
  'AWS::IAM::OIDCProvider': 'iam::A:oidc-provider/I',
  'AWS::IAM::Role': 'iam::A:role/I',
  'AWS::Logs::LogGroup': 'logs:R:A:log-group:I:*',
} satisfies Partial<Record<ResourceType, string>>;

function arnOf(id: string, { Type, Properties }: TemplateResource, scope: Scope): string {
  const pattern = attributeArns[Type] ?? rowOf(Type)?.arn;
  if (typeof pattern !== 'string' || pattern === 'none') return unsupported(`an ARN of ${Type}`);
  const own = nameProperties[Type];
  const name = own === undefined || Properties?.[own] === undefined ? id : String(resolve(Properties[own], scope));
  const filled = pattern.replace(/:R:/, `:${scope.region}:`).replace(/:A:/, `:${accountId}:`);
  return `arn:${String(scope.ref('AWS::Partition'))}:${filled.replace(/I(?=(:\*)?$)/, () => name)}`;
}

function parameterValue({ Type }: { Type?: unknown }, value: unknown): unknown {
  if (value === undefined) return unsupported('a parameter without value');
  return Type === 'CommaDelimitedList' ? String(value).split(',') : String(value);
}

function unsupported(what: string): never {
  throw new Error(`The proof cannot stand in for ${what} yet.`);
}
