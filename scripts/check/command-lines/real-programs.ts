import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openAwsCli } from '../aws-cli/drive.ts';
import { unpackedProgram } from '../kubernetes-programs.ts';
import { dockerProgram } from './docker-programs.ts';

/** A real program that reads command lines; `problem` tells why it would not take one. */
export type RealProgram = { version: string; problem(args: readonly string[]): Promise<string | undefined> };

/**
 * `kubectl` of the pinned minor version and `helm` of the pinned major one.
 * @param programs folder of the Python tools, one of which unpacks the archives
 */
export async function installedProgram(name: 'kubectl' | 'helm', programs: string): Promise<RealProgram> {
  const program = await unpackedProgram(name === 'helm' ? 'helm3' : 'kubectl', join(programs, 'python'));
  const told = run(program, name === 'kubectl' ? ['version', '--client'] : ['version', '--short']);
  return cobraProgram(program, name, told.stdout.split('\n')[0] ?? '');
}

/** Docker's command line with buildx, where it is installed or built. */
export function realDocker(): RealProgram | undefined {
  const docker = dockerProgram();
  if (docker === undefined) return undefined;
  const { stdout } = run(docker.program, [...docker.settings, 'buildx', 'version']);
  return cobraProgram(docker.program, 'docker', stdout.trim(), docker.settings);
}

/**
 * Programs that are made with Cobra read all flags before they print the help that is asked for at the end, and refuse those
 * that they do not know. The help is that of the command that they found.
 */
function cobraProgram(program: string, name: string, version: string, settings: readonly string[] = []): RealProgram {
  return {
    version,
    async problem(args) {
      const { status, stdout, stderr } = run(program, [...settings, ...args, '--help']);
      if (status !== 0) return stderr.split('\n')[0] ?? `ended with ${status}`;
      const usage = new RegExp(`^Usage:\\s+${name} (.*)$`, 'm').exec(stdout)?.[1] ?? '';
      const [path = ''] = /^(?:[a-z][a-z-]*(?: |$))*/.exec(usage) ?? [];
      const found = path.split(' ').filter((word) => word !== '');
      if (/\b(COMMAND|SUBCOMMAND)\b|\[command\]/.test(usage)) return `has no such command: ${usage}`;
      // Docker gives `build` to buildx, whose help answers.
      return found.every((word) => args.includes(word) || word === 'buildx')
        ? undefined
        : `is another command: ${usage}`;
    },
  };
}

/** The AWS command line with nothing behind it: what it sends is well-formed, by the services' own models. */
export function awsCommandLine(programs: string, home: string): RealProgram & { close(): void } {
  const cli = openAwsCli(programs, {
    HOME: home,
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_DEFAULT_REGION: 'us-west-2',
    AWS_MAX_ATTEMPTS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
  const { stdout } = run(join(programs, 'aws'), ['--version']);
  return {
    version: stdout.trim(),
    async problem(args) {
      const { stderr } = await cli.run(args);
      return stderr.includes('Could not connect to the endpoint URL') ? undefined : stderr.trim().split('\n').at(-1);
    },
    close: () => cli.close(),
  };
}

function run(program: string, args: readonly string[]): { status: number; stdout: string; stderr: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', input: '' });
  if (error) throw new Error(`${program} could not be started: ${error.message}`);
  return { status: status ?? 1, stdout, stderr };
}
