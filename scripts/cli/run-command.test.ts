import { describe, expect, it } from 'vitest';
import { Failure } from '../../actions/lib/failure.ts';
import { type Command, type CommandEntry, misused, runCommand } from './run-command.ts';

const greetCommand: Command = {
  options: { loud: { type: 'boolean' }, title: { type: 'string', multiple: true } },
  positionals: { min: 1, max: 1 },
  async run(args, { out }) {
    if (args.positionals[0] === 'nobody') {
      throw new Failure({ code: 'Nobody', source: 'user', message: 'There is nobody.', hint: 'Name somebody.' });
    }
    if (args.positionals[0] === '') throw misused('A name has letters.', 'Say one.');
    out(['hello', ...args.texts('title'), `${args.positionals[0]}${args.flag('loud') ? '!' : ''}`].join(' '));
    return 0;
  },
};

const greet: CommandEntry = {
  usage: 'greet NAME [--loud]',
  summary: 'Greets.',
  load: async () => greetCommand,
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

  it('passes an option that is given several times', async () => {
    expect((await run('greet', 'Ada', '--title', 'Dr.', '--title', 'Countess')).out).toBe('hello Dr. Countess Ada');
  });

  it('lets a command say that it was called wrongly', async () => {
    expect(await run('greet', '')).toEqual({
      code: 2,
      out: '',
      err: 'error: A name has letters.\n       Say one.\nUsage: opensarlab greet NAME [--loud]',
    });
  });

  it('explains one command', async () => {
    expect(await run('greet', '--help')).toEqual({
      code: 0,
      out: 'Usage: opensarlab greet NAME [--loud]\n\nGreets.',
      err: '',
    });
  });

  it('loads no other command than the one that runs', async () => {
    const broken: CommandEntry = {
      usage: 'broken',
      summary: 'Cannot be loaded.',
      load: async () => {
        throw new Error('Its module is broken.');
      },
    };
    const out: string[] = [];
    const streams = { out: (line: string) => out.push(line), err: (line: string) => out.push(line) };
    expect(await runCommand({ greet, broken }, ['greet', 'you'], streams)).toBe(0);
    expect(await runCommand({ greet, broken }, ['broken'], streams)).toBe(1);
    expect(out).toEqual(['hello you', 'error: Its module is broken.']);
  });

  it('lists the commands without arguments', async () => {
    const { code, out } = await run();
    expect(code).toBe(0);
    expect(out).toContain('greet NAME [--loud]');
  });
});
