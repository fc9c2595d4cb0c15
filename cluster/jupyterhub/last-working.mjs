// Notes which revision of the hub passed the smoke test, and puts that one back when a later one does not work: Helm keeps its
// chart, its values and with them the tag of the hub's image. Stopped anywhere and run again, it ends in the same state.
// Usage: node last-working.mjs remember|restore|was-refused
//   remember     the revision that runs passed the smoke test
//   restore      the revision that runs does not work
//   was-refused  exits 0 when this commit's hub was put back before, so that testing what runs would say nothing about it
// Environment: CODEBUILD_RESOLVED_SOURCE_VERSION, the commit.
import { execFileSync } from 'node:child_process';

const release = 'jupyter';
const namespace = 'jupyter';
const note = 'opensarlab-last-working';
const unfinished = 'pending-install,pending-upgrade,pending-rollback,uninstalling';

const commit = process.env.CODEBUILD_RESOLVED_SOURCE_VERSION ?? '';

const run = (program, args, input) =>
  execFileSync(program, ['--namespace', namespace, ...args], {
    encoding: 'utf8',
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'inherit'],
    ...(input === undefined ? {} : { input }),
  });

/**
 * What was noted: `revision`, the `commit` it is of, the commit that was `refused` afterwards, and whether putting it back is
 * under way (`restoring`); empty without a note.
 */
function readNote() {
  const text = run('kubectl', ['get', 'configmap', note, '--ignore-not-found', '--output', 'json']);
  return text.trim() === '' ? {} : (JSON.parse(text).data ?? {});
}

function writeNote(data) {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: note, namespace }, data };
  run('kubectl', ['apply', '--filename', '-'], JSON.stringify(object));
}

/** Helm's revisions, oldest first, as numbers with their status. */
function history() {
  const revisions = JSON.parse(run('helm', ['history', release, '--output', 'json']));
  return revisions.map(({ revision, status }) => ({ revision: Number(revision), status }));
}

function remember() {
  const { revision } = history().at(-1);
  writeNote({ revision: String(revision), commit });
  console.log(`Revision ${revision} of the hub is the last that worked.`);
}

function restore() {
  const { revision, commit: worked = '', restoring } = readNote();
  if (revision === undefined) {
    console.log('No revision of the hub has passed a smoke test yet, so none is put back.');
    return;
  }
  const revisions = history();
  if (revisions.at(-1).revision === Number(revision) && restoring === undefined) {
    console.log(`The hub that runs is the last that worked, revision ${revision}; nothing is put back.`);
    return;
  }
  if (!revisions.some((each) => each.revision === Number(revision)))
    throw new Error(`Helm does not have revision ${revision} any more, the last that worked.`);
  // Without what is unfinished the noted revision looks like the newest, whatever a killed Helm changed already.
  writeNote({ revision, commit: worked, refused: commit, restoring: 'true' });
  // A Helm that was killed leaves a revision as unfinished, and every later one refuses to work on the release.
  const selector = `owner=helm,name=${release},status in (${unfinished})`;
  run('kubectl', ['delete', 'secrets', '--ignore-not-found', '--selector', selector]);
  run('helm', ['rollback', release, revision, '--wait', '--timeout', '15m']);
  // Helm counts on: what runs now has the old content under a new number.
  const now = history().at(-1).revision;
  writeNote({ revision: String(now), commit: worked, refused: commit });
  console.log(`The last hub that worked runs again: revision ${revision}, of commit ${worked.slice(0, 7)}.`);
}

function wasRefused() {
  const { refused, revision } = readNote();
  if (commit === '' || refused !== commit || history().at(-1).revision !== Number(revision)) process.exitCode = 1;
}

const verbs = { remember, restore, 'was-refused': wasRefused };
const verb = verbs[process.argv[2]];
if (verb === undefined) {
  console.error('Usage: node last-working.mjs remember|restore|was-refused');
  process.exitCode = 2;
} else {
  verb();
}
