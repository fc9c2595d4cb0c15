import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvedAfter, approvedBy, type Consent, combine, difference, withdrawnBy } from './approval.ts';
import { canonicalJson } from './canonical-json.ts';
import { isGranting } from './granting.ts';
import type { PlanRow } from './plan-row.ts';
import { rowKey, sortRows } from './seal-text.ts';
import { anyRow, anyRows, sampleRow } from './test/sample-rows.ts';

const consent = (rows: PlanRow[], withdrawn: PlanRow[] = []): Consent => ({ rows, withdrawn, lookedUp: {} });

const anyConsent: fc.Arbitrary<Consent> = fc
  .tuple(anyRows, anyRows, fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2')))
  .map(([rows, earlier, lookedUp]) => ({ rows, withdrawn: withdrawnBy(earlier, rows), lookedUp }));

describe('what is approved', () => {
  it('is the same however consents are put together, as long as their order stays', () => {
    fc.assert(
      fc.property(anyConsent, anyConsent, anyConsent, (a, b, c) => {
        expect(combine(combine(a, b), c)).toEqual(combine(a, combine(b, c)));
        expect(approvedBy([], [a, b, c]).rows).toEqual(combine(combine(a, b), c).rows);
      }),
    );
  });

  it('is of the last writer, for every row and every looked-up value', () => {
    fc.assert(
      fc.property(anyConsent, anyConsent, (a, b) => {
        const { rows, lookedUp } = approvedBy([], [a, b]);
        for (const row of b.rows) expect(rows).toContainEqual(row);
        expect(lookedUp).toMatchObject(b.lookedUp);
        const later = new Set([...b.rows, ...b.withdrawn].map(rowKey));
        for (const row of a.rows) if (!later.has(rowKey(row))) expect(rows).toContainEqual(row);
      }),
    );
  });

  it('never has what a later seal withdrew', () => {
    fc.assert(
      fc.property(anyConsent, anyRows, (a, rows) => {
        const withdrawn = withdrawnBy(a.rows, rows);
        const approval = approvedBy([], [a, consent(rows, withdrawn)]);
        // What a new resource has beside what was seen of it may go, whoever asked for it.
        const added = new Set(rows.flatMap((row) => (row.act === 'add' && row.property === '' ? [rowKey(row)] : [])));
        const isNoneOfNew = (row: PlanRow): boolean =>
          row.act === 'remove' && row.type.startsWith('AWS::') && added.has(rowKey({ ...row, property: '' }));
        for (const row of withdrawn) expect(difference([row], approval)).toEqual(isNoneOfNew(row) ? [] : [row]);
      }),
    );
  });
});

describe('the difference', () => {
  it('to what was approved is nothing', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        expect(difference(rows, approvedBy([], [consent(rows)]))).toEqual([]);
      }),
    );
  });

  it('is every row that nobody has approved, and no other', () => {
    fc.assert(
      fc.property(anyRows, anyRow, (rows, more) => {
        const others = rows.filter((row) => rowKey(row) !== rowKey(more));
        // What a new resource has beside what was seen of it may go.
        const whole = rowKey({ ...more, property: '' });
        fc.pre(more.act !== 'remove' || !others.some((row) => row.act === 'add' && rowKey(row) === whole));
        expect(difference(sortRows([...others, more]), approvedBy([], [consent(others)]))).toEqual([more]);
      }),
    );
  });

  it('is a row with any other place, item, type, property or value', () => {
    fc.assert(
      fc.property(anyRow, fc.constantFrom('place', 'item', 'type', 'property', 'after'), (row, member) => {
        const altered = { ...row, [member]: `${row[member as keyof PlanRow] ?? ''}x` };
        expect(difference([altered], approvedBy([], [consent([row])]))).toEqual([altered]);
      }),
    );
  });

  const acts: [approved: PlanRow['act'], allowed: PlanRow['act'][]][] = [
    ['add', ['add', 'import', 'change', 'protect']],
    ['import', ['add', 'import', 'change', 'protect']],
    ['change', ['change']],
    ['remove', ['remove']],
    ['replace', ['replace', 'may replace', 'change']],
    ['may replace', ['may replace', 'change']],
    ['recover', ['recover']],
    ['protect', ['protect']],
    ['unprotect', ['unprotect']],
  ];
  it.each(acts)('to an approved %s is none for %s only', (act, allowed) => {
    const approval = approvedBy([], [consent([sampleRow({ act })])]);
    const found = acts
      .map(([other]) => other)
      .filter((other) => difference([sampleRow({ act: other })], approval).length === 0);
    expect(found.sort()).toEqual([...allowed].sort());
  });

  it.each([
    ['Delete', 'Retain', true],
    ['Delete', 'Snapshot', true],
    ['Snapshot', 'Delete', false],
    ['Retain', 'Delete', false],
    ['ReplaceAndRetain', 'ReplaceAndDelete', false],
    [undefined, 'Delete', false],
    ['Unheard', 'Delete', false],
    ['Delete', 'Unheard', false],
    ['Unheard', 'Unheard', true],
  ])('takes policy action %s for %s: %s', (approved, found, isCovered) => {
    const row = (policyAction: string | undefined) =>
      sampleRow({ act: 'remove', property: '', ...(policyAction === undefined ? {} : { policyAction }) });
    const left = difference([row(found)], approvedBy([], [consent([row(approved)])]));
    expect(left.length === 0).toBe(isCovered);
  });
});

describe('a new resource', () => {
  const whole = sampleRow({ property: '', act: 'add' });
  const version = sampleRow({ act: 'add' });
  const approval = approvedBy([], [consent([whole, version])]);

  it('may be made in halves: what it has beside what was seen goes again, what was seen is protected', () => {
    const first = sampleRow({ property: 'Properties/List/[1]', act: 'remove' });
    expect(difference([first, { ...version, act: 'change' }, { ...version, act: 'protect' }], approval)).toEqual([]);
  });

  it('is not taken away, protected less, or given another value for it', () => {
    const rows = [
      sampleRow({ property: '', act: 'remove' }),
      sampleRow({ act: 'remove' }),
      sampleRow({ property: 'DeletionPolicy', act: 'unprotect' }),
      sampleRow({ property: 'Properties/List/[1]', act: 'remove', item: 'Other' }),
      sampleRow({ property: 'Properties/List/[2]', act: 'change' }),
    ];
    for (const row of rows) expect(difference([row], approval), JSON.stringify(row)).toEqual([row]);
  });
});

describe('back to what was approved before', () => {
  const grants = (['add', 'import', 'change', 'protect'] as const).map((act) =>
    sampleRow({ item: 'Role', type: 'AWS::IAM::Role', property: 'Properties/Policies/[0]', act }),
  );

  it('needs no consent, unless it deletes, replaces, grants or takes a protection away', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const free = ['add', 'import', 'change', 'protect'].includes(row.act) && !isGranting(row.type, row.property);
        const changesAlone = row.act === 'change' && row.property === '' && row.type.startsWith('AWS::');
        expect(difference([row], approvedBy([row], [])).length === 0).toBe(free || changesAlone);
      }),
      // Of the rows by chance few grant.
      { examples: grants.map((row) => [row]) },
    );
  });

  it('is not another value', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const other = { ...row, after: '"other"' };
        expect(difference([row], approvedBy([other], []))).toEqual([row]);
      }),
    );
  });

  it('follows another stack whose change is approved, also where it grants', () => {
    const grant = sampleRow({
      ...{ place: 'sar-jupyterhub', item: 'Role', type: 'AWS::IAM::Role', property: 'Properties/Policies/[0]' },
      after: canonicalJson({ Resource: { $from: 'sar-cognito.UserPoolArn' } }),
    });
    const pool = sampleRow({ place: 'sar-cognito', item: 'UserPool', property: '', act: 'replace' });
    expect(difference([grant], approvedBy([grant], []))).toEqual([grant]);
    expect(difference([grant], approvedBy([grant], [consent([pool])]))).toEqual([]);
    expect(difference([grant], approvedBy([], [consent([pool])]))).toEqual([grant]);
  });

  it.each([
    ['AWS::IAM::Role', 'Properties/Policies'],
    ['AWS::EKS::AccessEntry', ''],
    ['AWS::EKS::PodIdentityAssociation', 'Properties/RoleArn'],
    ['AWS::EC2::SecurityGroup', 'Properties/SecurityGroupIngress/[0]'],
    ['AWS::EKS::Cluster', 'Properties/ResourcesVpcConfig/PublicAccessCidrs/[0]'],
    ['AWS::Cognito::UserPoolUserToGroupAttachment', ''],
    ['AWS::Cognito::UserPool', 'Properties/AdminCreateUserConfig/AllowAdminCreateUserOnly'],
    ['AWS::S3::BucketPolicy', 'Properties/PolicyDocument'],
    ['AWS::S3::Bucket', 'Properties/PublicAccessBlockConfiguration/BlockPublicAcls'],
    ['AWS::ECR::Repository', 'Properties/RepositoryPolicyText'],
    ['AWS::KMS::Key', 'Properties/KeyPolicy'],
    ['AWS::Lambda::Permission', 'Properties/Principal'],
    ['configuration', ''],
    ['configuration', '/users/sign_up'],
    ['configuration', '/groups/[name=sudo]/users/[0]'],
    ['user', 'administrator'],
    ['AWS::Unheard::Of', ''],
  ])('%s %s grants', (type, property) => expect(isGranting(type, property)).toBe(true));
});

describe('after a successful deployment', () => {
  it('nothing holds that was removed, and what holds is sorted, each once', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const record = approvedAfter(approvedBy([], [consent(rows)]));
        expect(record.some(({ act }) => act === 'remove' || act === 'recover')).toBe(false);
        expect(sortRows(record)).toEqual(record);
      }),
    );
  });

  it('of a removed resource nothing is left, of a removed list element not the element', () => {
    const whole = sampleRow({ item: 'Old', property: '', act: 'add' });
    const value = sampleRow({ item: 'Old' });
    const element = sampleRow({ property: 'Properties/List/[1]' });
    const stays = sampleRow({ property: 'Properties/List/[10]' });
    const approval = approvedBy(
      [whole, value, element, stays],
      [
        consent([
          { ...whole, act: 'remove' },
          { ...element, act: 'remove' },
        ]),
      ],
    );
    expect(approvedAfter(approval)).toEqual([stays]);
  });

  it('policies and tags of a resource hold as long as it is wanted', () => {
    const whole = sampleRow({ property: '', act: 'add' });
    const tags = sampleRow({ property: 'StackTags', after: canonicalJson({ owner: 'sar' }) });
    const policy = sampleRow({ property: 'DeletionPolicy', act: 'protect', after: '"Retain"' });
    const approval = approvedBy([whole, tags, policy], []);
    expect(approvedAfter(approval, [whole])).toEqual(sortRows([whole, tags, policy]));
    expect(approvedAfter(approval, [sampleRow({ item: 'Other', property: '' })])).toEqual([]);
  });

  it('what the declaration no longer wants is not left either; files and users are none of it', () => {
    const [wanted, unwanted] = [sampleRow(), sampleRow({ property: 'Properties/Name' })];
    const file = sampleRow({ place: 'sar-container', item: 'a.txt', type: 'file', property: '' });
    const approval = approvedBy([wanted, unwanted, file], []);
    expect(approvedAfter(approval, [wanted]).map(({ property, type }) => `${type} ${property}`)).toEqual([
      'AWS::EKS::Cluster Properties/Version',
      'file ',
    ]);
  });
});

describe('issue 9', () => {
  const before = [sampleRow({ property: '', act: 'add' }), sampleRow()];
  const more: [string, PlanRow][] = [
    ['a new administrator', { ...sampleRow(), type: 'user', item: 'mallory', property: 'administrator', act: 'add' }],
    [
      'a wider CIDR',
      sampleRow({ property: 'Properties/ResourcesVpcConfig/PublicAccessCidrs/[9]', after: '"0.0.0.0/0"' }),
    ],
    ['sign_up: open', sampleRow({ type: 'AWS::Cognito::UserPool', property: 'Properties/AdminCreateUserConfig/x' })],
    ['a replacement', sampleRow({ property: '', act: 'replace', policyAction: 'ReplaceAndDelete' })],
    ['a recovery that deletes', sampleRow({ property: 'PhysicalResourceId', act: 'recover', policyAction: 'Delete' })],
    [
      'another resource that a recovery deletes',
      sampleRow({ property: 'PhysicalResourceId', act: 'recover', after: '"2"' }),
    ],
    [
      'protection taken off',
      sampleRow({ property: 'Properties/DeletionProtection', act: 'unprotect', after: '"false"' }),
    ],
  ];
  it.each(more)('%s is more', (_, row) => {
    expect(difference([...before, row], approvedBy(before, [consent([sampleRow({ item: 'Other' })])]))).toEqual([row]);
  });

  it('two pull requests may each add an element to one list', () => {
    const element = (name: string) => sampleRow({ property: `Properties/List/[${name}]`, after: `"${name}"` });
    const approval = approvedBy(before, [consent([element('a')]), consent([element('b')])]);
    expect(difference([element('a'), element('b')], approval)).toEqual([]);
    expect(difference([element('a'), element('c')], approval)).toEqual([element('c')]);
  });

  it('a revert withdraws what it takes back', () => {
    const grant = sampleRow({ item: 'AdminAccessMallory', type: 'AWS::EKS::AccessEntry', property: '', act: 'add' });
    const merged = consent([grant]);
    const revert = consent([], withdrawnBy(approvedBy([], [merged]).rows, []));
    expect(difference([grant], approvedBy([], [merged, revert]))).toEqual([grant]);
    expect(difference([grant], approvedBy([], [merged, revert, merged]))).toEqual([]);
  });
});
