import { startSandbox } from '@opensarlab/sandbox';
import { type Command, misused } from './run-command.ts';

const region = 'us-west-2';

export const sandboxCommand: Command = {
  options: {
    scale: { type: 'string', value: 'N', help: 'Virtual seconds that pass in a second; by default 1.' },
  },
  positionals: { min: 0, max: 0 },
  async run(args, { out, err }) {
    const scale = Number(args.text('scale') ?? '1');
    if (!(scale > 0)) throw misused('--scale takes a number above 0: virtual seconds per real second.');
    const sandbox = await startSandbox({ scale });
    const { accessKeyId, secretAccessKey } = sandbox.aws.administrator;
    const variables = {
      ...sandbox.environment(region),
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      GITHUB_API_URL: sandbox.github.apiUrl,
      GITHUB_SERVER_URL: sandbox.github.serverUrl,
    };
    for (const [name, value] of Object.entries(variables)) out(`export ${name}=${value}`);
    err('Serving on loopback. Press Ctrl-C to stop; nothing is kept.');
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    });
    await sandbox.close();
    return 0;
  },
};
