import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git } from '../adapters/git/git-command.ts';
import { writeMemory } from '../deploy/deploy-memory.ts';
import type { DeployRecord } from '../deploy/deploy-record.ts';
import type { Outcome } from '../engine/outcome.ts';
import { FakeRecords } from '../ports/test/fake-records.ts';
import { refuseFailedBefore } from './failed-before.ts';

let folder: string;
let records: FakeRecords;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'failed-before-'));
  records = new FakeRecords();
  await git(['init', '--quiet'], { folder });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Commits a file on top of what is there. */
async function commit(path: string, content: string): Promise<string> {
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), content);
  await git(['add', '.'], { folder });
  const author = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.org'];
  await git([...author, 'commit', '--quiet', '--allow-empty', '--message', path], { folder });
  return (await git(['rev-parse', 'HEAD'], { folder })).trim();
}

const declaration = 'deployments/sar/opensarlab.yaml';
let minute = 0;

async function ran(at: string, outcome: Outcome): Promise<void> {
  minute += 1;
  const finishedAt = new Date(Date.UTC(2026, 10, 30, 1, minute));
  const record: DeployRecord = {
    ...{ deployment: 'sar', accountId: '123456789012', region: 'us-west-2', outcome, unchanged: false },
    ...{
      message: 'Stack sar-cluster failed.',
      startedAt: finishedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
    },
    ...{ steps: [], stacks: [], outputs: { images: [] }, refused: [], calls: 1 },
  };
  const memory = { version: 1 as const, run: String(minute), attempt: 1, deployment: 'sar', commit: at };
  await writeMemory(records, { ...memory, approved: [], lookedUp: {}, record }, finishedAt);
}

const ask = (commit: string) => refuseFailedBefore({ folder, commit, name: 'sar' }, records);

describe('a run by the clock', () => {
  it('does not try again what failed as it is declared now, whatever else was pushed since', async () => {
    await ran(await commit(declaration, 'a\n'), 'failed');
    const later = await commit('README.md', 'another thing\n');
    await expect(ask(later)).rejects.toMatchObject({
      code: 'FailedBefore',
      message: expect.stringMatching(/^sar is not tried again at night: run \d+ failed .* Stack sar-cluster failed\.$/),
      hint: expect.stringContaining('by hand for sar'),
    });
  });

  it('tries what is declared otherwise since, and what is new', async () => {
    await ask(await commit(declaration, 'a\n'));
    await ran(await commit(declaration, 'b\n'), 'failed');
    await ask(await commit(declaration, 'c\n'));
  });

  it.each(['succeeded', 'unknown'] as const)('tries what %s since', async (outcome) => {
    const at = await commit(declaration, 'a\n');
    await ran(at, 'failed');
    await ran(at, outcome);
    await ask(at);
  });

  it('tries what failed at a commit that is gone', async () => {
    await ran('0123456789012345678901234567890123456789', 'failed');
    await ask(await commit(declaration, 'a\n'));
  });

  it('tries what was destroyed since', async () => {
    const at = await commit(declaration, 'a\n');
    await ran(at, 'failed');
    await records.writeOnce('receipts/sar/20261130T020000Z-9-1', JSON.stringify({ commit: at }));
    await ask(at);
  });
});
