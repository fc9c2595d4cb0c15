import type { Role } from '../ports/aws-ports.ts';
import { powerlessRole } from '../ports/role-arn.ts';
import type { PreflightCheck, PreflightContext, PreflightResult } from './preflight-check.ts';

/** GitHub's issuer without `https://`, and what the tokens of the workflows are meant for. */
const issuer = 'token.actions.githubusercontent.com';
const audience = 'sts.amazonaws.com';

/** Tag of the role `plan` with the version of the bootstrap stack's template; `bootstrap` writes it. */
export const bootstrapTag = 'opensarlab:bootstrap-version';

const again = 'Run `npx opensarlab bootstrap` with the credentials of an administrator of the account.';

/** Whether the account was bootstrapped, and lets the workflows in. */
export const bootstrapChecks: readonly PreflightCheck[] = [
  {
    id: 'bootstrap',
    title: 'Roles of the bootstrap stack',
    run: async (context) => {
      if (!isAsked(context)) return undefined;
      const { aws } = context.deployment;
      const names = [
        ...[aws.cloudformation_role, powerlessRole(aws.cloudformation_role)],
        ...[aws.plan_role, aws.deploy_role, aws.destroy_role],
      ];
      const roles = await Promise.all(
        names.map(async (name) => ({ name, role: await context.ports.account.role(name) })),
      );
      const missing = roles.filter(({ role }) => role === undefined).map(({ name }) => name);
      if (missing.length === names.length) {
        return {
          outcome: 'blocker',
          detail: 'The account was never bootstrapped: none of its roles exists.',
          hint: again,
        };
      }
      if (missing.length > 0) {
        const [noun, verb] = missing.length === 1 ? ['role', 'does'] : ['roles', 'do'];
        return { outcome: 'blocker', detail: `The ${noun} ${missing.join(', ')} ${verb} not exist.`, hint: again };
      }
      return judgeVersion(context, roles.find(({ name }) => name === aws.plan_role)?.role);
    },
  },
  {
    id: 'github-trust',
    title: 'Trust in GitHub',
    run: async (context) => {
      if (!isAsked(context)) return undefined;
      const { deployment, ports } = context;
      const { aws } = deployment;
      const { account } = ports;
      const wanted = [
        { environment: 'plan', name: aws.plan_role },
        { environment: 'deploy', name: aws.deploy_role },
        { environment: 'destroy', name: aws.destroy_role },
      ];
      const roles = await Promise.all(wanted.map(async (each) => ({ ...each, role: await account.role(each.name) })));
      const problems: string[] = [];
      const providers = new Set<string>();
      for (const { environment, name, role } of roles) {
        // That it is missing is said above.
        if (role === undefined) continue;
        const provider = trustedProvider(trustOf(role.trust), environment);
        if (provider === undefined) problems.push(`${name} trusts no job of the environment ${environment}`);
        else providers.add(provider);
      }
      for (const arn of providers) {
        const audiences = await account.audiencesOf(arn);
        if (audiences === undefined) problems.push(`there is no identity provider ${arn}`);
        else if (!audiences.includes(audience)) problems.push(`the identity provider ${arn} is not for ${audience}`);
      }
      if (problems.length > 0) {
        return { outcome: 'blocker', detail: `Workflows get no role: ${problems.join('; ')}.`, hint: again };
      }
      return providers.size === 0
        ? undefined
        : { outcome: 'ok', detail: 'The roles trust jobs of their environments.' };
    },
  },
];

/** A deployment that stands was let in by these roles; what they lack shows where it is needed. */
function isAsked({ stacks, states, isThorough = false }: PreflightContext): boolean {
  return isThorough || stacks.some(({ kind }) => states.get(kind) === undefined);
}

function judgeVersion({ bootstrapVersion }: PreflightContext, role: Role | undefined): PreflightResult {
  const version = role?.tags[bootstrapTag];
  if (bootstrapVersion === undefined || version === bootstrapVersion) {
    return { outcome: 'ok', detail: 'The roles exist.' };
  }
  const which = version === undefined ? 'an earlier version that does not say which it is' : `version ${version}`;
  return {
    outcome: 'warning',
    detail: `The account was bootstrapped with ${which}, not ${bootstrapVersion} of cluster/cloudformation/bootstrap.yaml: roles may lack permissions.`,
    hint: again,
  };
}

type TrustStatement = { Effect?: unknown; Principal?: unknown; Condition?: unknown };

/** Statements of a role's trust policy. @throws SyntaxError when it is no JSON */
function trustOf(document: string): TrustStatement[] {
  const { Statement: found } = JSON.parse(document) as { Statement?: TrustStatement | TrustStatement[] };
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
}

/**
 * The provider for GitHub that may give the role to jobs of an environment (IAM user guide, "Available keys for AWS OIDC
 * federation"); undefined when none may.
 */
function trustedProvider(statements: readonly TrustStatement[], environment: string): string | undefined {
  for (const { Effect, Principal, Condition } of statements) {
    const provider = federatedOf(Principal);
    if (Effect !== 'Allow' || provider === undefined) continue;
    if (!valuesOf(Condition, `${issuer}:aud`).includes(audience)) continue;
    const named = valuesOf(Condition, `${issuer}:environment`).includes(environment);
    const inSubject = valuesOf(Condition, `${issuer}:sub`).some((sub) => sub.endsWith(`:environment:${environment}`));
    if (named || inSubject) return provider;
  }
  return undefined;
}

function federatedOf(principal: unknown): string | undefined {
  if (typeof principal !== 'object' || principal === null || !('Federated' in principal)) return undefined;
  return textsOf(principal.Federated).find((arn) => arn.includes(`:oidc-provider/${issuer}`));
}

/** What a condition compares a key with, whatever the operator. */
function valuesOf(condition: unknown, key: string): string[] {
  if (typeof condition !== 'object' || condition === null) return [];
  return Object.values(condition).flatMap((keys: unknown) => {
    if (typeof keys !== 'object' || keys === null) return [];
    return Object.entries(keys).flatMap(([name, value]) => (name.toLowerCase() === key ? textsOf(value) : []));
  });
}

function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((text) => typeof text === 'string');
}
