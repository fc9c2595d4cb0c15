import { partitionOf } from '../deployment/regions.ts';
import { Failure } from '../failure.ts';
import type { IdentityProviders } from '../ports/aws-ports.ts';
import type { StackState } from '../ports/cloudformation.ts';
import { wayForward } from '../stack-operations/stack-recovery.ts';

/** GitHub's issuer without `https://`, by which IAM names its provider. */
const issuer = 'token.actions.githubusercontent.com';

/** What the tokens of the workflows are meant for. */
const audience = 'sts.amazonaws.com';

/** Template parameter of the bootstrap stack; empty when the stack makes the provider itself. */
export const existingProviderParameter = 'ExistingOidcProviderArn';

/** The account's provider for GitHub: there can be one per issuer (IAM API, CreateOpenIDConnectProvider). */
export function providerArn(accountId: string, region: string): string {
  return `arn:${partitionOf(region)}:iam::${accountId}:oidc-provider/${issuer}`;
}

/**
 * The provider that the roles are to trust, as the value of {@link existingProviderParameter}. An existing stack stays
 * with what it has: once it made the provider itself, the provider exists too, but is the stack's.
 * @param given what the person says; wins over everything
 * @throws Failure `ProviderMissing`, `ProviderAudience`
 */
export async function chooseProvider(
  given: string | undefined,
  stack: StackState | undefined,
  expected: string,
  providers: IdentityProviders,
): Promise<string> {
  const cameToBe = stack !== undefined && !['remove', 'create'].includes(wayForward(stack.status).kind);
  const kept = cameToBe ? stack.parameters[existingProviderParameter] : undefined;
  const wanted = given ?? kept;
  if (wanted === '') return '';
  const found = await providers.find(wanted ?? expected);
  if (found === undefined) {
    if (wanted === undefined) return '';
    throw new Failure({
      code: 'ProviderMissing',
      source: 'user',
      message: `The account has no identity provider ${wanted}.`,
      hint: 'Leave out --existing-provider to have one made.',
    });
  }
  if (!found.audiences.includes(audience)) {
    throw new Failure({
      code: 'ProviderAudience',
      source: 'user',
      message: `The identity provider ${found.arn} does not take tokens for ${audience}.`,
      hint: `Add the audience: aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${found.arn} --client-id ${audience}`,
    });
  }
  return found.arn;
}
