import type { GitOptions, GitResult } from '../adapters/git/git-command.ts';
import type { Remote } from '../adapters/git/remote.ts';
import { Failure } from '../failure.ts';

/**
 * What Git's fsck finds in old histories everywhere, and what harms nobody: dates, persons and modes as early tools wrote them.
 * Everything else that it knows stops the fetch: names that some system takes for `.git`, `.gitmodules` that is a link or
 * runs a program, trees that no checkout can have (git-fsck, "FSCK MESSAGES"; git-config, `fetch.fsckObjects`).
 */
const harmless = [
  'badDate',
  'badDateOverflow',
  'badEmail',
  'badFilemode',
  'badName',
  'badTagName',
  'badTimezone',
  'gitattributesLarge',
  'gitattributesLineLength',
  'gitattributesMissing',
  'gitmodulesLarge',
  'gitmodulesMissing',
  'gitmodulesParse',
  'missingEmail',
  'missingNameBeforeEmail',
  'missingSpaceBeforeDate',
  'missingSpaceBeforeEmail',
  'missingTaggerEntry',
  'multipleAuthors',
  'nulInCommit',
  'zeroPaddedDate',
  'zeroPaddedFilemode',
] as const;

/** Settings of a fetch that looks at every object before it is kept. A Git that does not know one of the names goes on. */
export const receivedSafely: NonNullable<GitOptions['settings']> = [
  ['fetch.fsckObjects', 'true'],
  ...harmless.map((id) => [`fetch.fsck.${id}`, 'ignore'] as const),
];

/** What some messages of fsck mean; of the others the message itself is told. */
const meanings: Readonly<Record<string, string>> = {
  hasDotgit: 'a file or folder that some systems take for Git’s own folder .git',
  hasDot: 'a file or folder called “.”',
  hasDotdot: 'a file or folder called “..”',
  fullPathname: 'a name with a slash in it',
  emptyName: 'a file without a name',
  duplicateEntries: 'two files of one name in one folder',
  nullSha1: 'a file that is no object',
  gitmodulesSymlink: 'a .gitmodules that is a link',
  gitmodulesBlob: 'a .gitmodules that is no file',
  gitmodulesUrl: 'a submodule with an address that runs a program',
  gitmodulesName: 'a submodule with a name that leads out of its folder',
  gitmodulesPath: 'a submodule with a path that runs a program',
  gitmodulesUpdate: 'a submodule that runs a program when it is updated',
};

/** Refused by the fetch itself: what a checkout would suffer from. */
const unsafe = /^(?:remote: )?error: object ([0-9a-f]{40,64}): (\w+): /m;

/** git-upload-pack fetches nothing on its own (its manual, "SECURITY"), so a partial clone cannot give what it left out. */
const partial = /lazy fetching disabled|promisor/i;

/** Git then exits with 0 and leaves the ref out. */
const shallow = /shallow roots are not allowed|shallow update not allowed/i;

/** The server names its objects by another hash (gitprotocol-capabilities, "object-format"). */
const otherHash = /mismatched algorithms|unsupported object format/i;

/** The server named the object in its own list of refs a moment ago. */
const dangling = /upload-pack: not our ref ([0-9a-f]{40,64})/;

/** The server itself says so, and then breaks off. */
const admitted =
  /unable to read [0-9a-f]{40}|is corrupt\b|missing (?:blob|tree|commit) object|bad packed object|possible repository corruption on the remote side/i;

/** What arrives is not what it should be. */
const suspected =
  /data stream error|bad object|bad pack header|did not send all necessary objects|did not receive expected object|unpack-objects failed|invalid index-pack output|pack has bad|inflate returned/i;

/** A connection that broke leaves half a pack, which looks the same. */
const brokenOff = /early EOF|hung up unexpectedly|unexpected disconnect|RPC failed|No space left|Disk quota|timed out/i;

/**
 * The upstream itself is the reason why a fetch failed: it is shallow, partial, damaged, or made to attack.
 * @param byName the refs were asked for by name, so that the server has listed them
 * @returns undefined when the reason is another one
 */
export function damageOf(remote: Remote, { stderr }: GitResult, byName: boolean): Failure | undefined {
  const found = unsafe.exec(stderr);
  if (found !== null) return unsafeObject(remote, found[1] ?? '', found[2] ?? '');
  if (otherHash.test(stderr)) return otherFormat(remote);
  if (shallow.test(stderr)) return shallowSource(remote);
  if (partial.test(stderr)) return partialSource(remote);
  if (byName && dangling.test(stderr)) return damagedSource(remote, stderr);
  const isDamaged = admitted.test(stderr) || (suspected.test(stderr) && !brokenOff.test(stderr));
  return isDamaged ? damagedSource(remote, stderr) : undefined;
}

function unsafeObject({ name }: Remote, object: string, id: string): Failure {
  const what = meanings[id] ?? `what Git calls ${id}`;
  return new Failure({
    code: 'TreeName',
    source: 'user',
    message: `${name} has in its history ${what} (object ${object.slice(0, 12)}, ${id}).`,
    hint: 'Such a repository is made to attack those who check it out, or broken; CodeCommit gets nothing of it. Look at who committed it with `git fsck`, and declare a `ref` without it in its history.',
  });
}

function otherFormat({ name }: Remote): Failure {
  return new Failure({
    code: 'ObjectFormatRefused',
    source: 'user',
    message: `${name} names its objects by SHA-256, and CodeCommit takes SHA-1 alone.`,
    hint: 'Convert it to a repository with SHA-1, or declare another one.',
  });
}

function shallowSource({ name }: Remote): Failure {
  return new Failure({
    code: 'UpstreamIncomplete',
    source: 'user',
    message: `${name} is a shallow clone: a part of its history is missing, so that it cannot be mirrored.`,
    hint: 'Complete it with `git fetch --unshallow`, or declare the repository it was cloned from.',
  });
}

function partialSource({ name }: Remote): Failure {
  return new Failure({
    code: 'UpstreamIncomplete',
    source: 'user',
    message: `${name} is a partial clone: files that its filter left out are missing, so that it cannot be mirrored.`,
    hint: 'Complete it with `git fetch --refetch --no-filter`, or declare the repository it was cloned from, and not the partial clone.',
  });
}

function damagedSource({ name }: Remote, stderr: string): Failure {
  const lines = stderr.split(/[\r\n]+/).map((line) => line.trim().replace(/^(?:(?:remote|fatal|error): )+/, ''));
  const lost = lines.flatMap((line) => dangling.exec(line)?.[1] ?? [])[0];
  const telling = [admitted, suspected].flatMap((said) => lines.find((line) => said.test(line)) ?? [])[0] ?? '';
  const what =
    lost === undefined
      ? `it lacks objects, or some cannot be read (${telling.slice(0, 200)})`
      : `it lists ${lost} and does not have it`;
  return new Failure({
    code: 'UpstreamDamaged',
    source: 'user',
    message: `${name} is damaged: ${what}.`,
    hint: 'Nothing is wrong with this machine or CodeCommit. `git fsck --full` in that repository names the objects; mend it there, or declare another copy of it.',
  });
}
