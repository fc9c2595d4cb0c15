import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StackEvent } from '../ports/cloudformation.ts';
import { cleanWords } from './clean-words.ts';
import { diagnoseBuild, diagnoseError, diagnoseStack, diagnoseWords, type Finding, findRootCause } from './diagnose.ts';

const stackType = 'AWS::CloudFormation::Stack';
let seconds = 0;

function event(logicalId: string, status: string, reason?: string, type = 'AWS::EC2::Subnet'): StackEvent {
  seconds += 1;
  const at = new Date(seconds * 1000);
  return { logicalId, physicalId: '', type, status, at, ...(reason === undefined ? {} : { reason }) };
}

describe('findRootCause', () => {
  it('takes the first failure, not those that were cancelled because of it, nor the stack itself', () => {
    const events = [
      event('A', 'CREATE_IN_PROGRESS'),
      event('B', 'CREATE_FAILED', 'Resource creation cancelled'),
      event('C', 'CREATE_FAILED', 'You have exceeded the limit'),
      event('D', 'CREATE_FAILED', 'Another'),
      event('sar', 'CREATE_FAILED', 'The following resource(s) failed to create: [C].', stackType),
    ];
    expect(findRootCause(events)?.logicalId).toBe('C');
    expect(findRootCause([...events].reverse())?.logicalId).toBe('C');
  });

  it('names a cancelled one rather than nothing', () => {
    expect(findRootCause([event('B', 'UPDATE_FAILED', 'Resource update cancelled')])?.logicalId).toBe('B');
  });

  const update = [
    event('sar', 'UPDATE_IN_PROGRESS', 'User Initiated', stackType),
    event('Nodes', 'UPDATE_FAILED', 'Something'),
    event('sar', 'UPDATE_ROLLBACK_IN_PROGRESS', 'The following resource(s) failed to update: [Nodes].', stackType),
    event('Group', 'UPDATE_FAILED', 'Something else'),
    event('sar', 'UPDATE_ROLLBACK_FAILED', 'The following resource(s) failed to update: [Group].', stackType),
  ];

  it('keeps what failed and why it could not be rolled back apart', () => {
    expect(findRootCause(update)?.logicalId).toBe('Nodes');
    expect(findRootCause(update, 'rollback')?.logicalId).toBe('Group');
    const again = [
      event('sar', 'UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated', stackType),
      event('Zone', 'UPDATE_FAILED', 'Yet'),
    ];
    expect(findRootCause([...update, ...again], 'rollback')?.logicalId).toBe('Zone');
  });

  it('finds the resource of a nested stack rather than the nested stack', () => {
    const nested = event(
      'Net',
      'CREATE_FAILED',
      'Embedded stack arn:aws:x was not successfully created: The following resource(s) failed to create: [Vpc].',
      stackType,
    );
    expect(
      findRootCause([nested, event('Vpc', 'CREATE_FAILED', 'The maximum number of VPCs has been reached.')])?.logicalId,
    ).toBe('Vpc');
    expect(findRootCause([nested])?.logicalId).toBe('Net');
  });
});

describe('the finding', () => {
  it('keeps apart who denies', () => {
    const denied =
      'User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: ec2:CreateVpc on resource: *';
    const causes = [
      `${denied} with an explicit deny in a service control policy`,
      `${denied} because no service control policy allows the ec2:CreateVpc action`,
      `${denied} because no permissions boundary allows the ec2:CreateVpc action`,
      `${denied} because no identity-based policy allows the ec2:CreateVpc action`,
      `${denied} because no session policy allows the ec2:CreateVpc action`,
      denied,
      'Role arn:aws:iam::111122223333:role/opensarlab-cloudformation is invalid or cannot be assumed',
      'The role defined for the function cannot be assumed by Lambda.',
    ].map((words) => diagnoseWords(words).cause);
    expect(causes).toEqual([
      'service-control-policy',
      'service-control-policy',
      'permissions-boundary',
      'identity-policy',
      'session-policy',
      'access-denied',
      'bootstrap-missing',
      'role-not-ready',
    ]);
  });

  it('says honestly that it does not know, with the words as they are', () => {
    const finding = diagnoseStack([
      event(
        'X',
        'CREATE_FAILED',
        'Resource handler returned message: "The moon is full (Service: Sky, Status Code: 400, Request ID: 1)" (RequestToken: 2, HandlerErrorCode: GeneralServiceException)',
        'AWS::DLM::LifecyclePolicy',
      ),
    ]);
    expect(finding).toMatchObject({ cause: 'unknown', said: 'The moon is full', remedy: 'look-in-console' });
    expect(finding.means).toBeUndefined();
  });

  it('takes the code where the words say nothing', () => {
    expect(
      diagnoseWords('Resource handler returned message: "null" (RequestToken: 1, HandlerErrorCode: Throttling)').cause,
    ).toBe('throttled');
    expect(diagnoseError({ name: 'UnknownError', message: 'UnknownError', status: 403 }).cause).toBe('access-denied');
  });

  it('lets what follows from a cause not cover it', () => {
    const lines = ['Could not solve for environment specs', 'write /opt/x: no space left on device', 'exit code: 1'];
    expect(diagnoseBuild({ lines }).cause).toBe('disk-full');
    const pod = [
      '0/3 nodes are available: 3 Insufficient memory.',
      'Back-off restarting failed container',
      'Error: UPGRADE FAILED: timed out waiting for the condition',
    ];
    expect(diagnoseBuild({ lines: pod }).cause).toBe('pod-crash');
  });

  it('does not take a warning that was got over for the cause', () => {
    const lines = [
      "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by 'NewConnectionError: Name or service not known'",
      'ERROR: ResolutionImpossible: for help visit https://pip.pypa.io',
    ];
    expect(diagnoseBuild({ lines }).cause).toBe('pip-conflict');
    expect(
      diagnoseBuild({
        lines: [
          "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'",
          'ERROR: No matching distribution found for x',
        ],
      }).cause,
    ).toBe('network');
  });
});

const noise = [
  'Resource handler returned message: "',
  '(Service: Ec2, Status Code: 403, Request ID: 0f6f1a2b-1111-2222-3333-444455556666, Extended Request ID: abc=)',
  '(Service: AmazonEC2; Status Code: 400; Error Code: X; Request ID: 59823552-e4cd; Proxy: null)',
  '(SDK Attempt Count: 1)',
  '(RequestToken: 2b857f44-998a, HandlerErrorCode: AccessDenied)',
  'status code: 403, request id: 6bcc1ed4-f323',
  'RequestId: 1a2b',
  'Encoded authorization failure message: aGVsbG8',
];
const forbidden =
  /Resource handler returned|RequestToken|HandlerErrorCode|SDK Attempt Count|Request ?ID|Encoded authorization|[\p{Cc}\p{Cf}]/iu;

/** Noise, control characters and words in any order. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...noise),
      fc.constantFrom('\u001b[31m', '\u0007', '\u202e', '(', ')', '"', ', '),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(' '));

describe('what people read', () => {
  it('never holds noise of handlers, ids of requests or control characters', () => {
    const shown = (finding: Finding): string => `${finding.means ?? ''} ${finding.said} ${finding.todo}`;
    fc.assert(
      fc.property(hostile, (text) => {
        expect(cleanWords(text)).not.toMatch(forbidden);
        expect(shown(diagnoseStack([event('A', 'CREATE_FAILED', text)]))).not.toMatch(forbidden);
        expect(shown(diagnoseError({ name: 'X', message: text }))).not.toMatch(forbidden);
        expect(shown(diagnoseBuild({ phase: { name: 'BUILD', message: text }, lines: text.split(' ') }))).not.toMatch(
          forbidden,
        );
      }),
      { numRuns: 300 },
    );
  });

  it('cuts the noise and nothing else', () => {
    expect(
      cleanWords(
        'Resource handler returned message: "The CIDR \'10.0.0.0/8\' (x) conflicts (Service: Ec2, Status Code: 400, Request ID: 1) (SDK Attempt Count: 1)" (RequestToken: 1, HandlerErrorCode: InvalidRequest)',
      ),
    ).toBe("The CIDR '10.0.0.0/8' (x) conflicts");
    expect(
      cleanWords(
        'Access Denied (Service: S3, Status Code: 403, Request ID:XXX, Extended Request ID: XXX" (RequestToken: X',
      ),
    ).toBe('Access Denied');
    expect(
      cleanWords(
        '[Issue(Code=NodeCreationFailure, Message=Instances failed to join, ResourceIds=[i-1])] (Service: null, Status Code: 0)',
      ),
    ).toBe('NodeCreationFailure: Instances failed to join [i-1]');
  });

  it.each([
    [
      'lines',
      Array.from({ length: 20_000 }, (_, index) => `#12 ${index}.1 Collecting package metadata of a package ${index}`),
    ],
    ['one line', ['instance type capacity limit CIDR (Service: '.repeat(25_000)]],
    ['parentheses', ['('.repeat(1_000_000)]],
  ])('of a log of 1 MB is found before the test’s time is up: %s', (_, lines) => {
    const { said } = diagnoseBuild({ phase: { name: 'BUILD', message: lines[0] ?? '' }, lines });
    expect(said.length).toBeLessThan(5_000);
  });
});

describe('a phrase in a log that did not end the build', () => {
  const conda = '#9 2.0 error    libmamba Could not solve for environment specs\n#9 nothing provides requested zzz';
  it.each([
    [
      'in quotes',
      `#5 1.0 the docs say "toomanyrequests: You have reached your pull rate limit"\n${conda}`,
      'conda-missing',
    ],
    [
      'in the output of a step that went well',
      'Step 3/9 : RUN echo toomanyrequests\ntoomanyrequests: no\n ---> 0123456789ab\nE: Unable to locate package foo',
      'apt-missing',
    ],
    [
      'in the output of another step of BuildKit',
      '#7 3.1 No space left on device, cleaning up\n#8 2.0 E: Unable to locate package foo\n#8 ERROR: process did not complete',
      'apt-missing',
    ],
    [
      'in the name of a test that passed',
      'tests/test_quota.py::test_handles[No space left on device] PASSED\nFAILED tests/test_a.py::test_b - AssertionError: 1 != 2',
      'image-test',
    ],
    [
      'before it was tried again',
      'fatal: unable to access x: Could not resolve host: github.com\nretrying (1/3)\nERROR: No matching distribution found for foo==9',
      'pip-missing',
    ],
    ['in a warning', 'warning: MemoryError was caught\nnpm ERR! code ERESOLVE', 'npm'],
    [
      'in a phase that succeeded',
      'no space left on device\n[Container] Phase complete: INSTALL State: SUCCEEDED\nE: Unable to locate package foo\n[Container] Phase complete: BUILD State: FAILED',
      'apt-missing',
    ],
    [
      'in what came after the failure',
      'E: Unable to locate package foo\n[Container] Phase complete: BUILD State: FAILED\nno space left on device\n[Container] Phase complete: POST_BUILD State: FAILED',
      'apt-missing',
    ],
  ])('%s', (_, log, cause) => {
    expect(diagnoseBuild({ status: 'FAILED', lines: log.split('\n') }).cause).toBe(cause);
  });
});
