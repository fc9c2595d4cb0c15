import fc from 'fast-check';
import { stringify } from 'yaml';

/** A file in one of upstream's layouts, with what is in it. */
export type LaidOut = {
  text: string;
  /** Paths of entries as a person would name them, in the order of the file. */
  nodes: string[];
  profiles: string[];
  accounts: string[];
  dask: string[];
  /** Paths of the fields of parameters, or names of variables. */
  parameters: string[];
};

type Data = Record<string, unknown>;

const arn = 'arn:aws:acm:us-west-2:123456789012:certificate/0a1b2c3d';

/** Names as people gave them: with underscores, letters of other scripts, and twice. */
const nodeNames = fc.array(fc.constantFrom('sar_1', 'sar1', 'SAR-2', 'gpu', 'm6a-large', 'größe', '雪', 'hub'), {
  minLength: 1,
  maxLength: 5,
});
const profileNames = fc.array(
  fc.constantFrom('SAR 1', 'SAR_1', 'sar 1', 'm6a.4xlarge', 'GEOS 631 (spring)', 'École', '雪', 'sudo', 'x'.repeat(70)),
  { minLength: 1, maxLength: 6 },
);
const node = fc.record({ min: fc.constantFrom(0, 1), max: fc.constantFrom(1, 25) });
const profile = fc.record({
  reference: fc.nat(9),
  image: fc.constantFrom('sar', 'SAR', 'helloworld'),
  tag: fc.constantFrom<unknown>('latest', 'b1f4e84', 1_234_567, '2022-08-17-10-11-12'),
  hook: fc.constantFrom<unknown>(undefined, 'sar.sh', 'None', 'sar_test.sh', null),
  flag: fc.constantFrom<unknown>(undefined, true, false, 'yes', 'None'),
  account: fc.constantFrom<unknown>(undefined, 'archive_reader', 'gone'),
});

const many = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: 6, maxLength: 6 });
const parts = fc.record({ nodeNames, profileNames, nodes: many(node), profiles: many(profile), seed: fc.nat(99) });
type Parts = {
  nodeNames: string[];
  profileNames: string[];
  nodes: { min: number; max: number }[];
  profiles: { reference: number; image: string; tag: unknown; hook: unknown; flag: unknown; account: unknown }[];
  seed: number;
};

const present = (group: Data): Data =>
  Object.fromEntries(Object.entries(group).filter(([, value]) => value !== undefined));
const indexed = (section: string, list: readonly unknown[]): string[] => list.map((_, index) => `${section}[${index}]`);
const hub: Data = { name: 'hub', instance: 't3a.xlarge', min_number: 1, max_number: 2, is_hub: true };
const types = ['m5a.2xlarge', 'm6a.large, m5a.large', 'p3.2xlarge'];

/** What one profile says in all layouts; the description counts them. */
function profileData({ profiles, nodeNames: names }: Parts, name: string, index: number): Data & { node: unknown } {
  const { reference, image, tag, hook } = profiles[index % profiles.length] ?? { reference: 0 };
  const target = reference === 9 ? 'nowhere' : names[reference % names.length];
  return {
    name,
    description: `d${index}`,
    image_name: image,
    image_tag: tag,
    storage_capacity: '500Gi',
    hook_script: hook,
    node: target,
  };
}

const nodeData = ({ nodes }: Parts, name: string, index: number): Data => ({
  name,
  instance: types[index % types.length],
  min_number: nodes[index % nodes.length]?.min,
  max_number: nodes[index % nodes.length]?.max,
  root_volume_size: 30 + index,
});

function yamlFile(data: Data): LaidOut {
  const list = (name: string): unknown[] => (Array.isArray(data[name]) ? (data[name] as unknown[]) : []);
  const parameters = Object.keys((data['parameters'] as Data | undefined) ?? {}).map((name) => `parameters.${name}`);
  return {
    text: stringify(data, { aliasDuplicateObjects: false }),
    nodes: indexed('nodes', list('nodes')),
    profiles: [...indexed('profiles', list('profiles')), ...indexed('lab_profiles', list('lab_profiles'))],
    accounts: indexed('service_accounts', list('service_accounts')),
    dask: indexed('dask_profiles', list('dask_profiles')),
    parameters,
  };
}

const shared: Data = {
  cost_tag_key: 'osl-billing',
  cost_tag_value: 'radar',
  admin_user_name: 'jdoe',
  certificate_arn: arn,
};

/** Profiles and nodes alone, with the names that fields had then. */
const layout2021 = parts.map((all) =>
  yamlFile({
    nodes: all.nodeNames.map((name, index) => ({
      node_name: name,
      node_type: 'm5a.2xlarge',
      root_volume_size: 30 + index,
    })),
    profiles: all.profileNames.map((name, index) => {
      const { node: target, ...rest } = profileData(all, name, index);
      return present({ ...rest, [all.seed % 2 === 0 ? 'server_type' : 'node_name']: target });
    }),
  }),
);

/** Early 2022: no policies, the zone under its first name, a pool of users, credentials. */
const layout2022 = parts.map((all) =>
  yamlFile({
    parameters: {
      ...shared,
      az_postfix: 'd',
      oauth_pool_name: 'radar-auth',
      dockerhub_password: 'not-a-secret',
      container_namespace: 'radar-container',
      deployment_url: 'https://radar.example.org',
    },
    nodes: [hub, ...all.nodeNames.map((name, index) => ({ ...nodeData(all, name, index), is_gpu: index % 2 === 1 }))],
    profiles: all.profileNames.map((name, index) => {
      const { node: target, ...rest } = profileData(all, name, index);
      return present({
        ...rest,
        node_name: target,
        delete_user_volumes: all.profiles[index % 6]?.flag,
        ewewewe: 'wewew',
      });
    }),
    others: { vpc_id: 'vpc-1', all_subnets: 'subnet-1,subnet-2' },
  }),
);

/** 2023 and tag v3.0: a lab of the Portal whose section is still called profiles. Newest of 2024: `lab_profiles`, perhaps both. */
const layout2024 = parts.map((all) => {
  const profiles = all.profileNames.map((name, index) => {
    const { node: target, ...rest } = profileData(all, name, index);
    const { account } = all.profiles[index % 6] ?? {};
    return present({ ...rest, node_name: target, service_account: account, egress_config: 'None' });
  });
  const isNewest = all.seed % 3 === 1;
  const cut = all.seed % 3 === 2 ? 1 : 0;
  return yamlFile({
    parameters: {
      ...shared,
      lab_short_name: 'radar',
      lab_domain: 'https://radar.example.org',
      portal_domain: 'https://portal.example.org',
      days_till_volume_deletion: 5,
      days_after_server_stop_till_warning_email: '30, 37',
      ...(all.seed % 2 === 0 ? { eks_version: 1.29, istio_version: 'None' } : { portal_namespace: 'portal' }),
    },
    ...(all.seed % 2 === 0
      ? {}
      : { cluster: { eks_version: 1.28, helm_3_version: 'v3.13.0' }, istio: { is_enabled: true } }),
    nodes: [
      { ...hub, node_policy: 'hub' },
      ...(isNewest
        ? [{ name: 'dask', instance: 'm5a.2xlarge', min_number: 0, max_number: 1, node_policy: 'dask_worker' }]
        : []),
      ...all.nodeNames.map((name, index) => ({ ...nodeData(all, name, index), node_policy: 'user' })),
    ],
    service_accounts: [
      {
        name: 'archive_reader',
        namespace: 'jupyter',
        permissions: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: '*' }],
      },
    ],
    ...(isNewest ? { dask_profiles: [{ name: 'Example 1', node_name: 'dask' }], lab_profiles: profiles } : {}),
    ...(isNewest ? {} : { profiles: profiles.slice(cut) }),
    ...(cut === 1 ? { lab_profiles: profiles.slice(0, 1) } : {}),
  });
});

const unique = (names: readonly string[]): string[] => [...new Set(names)];
const quoted = (value: unknown): string => JSON.stringify(value);
const key = (name: string): string => (/^[A-Za-z0-9_-]+$/.test(name) ? name : quoted(name));

function tomlProfile(all: Parts, name: string, index: number): string[] {
  const { description, image_name: image, node: target, hook_script: hook } = profileData(all, name, index);
  return [
    `description = ${quoted(description)}`,
    `image_url = "ghcr.io/asf/deployment-radar-container_${String(image).toLowerCase()}:test"  # the newest`,
    `node = ${quoted(target)}`,
    ...(typeof hook === 'string' ? [`hook_script = ${quoted(hook)}`] : []),
    ...(index % 2 === 0
      ? ['storage_capacity = "15Gi"', 'mem_limit = "8G"']
      : ['default_url = "/lab"', 'delete_pvc = false']),
  ];
}

function tomlNode(all: Parts, index: number): string[] {
  const { min, max } = all.nodes[index % 6] ?? { min: 0, max: 1 };
  return [
    'node_type = "user"',
    'instance = ["m6a.large", "m5a.large"]',
    `group_min_size = ${min}`,
    `group_max_size = ${max}`,
    `root_volume_size=${30 + index}`,
  ];
}

const core = [
  'required = true',
  'node_type = "core"',
  'instance = ["t3a.large"]',
  'group_min_size = 1',
  'group_max_size = 1',
];

/** Tables of 2025, each below a prefix such as `nodes.`. */
function tables(
  all: Parts,
  prefixes: { profiles: string; nodes: string },
): { profiles: string[]; nodes: string[]; names: Pick<LaidOut, 'nodes' | 'profiles'> } {
  const profileKeys = unique(all.profileNames);
  const nodeKeys = unique(all.nodeNames).filter((name) => name !== 'core');
  const table = (prefix: string, name: string, lines: readonly string[]): string =>
    `[ ${prefix}${key(name)} ]\n${lines.join('\n')}\n`;
  // Letters of any script are a plain part of a path.
  const path = (prefix: string, name: string): string =>
    prefix + (/^[\p{L}\p{N}_-]+$/u.test(name) ? name : quoted(name));
  return {
    profiles: profileKeys.map((name, index) => table(prefixes.profiles, name, tomlProfile(all, name, index))),
    nodes: [
      table(prefixes.nodes, 'core', core),
      ...nodeKeys.map((name, index) => table(prefixes.nodes, name, tomlNode(all, index))),
    ],
    names: {
      profiles: profileKeys.map((name) => path(prefixes.profiles, name)),
      nodes: ['core', ...nodeKeys].map((name) => path(prefixes.nodes, name)),
    },
  };
}

const empty = { accounts: [], dask: [], parameters: [] };

/** opensciencelab.toml of 2025. */
const layoutToml = parts.map((all): LaidOut => {
  const { profiles, nodes, names } = tables(all, { profiles: 'lab_profiles.', nodes: 'nodes.' });
  return { text: `\n# Lab profiles\n\n${profiles.join('\n')}\n# Nodes\n${nodes.join('\n')}`, ...names, ...empty };
});

/** Its first draft: defaults, and a table for each lab. */
const layoutDefaults = parts.map((all): LaidOut => {
  const profiles = unique(all.profileNames);
  const nodes = unique(all.nodeNames).filter((name) => name !== 'core');
  const entry = (section: string, name: string, lines: readonly string[]): string =>
    `  [[defaults.${section}]]\n  name = ${quoted(name)}\n  ${lines.join('\n  ')}\n`;
  const text = [
    '[radar]\n',
    '[defaults]\nenvironment = ""\n',
    ...profiles.map((name, index) => entry('lab_profiles', name, tomlProfile(all, name, index))),
    entry('nodes', 'core', core),
    ...nodes.map((name, index) => entry('nodes', name, tomlNode(all, index))),
  ].join('\n');
  const names = {
    profiles: indexed('defaults.lab_profiles', profiles),
    nodes: indexed('defaults.nodes', ['core', ...nodes]),
  };
  return { text, ...names, ...empty };
});

/** Variables of a GitHub environment, with definitions in TOML. */
const layoutEnvironment = parts.map((all): LaidOut => {
  const { profiles, nodes, names } = tables(all, { profiles: '', nodes: '' });
  const prefix = all.seed % 2 === 0 ? 'export ' : '';
  const variables = [
    'LAB_SHORT_NAME="radar"  # short',
    'ADMIN_USERS="JDoe, ada"',
    'AZ_LETTER=b',
    'DAYS_TILL_VOLUME_DELETION=2',
    'DAYS_TILL_SNAPSHOT_DELETION=7  # days',
    'SNAPSHOT_WARNING_DAYS="5,3,1"',
    'PORTAL_DOMAINS="https://portal.example.org"',
    'IS_CRYPTNONO_ENABLED="true"',
    'UI_IAM_ROLE="AWSReservedSSO_Project"',
    'AWS_SECRET_ACCESS_KEY=not-a-secret',
    'JUPYTER_HUB_IMAGE_TAG=test',
    'SOMETHING_ELSE=x',
  ];
  const definitions = [
    `PROFILE_DEFINITIONS="""\n${profiles.join('\n')}"""`,
    `NODE_DEFINITIONS="""\n${nodes.join('\n')}"""`,
  ];
  const text = `# Variables\n${[...variables, ...definitions].map((line) => prefix + line).join('\n')}\n`;
  const within = (section: string, list: readonly string[]): string[] => list.map((name) => `${section}.${name}`);
  return {
    text,
    ...empty,
    profiles: within('PROFILE_DEFINITIONS', names.profiles),
    nodes: within('NODE_DEFINITIONS', names.nodes),
    parameters: variables.map((line) => line.slice(0, line.indexOf('='))),
  };
});

/** The text of PROFILE_DEFINITIONS and NODE_DEFINITIONS in a file of their own. */
const layoutDefinitions = parts.map((all): LaidOut => {
  const { profiles, nodes, names } = tables(all, { profiles: '', nodes: '' });
  const shared = names.profiles.filter((name) => names.nodes.includes(name));
  const left = profiles.filter((_, index) => !shared.includes(names.profiles[index] ?? ''));
  const kept = { ...names, profiles: names.profiles.filter((name) => !shared.includes(name)) };
  return { text: [...left, ...nodes].join('\n'), ...kept, ...empty };
});

/** Every layout that upstream's files had, by what they are called here. */
export const upstreamLayouts: readonly (readonly [string, fc.Arbitrary<LaidOut>])[] = [
  ['2021', layout2021],
  ['early 2022', layout2022],
  ['2023 and 2024', layout2024],
  ['TOML of 2025', layoutToml],
  ['TOML with defaults', layoutDefaults],
  ['variables of 2025', layoutEnvironment],
  ['definitions of 2025', layoutDefinitions],
];
