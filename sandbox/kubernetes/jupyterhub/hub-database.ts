/** A user's one unnamed server. */
export type HubServer = {
  startedAt: Date;
  podName: string;
  claimName: string;
  profileSlug: string | undefined;
  userOptions: Record<string, unknown>;
  /** Whether the claim goes when the server stops for good with its user (KubeSpawner.delete_pvc). */
  deletesClaim: boolean;
  /** Set when stopping starts. */
  stopsAt?: Date;
  /** Ids of the kernels that run in it. */
  kernels: Set<string>;
};

export type HubUser = {
  name: string;
  admin: boolean;
  createdAt: Date;
  lastActivity: Date | undefined;
  server: HubServer | undefined;
  /** Claims of servers the user has had; they stay when a server stops. */
  claims: Map<string, { deletesClaim: boolean }>;
  /** What went wrong with the last start, for the progress messages. */
  lastFailure: string | undefined;
};

/** What a JupyterHub keeps in its database. */
export type HubDatabase = {
  users: Map<string, HubUser>;
  /** Tokens given out to users: token to user name. */
  tokens: Map<string, string>;
};

export const emptyDatabase = (): HubDatabase => ({ users: new Map(), tokens: new Map() });

/** Adds a user. */
export function addUser(database: HubDatabase, name: string, createdAt: Date, admin = false): HubUser {
  const user: HubUser = {
    name,
    admin,
    createdAt,
    lastActivity: undefined,
    server: undefined,
    claims: new Map(),
    lastFailure: undefined,
  };
  database.users.set(name, user);
  return user;
}
