import { codecommitService } from '../aws/services/codecommit/codecommit-service.ts';
import { type CodeCommitRepository, findCodeCommitRepository } from '../aws/services/codecommit/codecommit-state.ts';
import { openServiceFixture } from '../aws/services/service-fixture.ts';
import { type GitKeyLookup, startCodeCommitGit } from './codecommit-git.ts';

/** CodeCommit's Git endpoint without the rest of AWS. */
export type CodeCommit = {
  /** `http://127.0.0.1:PORT`; repositories are at `URL/v1/repos/NAME`. */
  url: string;
  region: string;
  create(name: string): Promise<CodeCommitRepository>;
  close(): Promise<void>;
};

/** Starts CodeCommit alone, for what needs Git and nothing else. @param credentials which keys it takes */
export async function startCodeCommit(credentials: GitKeyLookup): Promise<CodeCommit> {
  const fixture = openServiceFixture();
  const { world, region } = fixture;
  const endpoint = await startCodeCommitGit({ world, credentials });
  return {
    url: endpoint.url,
    region,
    async create(name) {
      await fixture.call(codecommitService, 'CreateRepository', { repositoryName: name });
      return findCodeCommitRepository(world, region, name);
    },
    async close() {
      await endpoint.close();
      fixture.close();
    },
  };
}
