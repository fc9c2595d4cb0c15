import { describe, expect, it } from 'vitest';
import { Failure } from '../../actions/lib/failure.ts';
import { type Command, runCommand } from './run-command.ts';

const greet: Command = {
  usage: 'greet NAME [--loud]',
  summary: 'Greets.',
  options: { loud: { type: 'boolean' } },
  positionals: { min: 1, max: 1 },
  async run(args, { out }) {
    if (args.positionals[0] === 'nobody') {
      throw new Failure({ code: 'Nobody', source: 'user', message: 'There is nobody.', hint: 'Name somebody.' });
    }
    out(`hello ${args.positionals[0]}${args.flag('loud') ? '!' : ''}`);
    return 0;
  },
};

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand({ greet }, argv, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('runCommand', () => {
  it('runs the command with its arguments', async () => {
    expect(await run('greet', 'you', '--loud')).toEqual({ code: 0, out: 'hello you!', err: '' });
  });

  it('says a failure in one sentence with its hint and ends with 1', async () => {
    expect(await run('greet', 'nobody')).toEqual({
      code: 1,
      out: '',
      err: 'error: There is nobody.\n       Name somebody.',
    });
  });

  it.each([
    [['greet'], 'An argument is missing.'],
    [['greet', 'a', 'b'], 'one too many'],
    [['greet', 'a', '--soft'], "Unknown option '--soft'"],
    [['constructor'], 'There is no command "constructor".'],
  ])('ends with 2 when called as %j', async (argv, message) => {
    const { code, err } = await run(...argv);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain('opensarlab greet NAME [--loud]');
  });

  it('lists the commands without arguments', async () => {
    const { code, out } = await run();
    expect(code).toBe(0);
    expect(out).toContain('greet NAME [--loud]');
  });
});
