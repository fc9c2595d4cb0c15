import { expect, it } from 'vitest';
import type { MirrorRecord } from '../mirror/mirror-record.ts';
import { renderMirrorPreview } from './mirror-report.ts';

const record: MirrorRecord = {
  kind: 'cluster',
  repository: 'sar-cluster',
  change: 'updated',
  upstreamUrl: 'https://example.org/cluster.git',
  upstreamRef: 'v2.0',
  upstreamCommit: '1'.repeat(40),
  commit: '2'.repeat(40),
  files: { added: ['opensarlab/values.yaml'], changed: ['README.md'], deleted: ['odd\u001b[2Jname'] },
  notes: ['"a.sh" is not the hook_script of any profile.'],
};

it('shows upstream, the commit and the files, and no control characters', () => {
  expect(renderMirrorPreview([record])).toBe(`sar-cluster would be updated
  upstream  v2.0 of https://example.org/cluster.git
            1111111111111111111111111111111111111111
  main      2222222222222222222222222222222222222222
  files     1 added, 1 changed, 1 deleted
    + opensarlab/values.yaml
    ~ README.md
    - "odd\\u001b[2Jname"
  note      "a.sh" is not the hook_script of any profile.

Nothing was written.`);
});

it('lists so many files and counts the rest', () => {
  const added = Array.from({ length: 250 }, (_, index) => `file-${index}`);
  const text = renderMirrorPreview([{ ...record, files: { added, changed: [], deleted: [] } }]);
  expect(text.match(/ {4}\+ /g)).toHaveLength(200);
  expect(text).toContain('… and 50 more files');
});

it('says so when there is nothing to do', () => {
  const { files: _files, notes: _notes, ...rest } = record;
  expect(renderMirrorPreview([{ ...rest, change: 'unchanged' }])).toContain('sar-cluster is up to date\n');
});
