import { describe, expect, it } from 'vitest';
import { type Migration, migrateDeclaration } from './migrate-declaration.ts';

/** A file of 2022 with these lines in its parameters and above its nodes. */
function migrated(parameters: string, aboveNodes = ''): Migration {
  return migrateDeclaration(`---
# The lab of the radar class

parameters:
${parameters}
  cost_tag_key: osl-billing
  cost_tag_value: radar
  admin_user_name: jdoe
  admin_email_address: jdoe@example.org
  certificate_arn: arn:aws:acm:us-west-2:123456789012:certificate/0a1b2c3d
  az_suffix: a  # not b
  # ical_url: https://example.org/x.ics
${aboveNodes}
nodes:
  - name: hub
    instance: t3a.xlarge
    min_number: 1
    max_number: 1
    node_policy: hub
    is_hub: True
profiles: []
`);
}

const lostIn = ({ notes }: Migration): string[] =>
  notes.filter(({ field }) => field === 'comment').map(({ line, message }) => `${line}: ${message}`);

describe('comments', () => {
  it('stay at their fields, two spaces behind values, without spaces at the end of lines', () => {
    const migration = migrated('  ## Billing\n\n  ## of the lab');
    expect(migration.text).toContain('---\n# The lab of the radar class\n\naws:\n');
    expect(migration.text).toContain('\nparameters:\n  ## Billing\n\n  ## of the lab\n  cost_tag_key: osl-billing\n');
    expect(migration.text).toContain('\n  az_suffix: a  # not b\n  # ical_url: https://example.org/x.ics\n');
    expect(migration.text).not.toMatch(/[ \t]\n/);
    expect(lostIn(migration)).toEqual([]);
  });

  it('at the margin stay above the section below them', () => {
    const { text } = migrated('', '\n# ---- machines ----\n# see the wiki');
    expect(text).toContain('x.ics\n\n# ---- machines ----\n# see the wiki\nnodes:\n');
  });

  it('of fields that are gone are in the report, with their lines', () => {
    const migration = migrated(
      '  # the pipeline reads it\n  code_commit_repo_name: x # never "change"\n  vpc_id: v # old',
    );
    expect(lostIn(migration)).toEqual([
      '6: It went with its field: "never "change"".',
      '7: It went with its field: "old".',
    ]);
    expect(migration.text).toContain('  # the pipeline reads it\n');
  });

  it('that are the same are counted', () => {
    const migration = migrated('  vpc_id: v # not b');
    expect(lostIn(migration)).toEqual([expect.stringMatching(/^\d+: It went with its field: "not b"\.$/)]);
  });

  it('are no comments inside of texts', () => {
    const migration = migrated("  vpc_id: 'a # b'\n  colour: |\n    # red\n    # blue");
    expect(lostIn(migration)).toEqual([]);
  });
});
