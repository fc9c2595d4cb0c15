import { type GitHubFixture, type NewRepository, startFixture } from '@opensarlab/sandbox';
import { connectGitHub } from '../../actions/lib/adapters/github/connection.ts';
import { connectRepositorySettings } from '../../actions/lib/adapters/github/repository-settings.ts';
import {
  type RepositoryReview,
  type RepositorySetup,
  reviewRepository,
} from '../../actions/lib/bootstrap/repository-setup.ts';
import { findTier } from '../../actions/lib/bootstrap/repository-tier.ts';
import type { SettingResult } from '../../actions/lib/bootstrap/setting.ts';

export const repositoryName = 'radar-lab/deployments';

/** Workflows as far as the settings read them. */
export const workflows = {
  'gate.yml': 'on:\n  pull_request:\n  merge_group:\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps: []\n',
  'plan.yml': 'on:\n  pull_request_target:\n    branches: [main]\n  workflow_dispatch:\njobs: {}\n',
  'teardown.yml': 'on:\n  pull_request_target:\n    types: [labeled]\njobs: {}\n',
};

/** The tiers that differ for this product. */
export const tiers = {
  public: { private: false, tier: 'free' },
  free: { private: true, tier: 'free' },
  team: { private: true, tier: 'team' },
  enterprise: { private: true, tier: 'enterprise' },
} as const satisfies Record<string, Partial<NewRepository>>;

export type SettingsScene = {
  fixture: GitHubFixture;
  review(mode: 'set' | 'look', setup?: Partial<RepositorySetup>, token?: string): Promise<RepositoryReview>;
  close(): Promise<void>;
};

/** A GitHub with the repository `radar-lab/deployments`, of which `ada` is the only person who may write. */
export async function openSettingsScene(
  settings: Partial<NewRepository>,
  files: Readonly<Record<string, string>> = workflows,
): Promise<SettingsScene> {
  const paths = Object.entries(files).map(([name, text]) => [`.github/workflows/${name}`, text]);
  const fixture = await startFixture(settings, Object.fromEntries(paths));
  return {
    fixture,
    async review(mode, setup = {}, token = fixture.token) {
      const port = connectRepositorySettings(connectGitHub(token, repositoryName, fixture.github.apiUrl));
      const whole = { variables: {}, reviewers: [], deployReviewers: [], ...setup };
      return await reviewRepository(whole, port, await findTier(port, setup.plan), mode);
    },
    close: () => fixture.close(),
  };
}

/** States by key. */
export function statesOf({ settings }: RepositoryReview): Record<string, string> {
  return Object.fromEntries(settings.map(({ key, state }) => [key, state]));
}

/** @throws Error when there is no such setting */
export function settingOf({ settings }: RepositoryReview, key: string): SettingResult {
  const found = settings.find((result) => result.key === key);
  if (found === undefined) throw new Error(`There is no setting ${key}.`);
  return found;
}
