import { describe, expect, it } from 'vitest';
import { Failure } from '../../actions/lib/failure.ts';
import { commands } from './commands.ts';
import { type Command, type CommandEntry, misused, runCommand } from './run-command.ts';

const greetCommand: Command = {
  options: {
    loud: { type: 'boolean', help: 'Louder.' },
    title: { type: 'string', value: 'TITLE', multiple: true, help: 'A title; may be given several times.' },
  },
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
    [['greet', 'a', 'b'], 'The argument "b" is one too many.'],
    [['greet', 'a', '--lout'], 'There is no option --lout.\n       Did you mean --loud?'],
    [['greet', 'a', '--soft'], 'There is no option --soft.\n       The options are: --loud, --title.'],
    [['greet', 'a', '-l'], 'There is no option -l.'],
    [['greet', 'a', '--constructor'], 'There is no option --constructor.'],
    [['greet', 'a', '--loud=yes'], 'The option --loud takes no value.'],
    [['greet', 'a', '--title'], 'The option --title needs a value: --title TITLE.'],
    [['greet', 'a', '--title', '--loud'], 'The option --title needs a value: --title TITLE.'],
  ])('ends with 2 and the usage when called as %j', async (argv, message) => {
    const { code, out, err } = await run(...argv);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(`error: ${message}`);
    expect(err).toMatch(/\nUsage: opensarlab greet NAME \[--loud\]$/);
  });

  it.each([
    [['gret'], 'There is no command "gret".\n       Did you mean greet?'],
    [['constructor'], 'There is no command "constructor".\n       The commands are: greet.'],
    [['--loud'], 'There is no command "--loud".'],
    [['help', 'gret'], 'Did you mean greet?'],
    [['::stop-commands::x\u001b[2J'], 'There is no command "::stop-commands::x'],
  ])('ends with 2 for the command %j and names the one that was meant', async (argv, message) => {
    const { code, out, err } = await run(...argv);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err).not.toMatch(/^::/m);
    expect(err).not.toContain('\u001b');
  });

  it('takes a value that starts with hyphens when it stands behind an equals sign', async () => {
    expect((await run('greet', 'you', '--title=--')).out).toBe('hello -- you');
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

  it.each([[['greet', '--help']], [['greet', '-h', '--unknown']], [['help', 'greet']], [['--help', 'greet']]])(
    'explains one command with its options: %j',
    async (argv) => {
      expect(await run(...argv)).toEqual({
        code: 0,
        out: [
          'Usage: opensarlab greet NAME [--loud]',
          '',
          'Greets.',
          '',
          'Options:',
          '  --loud           Louder.',
          '  --title TITLE …  A title; may be given several times.',
        ].join('\n'),
        err: '',
      });
    },
  );

  it('takes what stands behind -- for an argument', async () => {
    expect((await run('greet', '--', '--help')).out).toBe('hello --help');
  });

  it.each(['version', '--version', '-V'])('says which version this is: %s', async (word) => {
    expect(await run(word)).toEqual({
      code: 0,
      out: expect.stringMatching(/^opensarlab \d+\.\d+\.\d+, Node \d+\.\d+\.\d+$/),
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

  it.each([[[]], [['help']], [['--help']], [['-h']]])('lists the commands: %j', async (argv) => {
    const { code, out, err } = await run(...argv);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('\n  greet  Greets.\n');
  });
});

describe('the commands of opensarlab', () => {
  it.each(Object.entries(commands))('%s explains every option, on lines that fit a terminal', async (name, entry) => {
    const lines: string[] = [];
    const code = await runCommand(commands, ['help', name], { out: (text) => lines.push(text), err: () => undefined });
    const text = lines.join('\n');
    const { options }: Command = await entry.load();
    expect(code).toBe(0);
    for (const [option, { help, type, value }] of Object.entries(options)) {
      expect(text).toMatch(new RegExp(`^  --${option}(?: |$)`, 'm'));
      expect(help).toMatch(/^[A-Z].*\.$/);
      expect(value === undefined, option).toBe(type === 'boolean');
    }
    const mentioned = [...entry.usage.matchAll(/--([a-z-]+)/g)].map(([, option = '']) => option);
    expect(Object.keys(options)).toEqual(expect.arrayContaining(mentioned));
    for (const line of text.split('\n').slice(1)) expect(line.length).toBeLessThanOrEqual(100);
  });
});
