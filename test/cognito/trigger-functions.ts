import { createRequire } from 'node:module';
import vm from 'node:vm';
import type { Deployment } from '../../actions/lib/deployment/deployment.ts';
import { stacksOf } from '../../actions/lib/stacks/catalogue.ts';
import { readTemplate } from '../../actions/lib/stacks/template.ts';
import { catalogueSources } from '../fixtures/example-deployment.ts';

type Rendered = {
  Resources: Record<string, { Type: string; Condition?: string; Properties: Record<string, unknown> }>;
};

/** The final template of the user pool's stack. */
export function cognitoTemplate(deployment: Deployment): Rendered {
  const stack = stacksOf(deployment, catalogueSources()).find(({ kind }) => kind === 'cognito');
  return readTemplate(stack?.templateBody ?? '', 'cognito.yaml') as Rendered;
}

/** The inline code of a function of that template. */
export function inlineCode(deployment: Deployment, id: 'SignUpFunction' | 'ApprovalFunction'): string {
  const code = cognitoTemplate(deployment).Resources[id]?.Properties['Code'];
  if (typeof code === 'object' && code !== null && 'ZipFile' in code) return String(code.ZipFile);
  throw new Error(`The template has no inline code of ${id}.`);
}

/** A call of an AWS client: the command's name and its input. */
export type Call = { command: string; input: Record<string, unknown> };

/** What the AWS clients answer; throwing makes the call fail. */
export type Answer = (call: Call) => void;

export type TriggerFunction = {
  handle: (event: object) => Promise<unknown>;
  calls: Call[];
  /** Everything the code printed. */
  output: string[];
};

/**
 * Loads inline code as Lambda does: a CommonJS module with Node's globals and the clients of the runtime.
 * @param code from the template
 * @param environment the function's variables
 */
export function loadTrigger(
  code: string,
  environment: Record<string, string>,
  answer: Answer = () => {},
): TriggerFunction {
  const calls: Call[] = [];
  const output: string[] = [];
  const client = class {
    async send(command: Call): Promise<object> {
      calls.push({ command: command.command, input: command.input });
      answer(command);
      return {};
    }
  };
  const command = (name: string) =>
    class {
      readonly command = name;
      readonly input: unknown;
      constructor(input: unknown) {
        this.input = input;
      }
    };
  const runtime: Record<string, object> = {
    '@aws-sdk/client-cognito-identity-provider': {
      CognitoIdentityProviderClient: client,
      AdminDisableUserCommand: command('AdminDisableUser'),
    },
    '@aws-sdk/client-sesv2': { SESv2Client: client, SendEmailCommand: command('SendEmail') },
  };
  const own = createRequire(import.meta.url);
  const require = (name: string): unknown => runtime[name] ?? own(name);
  const print = (...values: unknown[]): void => void output.push(values.map(String).join(' '));
  const exports: { handler?: (event: object) => Promise<unknown> } = {};
  const console = { log: print, info: print, warn: print, error: print };
  vm.runInNewContext(code, { exports, require, console, process: { env: environment }, Error, Set, JSON });
  const { handler } = exports;
  if (handler === undefined) throw new Error('The code exports no handler.');
  return { handle: (event) => handler(event), calls, output };
}

/** An event of a user pool's trigger (Amazon Cognito developer guide, "Lambda triggers"). */
export function triggerEvent(triggerSource: string, userName: string, userAttributes: Record<string, unknown>) {
  return {
    version: '1',
    region: 'us-west-2',
    userPoolId: 'us-west-2_EXAMPLE',
    userName,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: '1example23456789' },
    triggerSource,
    request: { userAttributes, validationData: null },
    response: triggerSource.startsWith('PreSignUp')
      ? { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false }
      : {},
  };
}
