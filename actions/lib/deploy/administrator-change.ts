import type { StackState } from '../ports/cloudformation.ts';
import { nextAdministrator } from '../stack-operations/next-administrator.ts';
import type { DeployContext } from './deploy-context.ts';

/**
 * Makes the declared administrator's account, or gives it its new address. The stack makes the first administrator only:
 * every property of a user replaces it (AWS::Cognito::UserPoolUser), and Cognito refuses a second one of the same name, be
 * it the same person with another address or somebody who has an account already. Done before the stack takes note, so that
 * the groups find the account, and a run that is interrupted in between does it again.
 * @param before the stack as it was
 * @param parameters what the stack is about to get
 */
export async function changeAdministrator(
  before: StackState,
  parameters: Readonly<Record<string, string>>,
  { ports, reporter }: Pick<DeployContext, 'ports' | 'reporter'>,
): Promise<void> {
  const next = nextAdministrator(before, parameters);
  const pool = before.outputs.UserPoolId;
  if (next === undefined || pool === undefined) return;
  const done = await ports.userPools.provideUser(pool, next.userName, next.address);
  reporter.info(
    done === 'invited'
      ? `The administrator ${next.userName} was invited.`
      : `The administrator ${next.userName} has the declared address now.`,
  );
}
