import type { GitHubSandbox } from '../github/github-sandbox.ts';

/** What the runner needs of the sandbox's GitHub: events in; tokens, checks, runs and artifacts out. */
export type RunnerGitHub = Pick<
  GitHubSandbox,
  | 'serverUrl'
  | 'apiUrl'
  | 'onEvent'
  | 'settle'
  | 'now'
  | 'attachRunner'
  | 'refusalOfEvent'
  | 'createJobToken'
  | 'revokeToken'
  | 'openOidcRequest'
  | 'recordCheckRun'
  | 'addAnnotations'
  | 'recordWorkflowRun'
  | 'saveArtifact'
  | 'listArtifacts'
  | 'readArtifact'
  | 'environments'
  | 'variables'
  | 'secrets'
>;
