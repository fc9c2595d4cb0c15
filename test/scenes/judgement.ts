import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CognitoIdentityProviderClient,
  paginateListUserPools,
  paginateListUsers,
} from '@aws-sdk/client-cognito-identity-provider';
import type { WorkflowRun } from '@opensarlab/sandbox';
import { expect } from 'vitest';
import { parseDocument } from 'yaml';
import { describe as tell, type World } from './world.ts';

const run = promisify(execFile);

/** A place in a declaration and what stands there afterwards; undefined takes it out. */
export type Edit = readonly [path: readonly (string | number)[], value: unknown];

/** A declaration as somebody edits it by hand: comments and layout of the rest stay. */
export function edited(text: string, ...edits: readonly Edit[]): string {
  const document = parseDocument(text);
  for (const [path, value] of edits) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, value);
  }
  return document.toString();
}

/** What the account and the people who may administer labs are at a moment. */
export type Before = { since: number; account: Map<string, string>; settings: Map<string, string> };

export async function look(world: World): Promise<Before> {
  return { since: world.moment(), account: await world.account(), settings: await settings(world) };
}

/** Parameters of every stack, and the users of every pool: what changes without a resource coming or going. */
export async function settings(world: World): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const cloudFormation = new CloudFormationClient(world.stage.administrator);
  let NextToken: string | undefined;
  do {
    const page = await cloudFormation.send(new DescribeStacksCommand(NextToken === undefined ? {} : { NextToken }));
    for (const { StackName = '', StackStatus = '', Parameters = [] } of page.Stacks ?? []) {
      if (StackStatus === 'REVIEW_IN_PROGRESS') continue;
      found.set(StackName, StackStatus);
      for (const { ParameterKey, ParameterValue = '' } of Parameters) {
        found.set(`${StackName} ${ParameterKey}`, ParameterValue);
      }
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  const client = new CognitoIdentityProviderClient(world.stage.administrator);
  for await (const { UserPools = [] } of paginateListUserPools({ client }, { MaxResults: 60 })) {
    for (const { Id, Name = '' } of UserPools) {
      for await (const { Users = [] } of paginateListUsers({ client }, { UserPoolId: Id })) {
        for (const { Username = '' } of Users) found.set(`user ${Username} of ${Name}`, 'is there');
      }
    }
  }
  return found;
}

/** The rendered declaration that a lab has in CodeCommit. */
export async function labDeclaration(world: World, name: string): Promise<string> {
  const { aws } = world.sandbox;
  const { folder } = aws.repository(world.stage.administrator.region, `${name}-cluster`);
  return (await run('git', ['-C', folder, 'show', 'main:opensarlab/opensarlab.yaml'])).stdout;
}

/**
 * What was changed since a moment. A change set that was made to look at it, and deleted again, is none: it shows as
 * CreateChangeSet with the tags and the role it would use.
 */
export function changes(world: World, since: number): string[] {
  return world
    .deeds(since)
    .filter(
      (deed) => !/ (?:cloudformation:(?:Create|Delete)ChangeSet|cloudformation:TagResource|iam:PassRole) /.test(deed),
    );
}

/** Names of the stacks of which change sets were executed. */
export function updatedStacks(world: World, since: number): string[] {
  const found = changes(world, since).flatMap((deed) => /ExecuteChangeSet \S*:stack\/([^/]+)/.exec(deed)?.[1] ?? []);
  return [...new Set(found)].sort();
}

/** The roles that change labs have changed nothing, and account and settings are what they were. */
export async function expectNothingDone(world: World, before: Before): Promise<void> {
  expect(changes(world, before.since)).toEqual([]);
  expect(await world.account()).toEqual(before.account);
  expect(await settings(world)).toEqual(before.settings);
}

/** The runs of one workflow. */
export function runsOf(runs: readonly WorkflowRun[], workflow: string): WorkflowRun[] {
  return runs.filter(({ workflowName }) => workflowName === workflow);
}

/** The last run of a workflow has ended in green; the message of a red scene says how it went. */
export function expectSuccess(runs: readonly WorkflowRun[], workflow: string): void {
  const last = runsOf(runs, workflow).at(-1);
  expect(last?.conclusion, tell(last)).toBe('success');
}

/** The error annotations of a run. */
export function errorsOf({ annotations, jobs }: WorkflowRun): string[] {
  const all = [
    ...annotations,
    ...jobs.flatMap((job) => [...job.annotations, ...job.steps.flatMap((step) => step.annotations)]),
  ];
  return all.filter(({ level }) => level === 'error').map(({ message }) => message);
}

/** The last run of a workflow is red, and one of its annotations says what and the way on. */
export function expectRefusal(runs: readonly WorkflowRun[], workflow: string, sentence: RegExp): void {
  const last = runsOf(runs, workflow).at(-1);
  expect(last?.conclusion, tell(last)).toBe('failure');
  expect(last === undefined ? [] : errorsOf(last)).toContainEqual(expect.stringMatching(sentence));
}

/** What every refused deployment says, whatever it would have done. */
export const unapproved =
  /was not changed, because no merged plan contains this: .*A follow-up pull request shows exactly this; merge it/;

/** The newest open pull request that a refused run has prepared. @returns its number */
export async function followUpOf(world: World): Promise<number> {
  const pulls = await world.ada.pulls();
  const found = pulls.filter(({ title }) => title.startsWith('Review what was refused')).map(({ number }) => number);
  expect(found, 'a follow-up pull request is open').not.toEqual([]);
  return Math.max(...found);
}

/** All that the product's own account says on a pull request. */
export async function shownOn(world: World, pullRequest: number): Promise<string> {
  const comments = await world.ada.comments(pullRequest);
  return comments
    .filter(({ author }) => author === 'github-actions[bot]')
    .map(({ body }) => body)
    .join('\n\n');
}

/** Walks the way on that a refusal prepared: its plan shows what was refused, merging it deploys. */
export async function expectWayOn(world: World, shows: readonly (string | RegExp)[]): Promise<void> {
  const number = await followUpOf(world);
  world.stage.approveRuns(number);
  await world.settle();
  const shown = await shownOn(world, number);
  for (const part of shows) expect(shown).toMatch(part);
  await world.land(number);
  expectSuccess(await world.settle(), 'deploy');
}

/** Closes what refused runs have prepared and nobody wants. */
export async function closeFollowUps(world: World): Promise<void> {
  for (const { number, title } of await world.ada.pulls()) {
    if (title.startsWith('Review what was refused')) await world.ada.close(number);
  }
}

/** Looks until something is so, for at most five minutes; for what happens while workflows run. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 300_000;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Gave up waiting until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
