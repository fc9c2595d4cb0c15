import { timestamp } from '../cluster-state.ts';
import type { Hub } from './hub.ts';
import type { HubUser } from './hub-database.ts';
import { isServerReady, pendingOf } from './spawner.ts';

/** A user as the REST API shows it (jupyterhub.readthedocs.io, JupyterHub REST API, User). */
export function userModel(hub: Hub, user: HubUser): object {
  const ready = isServerReady(hub, user);
  const pending = pendingOf(hub, user);
  const url = `/user/${encodeURIComponent(user.name)}/`;
  const { server } = user;
  return {
    kind: 'user',
    name: user.name,
    admin: user.admin,
    roles: user.admin ? ['admin', 'user'] : ['user'],
    groups: [],
    server: ready ? url : null,
    pending,
    created: timestamp(user.createdAt),
    last_activity: user.lastActivity ? timestamp(user.lastActivity) : null,
    // Only servers that run or are about to (the API leaves stopped ones out).
    servers: server
      ? {
          '': {
            name: '',
            ready,
            stopped: false,
            pending,
            url,
            started: timestamp(server.startedAt),
            last_activity: user.lastActivity ? timestamp(user.lastActivity) : null,
            user_options: server.userOptions,
            progress_url: `/hub/api/users/${encodeURIComponent(user.name)}/server/progress`,
          },
        }
      : {},
  };
}
