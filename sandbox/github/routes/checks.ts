import { resolveCommit } from '../git/refs.ts';
import { ACTIONS_APP, type AppIdentity } from '../model/app.ts';
import type { CheckAnnotation, CheckConclusion, CheckRun } from '../model/check-run.ts';
import { addAnnotations, recordCheckRun } from '../model/check-runs.ts';
import type { Repository } from '../model/repository.ts';
import { isInstallation } from '../model/token.ts';
import { presentAnnotation, presentCheckRun } from '../present/check-run.ts';
import { ApiError, notFound, notInSandbox, validationFailed } from '../rest/api-error.ts';
import { countedListReply, listReply } from '../rest/pagination.ts';
import { type BodyOf, type RepositoryHandlers, signedIn } from '../rest/rest-call.ts';

type Output = NonNullable<BodyOf<'checks/create'>['output'] | BodyOf<'checks/update'>['output']>;

/** Check runs (docs.github.com/en/rest/checks/runs). */
export const checkHandlers: RepositoryHandlers<
  'checks/create' | 'checks/get' | 'checks/update' | 'checks/list-annotations' | 'checks/list-for-ref'
> = {
  'checks/create': async (call, repository) => {
    const { state, body } = call;
    const app = callingApp(call);
    const headSha = await resolveCommit(repository.gitFolder, body.head_sha);
    if (headSha === undefined) throw new ApiError(422, `No commit found for SHA: ${body.head_sha}`);
    const checkRun = recordCheckRun(state, repository, {
      name: body.name,
      headSha,
      app,
      ...changesOf(body, state.now()),
      ...(body.started_at === undefined ? {} : { startedAt: new Date(body.started_at) }),
    });
    addAnnotations(repository, checkRun.id, annotationsOf(body.output));
    return { status: 201, body: presentCheckRun(state, repository, checkRun) };
  },

  'checks/get': ({ state, path }, repository) => ({
    status: 200,
    body: presentCheckRun(state, repository, existing(repository, path.check_run_id)),
  }),

  'checks/update': (call, repository) => {
    const { state, path, body } = call;
    const { id, app } = existing(repository, path.check_run_id);
    // "Updates a check run … you must have the checks:write permission"; another app's check run cannot be changed.
    if (callingApp(call).id !== app.id)
      throw new ApiError(
        403,
        `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
      );
    const checkRun = recordCheckRun(state, repository, {
      id,
      ...(body.name === undefined ? {} : { name: body.name }),
      ...(body.started_at === undefined ? {} : { startedAt: new Date(body.started_at) }),
      ...changesOf(body, state.now()),
    });
    addAnnotations(repository, id, annotationsOf(body.output));
    return { status: 200, body: presentCheckRun(state, repository, checkRun) };
  },

  'checks/list-annotations': (call, repository) => {
    const checkRun = existing(repository, call.path.check_run_id);
    return listReply(call, checkRun.annotations, (annotation) =>
      presentAnnotation(call.state, repository, checkRun, annotation),
    );
  },

  'checks/list-for-ref': async (call, repository) => {
    const { check_name, status, app_id, filter = 'latest' } = call.query;
    const sha = await resolveCommit(repository.gitFolder, call.path.ref.replace(/^(heads|tags)\//, ''));
    if (sha === undefined) throw new ApiError(422, `No commit found for SHA: ${call.path.ref}`);
    const all = [...repository.checkRuns.values()]
      .filter((each) => each.headSha === sha)
      .filter((each) => check_name === undefined || each.name === check_name)
      .filter((each) => app_id === undefined || each.app.id === app_id)
      .filter((each) => status === undefined || each.status === status)
      .reverse();
    const shown = filter === 'all' ? all : [...new Map(all.toReversed().map((each) => [each.name, each])).values()];
    return countedListReply(call, 'check_runs', shown, (each) => presentCheckRun(call.state, repository, each));
  },
};

/** "Write permission for the REST API to interact with checks is only available to GitHub Apps." */
function callingApp(call: Parameters<typeof signedIn>[0]): AppIdentity {
  const grant = signedIn(call);
  if (!isInstallation(grant)) throw new ApiError(403, 'You must authenticate via a GitHub App.');
  return grant.kind === 'app' ? grant.app : ACTIONS_APP;
}

function existing(repository: Repository, id: number): CheckRun {
  const checkRun = repository.checkRuns.get(id);
  if (checkRun === undefined) throw notFound();
  return checkRun;
}

/** "Providing conclusion will automatically set the status parameter to completed." */
function changesOf(body: BodyOf<'checks/create'> | BodyOf<'checks/update'>, now: Date): Partial<Omit<CheckRun, 'id'>> {
  const { details_url, external_id, output, actions } = body;
  if (actions !== undefined) throw notInSandbox('"actions" of check runs');
  const conclusion = conclusionOf(body.conclusion);
  if (body.status === 'completed' && conclusion === undefined) {
    throw validationFailed({ resource: 'CheckRun', field: 'conclusion', code: 'missing_field' });
  }
  const completedAt = body.completed_at === undefined ? now : new Date(body.completed_at);
  return {
    ...(details_url === undefined ? {} : { detailsUrl: details_url }),
    ...(external_id === undefined ? {} : { externalId: external_id }),
    ...(output === undefined ? {} : { title: output.title, summary: output.summary, text: output.text }),
    ...(body.status === undefined ? {} : { status: body.status }),
    ...(conclusion === undefined ? {} : { status: 'completed', conclusion, completedAt }),
  };
}

function conclusionOf(conclusion: string | undefined): CheckConclusion | undefined {
  // "stale" can only be set by GitHub.
  if (conclusion === 'stale') throw validationFailed({ resource: 'CheckRun', field: 'conclusion', code: 'invalid' });
  return conclusion as CheckConclusion | undefined;
}

function annotationsOf(output: Output | undefined): CheckAnnotation[] {
  if (output?.images !== undefined) throw notInSandbox('images in check runs');
  return (output?.annotations ?? []).map((annotation) => ({
    path: annotation.path,
    startLine: annotation.start_line,
    endLine: annotation.end_line,
    level: annotation.annotation_level,
    message: annotation.message,
    ...(annotation.start_column === undefined ? {} : { startColumn: annotation.start_column }),
    ...(annotation.end_column === undefined ? {} : { endColumn: annotation.end_column }),
    ...(annotation.title === undefined ? {} : { title: annotation.title }),
    ...(annotation.raw_details === undefined ? {} : { rawDetails: annotation.raw_details }),
  }));
}
