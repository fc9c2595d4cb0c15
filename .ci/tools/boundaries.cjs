// The boundaries of the architecture (docs/architecture.md), as rules for dependency-cruiser.
const lib = (folders) => `^actions/lib/(${folders})/`;
const only = (name, comment, packages, owner) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^(actions|cluster|images)/', pathNot: [owner, '\\.test\\.ts$'] },
  to: { path: packages },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'core-is-pure',
      comment:
        'deployment, diagnosis, stacks, resources, plan and report know nothing of AWS, git, GitHub or the file system',
      severity: 'error',
      from: {
        path: lib('cost|deployment|diagnosis|stacks|resources|plan|report'),
        pathNot: '\\.test\\.ts$',
      },
      to: {
        path: `${lib('adapters|mirror|verbs')}|^(fs|child_process|net|http|https|os)(/|$)`,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'verbs-know-ports-only',
      comment: 'engine, deploy and teardown reach AWS, git and GitHub through ports',
      severity: 'error',
      from: { path: lib('bootstrap|engine|ports|deploy|stack-operations|teardown'), pathNot: '\\.test\\.ts$' },
      to: { path: lib('adapters|mirror|verbs'), dependencyTypesNot: ['type-only'] },
    },
    only('aws-sdk-in-aws', 'only adapters/aws talks to AWS', '@aws-sdk/', '^actions/lib/adapters/aws/'),
    only(
      'github-in-github',
      'only adapters/github talks to GitHub',
      '@actions/|@octokit/',
      '^actions/lib/adapters/github/',
    ),
    only(
      'git-in-git',
      'only adapters/git starts processes',
      '^(node:)?child_process$',
      '^(actions/lib/adapters/git|cluster)/',
    ),
    {
      name: 'actions-are-separate',
      comment: 'an action imports the library, never another action',
      severity: 'error',
      from: { path: '^actions/([^/]+)/', pathNot: '^actions/lib/' },
      to: { path: '^actions/', pathNot: ['^actions/$1/', '^actions/lib/'] },
    },
    {
      name: 'product-knows-no-sandbox',
      severity: 'error',
      from: { path: '^(actions|cluster|images)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(sandbox|scripts|test)/' },
    },
    {
      name: 'sandbox-has-one-door',
      comment: 'everything outside reaches the sandbox through its public index',
      severity: 'error',
      from: { pathNot: '^sandbox/' },
      to: { path: '^sandbox/', pathNot: '^sandbox/index\\.ts$' },
    },
    {
      name: 'sandbox-knows-no-product',
      comment: 'the sandbox imitates AWS and GitHub, not our code',
      severity: 'error',
      from: { path: '^sandbox/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(actions|cluster|scripts|test)/' },
    },
    {
      name: 'no-leftover-modules',
      comment: 'a module that nothing imports is dead',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          ...['\\.test\\.ts$', '\\.d\\.(ts|mts)$', '\\.(cjs|mjs)$', '^vitest\\.', '^scripts/build/'],
          '^cluster/jupyterhub/singleuser/', // loaded by JupyterLab
        ],
      },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^actions/dist/|\\.data\\.json$' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
