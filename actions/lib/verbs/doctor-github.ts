import { type RepositoryReview, type RepositorySetup, reviewRepository } from '../bootstrap/repository-setup.ts';
import { findTier } from '../bootstrap/repository-tier.ts';
import type { RepositorySettings } from '../ports/repository-settings.ts';

/** What `doctor github` found. */
export type GitHubDoctorResult = RepositoryReview & { repository: string };

/**
 * Looks at everything that the product needs of a repository on GitHub, and changes nothing.
 * @param repository `owner/name`, for the report
 * @throws Failure when the repository itself cannot be read
 */
export async function doctorGitHub(
  repository: string,
  setup: RepositorySetup,
  settings: RepositorySettings,
): Promise<GitHubDoctorResult> {
  const tier = await findTier(settings, setup.plan);
  return { repository, ...(await reviewRepository(setup, settings, tier, 'look')) };
}
