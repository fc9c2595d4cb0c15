import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createAsk, openTerminal, wantsColours } from './terminal.ts';

describe('wantsColours', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '' }, false, true],
    [{ FORCE_COLOR: '3' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: 'false' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
  ])('with %j, in a terminal that shows colours: %s → %s', (environment, shown, wanted) => {
    expect(wantsColours(environment, shown)).toBe(wanted);
  });
});

describe('createAsk', () => {
  /** A terminal of which the test has both ends. */
  function terminal() {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = Object.assign(new PassThrough(), { isTTY: true });
    return {
      type: (keys: string) => input.write(keys),
      shown: () => String(output.read()),
      ask: createAsk({ input, output }),
    };
  }

  it('gives what was typed, question by question', async () => {
    const { type, ask, shown } = terminal();
    const first = ask('Region: ');
    type('us-west-2\r');
    expect(await first).toBe('us-west-2');
    const second = ask('Zone: ');
    type('b\r');
    expect(await second).toBe('b');
    expect(shown()).toMatch(/Region: .*us-west-2.*Zone: .*b/s);
  });

  it('answers the next questions with lines that were pasted at once', async () => {
    const { type, ask } = terminal();
    const first = ask('1: ');
    type('a\r\rc\r');
    expect([await first, await ask('2: '), await ask('3: ')]).toEqual(['a', '', 'c']);
    const fourth = ask('4: ');
    type('d\r');
    expect(await fourth).toBe('d');
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('says in one sentence that %s stopped it', async (_, key) => {
    const { type, ask } = terminal();
    const answer = ask('Region: ');
    type(key);
    await expect(answer).rejects.toMatchObject({ code: 'Interrupted', message: 'Stopped; nothing was written.' });
  });

  it('stops at the next question when the input ended behind pasted lines', async () => {
    const { type, ask } = terminal();
    const first = ask('1: ');
    type('a\rb\r\u0004');
    expect([await first, await ask('2: ')]).toEqual(['a', 'b']);
    await expect(ask('3: ')).rejects.toMatchObject({ code: 'Interrupted' });
  });
});

describe('Ctrl-C', () => {
  it('is told to what waits for AWS, once; the second one is left to the system', () => {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    const before = new Set(signals.flatMap((signal) => process.listeners(signal)));
    const interruption = openTerminal().interruption?.();
    const added = signals.map((signal) => process.listeners(signal).filter((listener) => !before.has(listener)));
    expect(added.map(({ length }) => length)).toEqual([1, 1]);
    expect(interruption?.aborted).toBe(false);
    added[0]?.[0]?.('SIGINT');
    expect(String(interruption?.reason)).toContain('SIGINT');
    signals.forEach((signal, index) => {
      for (const listener of added[index] ?? []) process.off(signal, listener);
    });
  });
});
