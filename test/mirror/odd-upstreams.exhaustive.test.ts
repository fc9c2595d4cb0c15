import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tagNames } from '../../actions/lib/deployment/test/tag-names.ts';
import { checkLimits, largeInHistory } from '../../actions/lib/mirror/codecommit-limits.ts';
import { mirrorRepository } from '../../actions/lib/mirror/mirror.ts';
import { blobId, type Tree } from '../../actions/lib/mirror/tree.ts';
import { commit, git, type MirrorScene, openMirrorScene, overlay } from './mirror-scene.ts';

let scene: MirrorScene;
beforeAll(async () => {
  scene = await openMirrorScene();
});
beforeEach(() => scene.empty());
afterAll(() => scene.close());

/** An upstream that a script makes in an empty folder. */
function upstreamOf(script: string): string {
  const folder = scene.path('upstream');
  mkdirSync(folder);
  const person = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) => [
      [`GIT_${role}_NAME`, 'Ada'],
      [`GIT_${role}_EMAIL`, 'ada@example.org'],
      [`GIT_${role}_DATE`, '1700000000 +0000'],
    ]),
  );
  const env = { PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', ...person };
  execFileSync('bash', ['-ec', script], { cwd: folder, env, stdio: 'pipe' });
  return folder;
}

const start = 'git init -q -b main .; seq 1 5000 > a; git add .; git commit -q -m x; git tag v2.0; ';
/** Path of an object's file below `.git`. */
const objectFile = (name: string): string => `$(git rev-parse ${name} | sed 's|^..|.git/objects/&/|')`;
const history =
  'git init -q -b main s; cd s; for i in 1 2 3; do echo $i > a; git add .; git commit -q -m $i; done; git tag v2.0; git config uploadpack.allowFilter true; cd ..; ';
const copy = (options: string): string =>
  `${history}git clone -q --no-checkout ${options} --branch v2.0 file://$PWD/s c; mv c/.git .git; rm -rf s`;
/** A commit with one entry, written byte by byte: Git itself would not make it. */
const entry = (mode: string, name: string): string =>
  `git init -q -b main .; b=$(echo x | git hash-object -w --stdin); t=$( (printf '${mode} ${name}\\0'; printf "$(echo $b | sed 's/../\\\\x&/g')") | git hash-object -w -t tree --literally --stdin); git tag v2.0 $(git commit-tree $t -m x)`;

const mirror = (url: string): ReturnType<typeof mirrorRepository> =>
  mirrorRepository(scene.request({ source: { url, ref: 'v2.0' }, layers: [overlay({ ours: '1\n' })] }));

describe('the true culprit is named, and CodeCommit gets nothing', () => {
  it.each<[string, string, string, RegExp]>([
    ['an empty repository', 'git init -q .', 'RefNotFound', /is empty: it has no branches and no tags/],
    [
      'SHA-256',
      start.replace('init', 'init --object-format=sha256'),
      'ObjectFormatRefused',
      /names its objects by SHA-256/,
    ],
    ['a shallow clone', copy('--depth=1'), 'UpstreamIncomplete', /is a shallow clone/],
    ['a shallow clone of two commits', copy('--depth=2'), 'UpstreamIncomplete', /is a shallow clone/],
    ['a partial clone without files', copy('--filter=blob:none'), 'UpstreamIncomplete', /is a partial clone/],
    ['a partial clone without folders', copy('--filter=tree:0'), 'UpstreamIncomplete', /is a partial clone/],
    ['a partial clone without large files', copy('--filter=blob:limit=1'), 'UpstreamIncomplete', /is a partial clone/],
    ['a missing file', `${start}rm -f ${objectFile('HEAD:a')}`, 'UpstreamDamaged', /is damaged: it lacks objects/],
    ['a missing folder', `${start}rm -f ${objectFile('HEAD^{tree}')}`, 'UpstreamDamaged', /is damaged/],
    [
      'a missing parent',
      `${start}f=${objectFile('HEAD')}; git commit -q --allow-empty -m y; git tag -f v2.0; rm -f $f`,
      'UpstreamDamaged',
      /is damaged/,
    ],
    [
      'a file of zero bytes',
      `${start}f=${objectFile('HEAD:a')}; chmod u+w $f; : > $f`,
      'UpstreamDamaged',
      /is (corrupt|damaged)/,
    ],
    [
      'a file that is cut off',
      `${start}f=${objectFile('HEAD:a')}; chmod u+w $f; truncate -s 100 $f`,
      'UpstreamDamaged',
      /is damaged/,
    ],
    [
      'a pack with other bits',
      `${start}git gc -q; f=$(ls .git/objects/pack/*.pack); chmod u+w $f; printf '\\377\\377\\377' | dd of=$f bs=1 seek=400 conv=notrunc status=none`,
      'UpstreamDamaged',
      /is damaged/,
    ],
    [
      'a pack without its index',
      `${start}git gc -q; rm -f .git/objects/pack/*.idx`,
      'UpstreamDamaged',
      /it lists [0-9a-f]{40} and does not have it/,
    ],
    [
      'a tag of what is not there',
      `${start}echo ${'1'.repeat(40)} > .git/refs/tags/v2.0`,
      'UpstreamDamaged',
      /it lists 1{40} and does not/,
    ],
    ['a tag of nonsense', `${start}echo nonsense > .git/refs/tags/v2.0`, 'UpstreamDamaged', /it lists 0{40}/],
    [
      'objects borrowed from what is gone',
      `${history}git clone -q -s s c; mv c/.git .git; rm -rf s`,
      'UpstreamDamaged',
      /is damaged/,
    ],
    [
      'tags that name each other',
      `${start}git symbolic-ref refs/tags/v2.0 refs/tags/b; git symbolic-ref refs/tags/b refs/tags/v2.0`,
      'RefNotFound',
      /has no tag v2\.0/,
    ],
    ['a tag of a folder', `${start}git tag -f v2.0 HEAD^{tree}`, 'RefNotCommit', /is a tree, not a commit/],
    [
      'a tag of a tag of a file',
      `${start}git tag -a -m x t HEAD:a; git tag -f -a -m x v2.0 t`,
      'RefNotCommit',
      /is a blob, not a commit/,
    ],
  ])('%s', async (_, script, code, message) => {
    const url = upstreamOf(script);
    const failure: unknown = await mirror(url).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'Failure', code, message: expect.stringMatching(message) });
    expect(String(failure)).toContain(url);
    expect(String(failure)).not.toMatch(/\n|codecommit console/i);
    expect(scene.refs()).toEqual([]);
  });
});

describe('a tree that Git’s fsck refuses', () => {
  it.each<[string, string, RegExp]>([
    ...[
      '.git',
      '.GIT',
      '.Git',
      'git~1',
      'GIT~1',
      '.git.',
      '.git ',
      '.git . ',
      '.git::$INDEX_ALLOCATION',
      '.g\\342\\200\\214it',
      '.git\\357\\273\\277',
      'a\\\\.git',
    ].map((name): [string, string, RegExp] => [
      '100644',
      name,
      /has a file ".+", which some systems take for Git’s own folder/,
    ]),
    ...['..', '.'].map((name): [string, string, RegExp] => ['100644', name, /which no folder can have/]),
    ...['.gitmodules', '.GitModules', '.gitmodules .', 'gitmod~1', 'GI7EBA~1', '.gitm\\342\\200\\214odules'].map(
      (name): [string, string, RegExp] => ['120000', name, /a link that Git would read its submodules from/],
    ),
    ['100644', 'a/b', /in its history a name with a slash in it/],
  ])('%s %s', async (mode, name, message) => {
    const failure: unknown = await mirror(upstreamOf(entry(mode, name))).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'TreeName', source: 'user', message: expect.stringMatching(message) });
    expect(String(failure)).not.toMatch(/\p{Cf}/u);
    expect(scene.refs()).toEqual([]);
  });

  it.each([
    ['.GIT', '100644', 'a file or folder that some systems take for Git’s own folder .git'],
    ['.gitmodules', '120000', 'a .gitmodules that is a link'],
  ])('in its history alone: %s', async (name, mode, what) => {
    const later = '; git commit-tree -p v2.0 -m y $(git mktree < /dev/null) > c; git tag -f v2.0 $(cat c)';
    const failure: unknown = await mirror(upstreamOf(entry(mode, name) + later)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'TreeName', message: expect.stringContaining(`has in its history ${what}`) });
    expect(scene.refs()).toEqual([]);
  });

  it('with a cache too', async () => {
    const url = upstreamOf(entry('100644', '.GIT'));
    const request = scene.request({ source: { url, ref: 'v2.0' }, cache: scene.path('cache') });
    await expect(mirrorRepository(request)).rejects.toMatchObject({
      code: 'TreeName',
      message: expect.stringContaining('has a file ".GIT"'),
    });
    expect(scene.refs()).toEqual([]);
  });

  it('a submodule whose address runs a program', async () => {
    const modules = 'printf \'[submodule "a"]\\n\\tpath = a\\n\\turl = --upload-pack=touch\\n\' > .gitmodules';
    const url = upstreamOf(`git init -q -b main .; ${modules}; git add .; git commit -q -m x; git tag v2.0`);
    await expect(mirror(url)).rejects.toMatchObject({ code: 'TreeName', message: /gitmodulesUrl/ });
  });
});

describe('what is odd and harmless is mirrored', () => {
  it.each<[string, string]>([
    ['no main yet', `${start}git symbolic-ref HEAD refs/heads/later`],
    ['a HEAD of its own', `${start}git checkout -q --detach`],
    [
      'branches that name each other',
      `${start}git symbolic-ref refs/heads/a refs/heads/b; git symbolic-ref refs/heads/b refs/heads/a`,
    ],
    ['tags of tags', `${start}git tag -a -m x t1; git tag -a -m x t2 t1; git tag -f -a -m x v2.0 t2`],
    [
      'a folder that is a work tree',
      'git init -q -b main s; cd s; echo 1 > a; git add .; git commit -q -m 1; git tag v2.0; cd ..; echo "gitdir: $PWD/s/.git" > .git',
    ],
    [
      'a submodule',
      `${start}git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),sub; git commit -q -m s; git tag -f v2.0`,
    ],
    [
      'names that differ in case alone',
      'git init -q -b main .; echo a > a; echo A > A; git add .; git commit -q -m x; git tag v2.0',
    ],
    ['modes with zeros before them', entry('0100644', 'file')],
    ['modes of old tools', entry('100664', 'file')],
    ['a name of Windows’ own', entry('100644', 'con')],
    ['a name with a line end', entry('100644', 'a\\nb')],
    [
      'a committer without an address',
      `${start}git cat-file commit HEAD | sed 's/ <[^>]*>//' > c; git tag -f v2.0 $(git hash-object -t commit --literally -w c)`,
    ],
  ])('%s', async (_, script) => {
    const url = upstreamOf(script);
    expect(await mirror(url)).toMatchObject({ change: 'created' });
    expect(git(scene.stored, 'rev-parse', 'upstream')).toBe(git(url, 'rev-parse', 'v2.0^{commit}'));
    expect(git(scene.stored, 'show', 'main:ours')).toBe('1');
  });

  it('the commit itself where another replaces it', async () => {
    const url = upstreamOf(
      `${start}c=$(git rev-parse HEAD); echo other > a; git commit -qam y; git tag -f v2.0 $c; git replace $c HEAD`,
    );
    await mirror(url);
    expect(git(scene.stored, 'show', 'main:a')).not.toBe('other');
  });
});

describe('every name that Git takes for a tag', () => {
  const long = Array.from({ length: 10 }, () => 'y'.repeat(180)).join('/');
  const others = ['HEAD', 'main', 'refs/tags/x', 'refs/heads/main2', 'heads/x', 'e\u0301x', 'x'.repeat(200), long];

  it.each([...tagNames, ...others])('%j', async (name) => {
    const own = commit(scene.upstream, { 'tagged.txt': `${name}\n` }, 'tagged');
    git(scene.upstream, 'check-ref-format', `refs/tags/${name}`);
    git(scene.upstream, 'update-ref', `refs/tags/${name}`, own);
    const record = await mirrorRepository(scene.request({ source: { ref: name } }));
    expect(record).toMatchObject({ change: 'created', upstreamCommit: own, upstreamRef: name });
    // The tag's own name is not pushed, so that CodeCommit's rules for names do not matter.
    const allowed = /^refs\/(heads\/(main|upstream)|tags\/opensarlab\/mirror\/[0-9a-f/-]+) /;
    expect(scene.refs().filter((ref) => !allowed.test(ref))).toEqual([]);
  });

  it('a full name is that ref, also where a tag is called so', async () => {
    const first = commit(scene.upstream, { 'x.txt': '1\n' }, 'one');
    git(scene.upstream, 'tag', '--force', 'same', first);
    git(scene.upstream, 'update-ref', 'refs/tags/refs/tags/same', commit(scene.upstream, { 'x.txt': '2\n' }, 'two'));
    const record = await mirrorRepository(scene.request({ source: { ref: 'refs/tags/same' } }));
    expect(record.upstreamCommit).toBe(first);
  });

  it('one that looks the same in other characters is named', async () => {
    git(scene.upstream, 'tag', '--force', 'cafe\u0301', 'HEAD');
    await expect(mirrorRepository(scene.request({ source: { ref: 'caf\u00e9' } }))).rejects.toMatchObject({
      code: 'RefNotFound',
      message: expect.stringContaining('looks the same and is written in other characters'),
    });
  });
});

describe('CodeCommit’s limits', () => {
  it('are named file by file, each with its own', async () => {
    const folder = upstreamOf(
      'git init -q .; seq 1 100 | git hash-object -w --stdin; echo 1 | git hash-object -w --stdin',
    );
    const large = blobId(Buffer.from(`${Array.from({ length: 100 }, (_, index) => index + 1).join('\n')}\n`));
    const small = blobId(Buffer.from('1\n'));
    const tree: Tree = new Map([
      ['big.bin', { mode: '100644', id: large }],
      [`${'d/'.repeat(60)}x`, { mode: '100644', id: small }],
      ['fine', { mode: '100644', id: small }],
    ]);
    const failure: unknown = await checkLimits(folder, tree, 'here', { blob: 100, path: 100, folders: 20 }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code: 'CodeCommitLimit',
      message: expect.stringMatching(
        /^CodeCommit cannot take here: "big\.bin" has 292 bytes \(at most 100\); "d\/.+…" has a path of 121 bytes \(at most 100\)\.$/,
      ),
    });
    const [sentence] = await checkLimits(folder, tree, 'here');
    expect(sentence).toMatch(/^"d\/.+": in more than 20 folders, which CodeCommit’s quotas exclude/);
  });

  it('a path that is too long stops before the push', async () => {
    await expect(mirror(upstreamOf(entry('100644', 'x'.repeat(4_097))))).rejects.toMatchObject({
      code: 'CodeCommitLimit',
      message: expect.stringContaining('a path of 4097 bytes (at most 4096)'),
    });
    expect(scene.refs()).toEqual([]);
  });

  it('files of earlier commits are found', async () => {
    const folder = upstreamOf(`${start}b=$(git rev-parse HEAD:a); git rm -q a; git commit -q -m y; echo $b > blob`);
    expect(await largeInHistory(folder, 'HEAD', 'here', 1_000)).toMatchObject({
      code: 'CodeCommitLimit',
      message: expect.stringMatching(
        /^CodeCommit cannot take the history of here: "[0-9a-f]{40}" has more than 1000 bytes, in an earlier commit\.$/,
      ),
    });
    expect(await largeInHistory(folder, 'HEAD', 'here')).toBeUndefined();
  });
});
