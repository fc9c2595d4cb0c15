import { Failure, type FailureSource } from '../../failure.ts';

type Explanation = { pattern: RegExp; ofServerToo?: false; code: string; source: FailureSource; hint: string };

/** What git, curl and ssh say on standard error, and what it means for a person. The first that matches counts. */
const explanations: readonly Explanation[] = [
  {
    pattern: /No space left on device|Disk quota exceeded/i,
    ofServerToo: false,
    code: 'DiskFull',
    source: 'user',
    hint: 'Free space on this machine, or let TMPDIR name a larger file system. CodeCommit is unchanged; run again.',
  },
  {
    pattern: /returned error: 40[13]\b|Authentication failed|could not read (Username|Password)|access denied/i,
    code: 'RepositoryRefused',
    source: 'git',
    hint: 'The credentials are wrong, expired or lack the permission (for CodeCommit codecommit:GitPull and codecommit:GitPush), or the clock of this machine is off by more than 15 minutes.',
  },
  {
    pattern:
      /SSL certificate problem|certificate verification failed|unable to get local issuer|self[- ]signed certificate/i,
    code: 'RepositoryUnreachable',
    source: 'user',
    hint: 'This machine does not trust the certificate of the server. Add its authority to the system, or name it in GIT_SSL_CAINFO.',
  },
  {
    pattern: /mismatched algorithms|unsupported object format|object-format/i,
    code: 'ObjectFormatRefused',
    source: 'user',
    hint: 'The repository uses SHA-256, and CodeCommit takes SHA-1 alone. Convert it, or mirror another one.',
  },
  {
    // git-upload-pack fetches nothing on its own (its manual, "SECURITY"): a partial clone cannot give what it left out.
    pattern: /lazy fetching disabled|from promisor remote|possible repository corruption on the remote side/i,
    code: 'UpstreamIncomplete',
    source: 'user',
    hint: 'The repository lacks objects: it is a partial clone (`--filter`), or damaged. Declare the one it was cloned from, or complete it with `git fetch --refetch`.',
  },
  {
    pattern: /Permission denied \(|Host key verification failed|no matching host key/i,
    code: 'RepositoryRefused',
    source: 'git',
    hint: 'Give ssh a key that the server knows and add the server to known_hosts; nobody can answer a question here.',
  },
  {
    pattern: /repository '[^']*' not found|returned error: 404\b|Repository not found/i,
    code: 'RepositoryUnreachable',
    source: 'git',
    hint: 'There is no such repository, or it is private and there are no credentials for it. Check the URL.',
  },
  {
    pattern: /returned error: 30[12378]\b|unable to update url base from redirection/i,
    code: 'RepositoryMoved',
    source: 'user',
    hint: 'The server sends on to another address. Declare that one, after looking at where it leads.',
  },
  {
    pattern: /does not appear to be a git repository|not a git repository/i,
    code: 'RepositoryUnreachable',
    source: 'user',
    hint: 'There is no Git repository at that place. Check the URL.',
  },
  {
    pattern: /dubious ownership/i,
    code: 'RepositoryUnreachable',
    source: 'user',
    hint: 'The folder belongs to another user of this machine; git does not trust it. Serve it, or change its owner.',
  },
  {
    pattern: /protocol '[^']*' is not supported|transport '[^']*' not allowed/i,
    code: 'ProtocolRefused',
    source: 'user',
    hint: 'Use an https, ssh or file URL.',
  },
];

const elsewhere: Omit<Explanation, 'pattern' | 'ofServerToo'> = {
  code: 'GitFailed',
  source: 'git',
  hint: 'Nothing was overwritten. Run again; if it says the same, look at the server.',
};

/**
 * One sentence for what git printed before it failed.
 * @param what how the sentence begins, e.g. `sar-cluster could not be read`
 * @param otherwise the code and hint when git's reason is none of the known ones
 */
export function gitFailure(what: string, stderr: string, otherwise: Partial<typeof elsewhere> = {}): Failure {
  const lines = messageLines(stderr);
  for (const { pattern, ofServerToo = true, ...explanation } of explanations) {
    const isOf = (line: string): boolean => ofServerToo || !line.startsWith('remote:');
    const line = lines.find((candidate) => pattern.test(candidate) && isOf(candidate));
    if (line !== undefined) return new Failure({ ...explanation, message: `${what}: ${withoutPrefix(line)}` });
  }
  return new Failure({ ...elsewhere, ...otherwise, message: `${what}: ${reasonOf(stderr)}` });
}

/** What one end says when the other has failed; the other's own words are worth more. */
const consequence =
  /early EOF|index-pack (failed|output)|hung up unexpectedly|expected ('?packfile|keep then TAB)|failed to push some refs|unexpected disconnect|RPC failed|Could not read from remote repository|unable to fork/i;

/** The line of git's messages that says why: the last `fatal:`, `error:` or `remote:` line with a cause, else the last. */
function reasonOf(stderr: string): string {
  const lines = messageLines(stderr);
  const telling = lines.filter((line) => /^(fatal|error|remote|ssh):/.test(line));
  const line = telling.findLast((candidate) => !consequence.test(candidate)) ?? telling.at(-1) ?? lines.at(-1);
  return line === undefined ? 'git gave no reason' : withoutPrefix(line);
}

function messageLines(stderr: string): string[] {
  return stderr
    .split(/[\r\n]/)
    .map((line) => line.trim())
    .filter(Boolean);
}

function withoutPrefix(line: string): string {
  return line.replace(/^(remote: )?(fatal|error): /, '').slice(0, 500);
}
