import type { CommandEntry } from './run-command.ts';

/**
 * Every command of `opensarlab`, in the order of a deployment's life. A command's module, and with it what it needs of
 * AWS, GitHub or the sandbox, is loaded when the command runs: `validate` starts as fast as Node does.
 */
export const commands = {
  bootstrap: {
    usage:
      'bootstrap [--owner OWNER --repository NAME] [--region REGION] [--configure-github] [--existing-provider ARN] [--variable NAME=VALUE …] [--dry-run]',
    summary:
      'Once per account: deploy the roles that the workflows take on, with the credentials of the shell, and list or set what GitHub needs.',
    load: async () => (await import('./bootstrap-command.ts')).bootstrapCommand,
  },
  doctor: {
    usage:
      'doctor [NAME… | github] [--fix [--yes]] [--json] [--owner OWNER --repository NAME] [--plan free|team|enterprise] [--root DIR]',
    summary:
      'Look at the AWS accounts of deployments, by default of all, for everything that must be there before they are deployed: each check ok, warning, blocker or unknown, with what to do; `--fix` does what AWS lets do. `doctor github` looks at the repository on GitHub: what is missing, what that means for safety on its plan, what to do. Changes nothing without --fix; ends with 0 only when all that matters is in place, with 1 for a blocker or something that could not be asked.',
    load: async () => (await import('./doctor-command.ts')).doctorCommand,
  },
  validate: {
    usage: 'validate [NAME…] [--live] [--base COMMIT] [--format text|json|github|sarif] [--root DIR]',
    summary:
      'Check declarations; every finding with its file and line. Ends with 0 when valid, 1 when not. Asks nobody, except with --live the AWS accounts, as a plan does.',
    load: async () => (await import('./validate-command.ts')).validateCommand,
  },
  new: {
    usage: 'new NAME [--account-id ID --admin-user NAME --admin-email ADDRESS --url URL …] [--dry-run] [--root DIR]',
    summary:
      'Write the file of a new deployment. Asks for what is missing when somebody is at the terminal; with the required options it runs unattended. An existing file is never overwritten.',
    load: async () => (await import('./new-command.ts')).newCommand,
  },
  'new-image': {
    usage: 'new-image NAME [--root DIR]',
    summary: 'Make the folder of a new image, images/NAME, with its test; a copy of images/helloworld.',
    load: async () => (await import('./new-image-command.ts')).newImageCommand,
  },
  migrate: {
    usage: 'migrate FILE [--out FILE] [--account-id ID] [--region REGION] [--name NAME] … [--root DIR]',
    summary:
      'Turn a file that configured one of upstream’s deployments (2021 to 2025) into ours, and say what became of each field.',
    load: async () => (await import('./migrate-command.ts')).migrateCommand,
  },
  names: {
    usage: 'names NAME [--region REGION] [--json] [--root DIR]',
    summary:
      'Every name the deployment takes in AWS, its limit and what remains; with --region for a name that is only planned.',
    load: async () => (await import('./names-command.ts')).namesCommand,
  },
  cost: {
    usage: 'cost NAME [--users N] [--hours H] [--deployments D] [--json] [--root DIR]',
    summary:
      'What the deployment costs: idle, per user and hour, and in a month in which N users work H hours each and D times something is deployed.',
    load: async () => (await import('./cost-command.ts')).costCommand,
  },
  render: {
    usage: 'render NAME --out DIR [--root DIR]',
    summary: 'Write the final templates, parameters, tags, Helm values and overlays, for review or upload by hand.',
    load: async () => (await import('./render-command.ts')).renderCommand,
  },
  plan: {
    usage: 'plan NAME [--tip] [--json] [--root DIR]',
    summary:
      'Show what deploying would change in AWS; changes nothing. Ends with 0 only when deploying can work: 1 with a blocker, or with something that could not be asked. With --tip the workflow plans and seals it, for a run of deploy by hand.',
    load: async () => (await import('./deployment-commands.ts')).planCommand,
  },
  show: {
    usage: 'show DIGEST [--deployment NAME] [--json] [--root DIR]',
    summary:
      'Print a sealed plan from the account’s bucket of records: every row, whether it is approved, and people by name.',
    load: async () => (await import('./show-command.ts')).showCommand,
  },
  mirror: {
    usage: 'mirror NAME [--dry-run] [--adopt|--discard] [--cache DIR] [--json] [--root DIR]',
    summary: 'Bring upstream and customizations into CodeCommit, with the credentials of the shell.',
    load: async () => (await import('./mirror-command.ts')).mirrorCommand,
  },
  deploy: {
    usage: 'deploy NAME [--json] [--root DIR]',
    summary: 'Mirror and deploy. Refuses to remove or replace resources: those need a reviewed plan.',
    load: async () => (await import('./deployment-commands.ts')).deployCommand,
  },
  teardown: {
    usage: 'teardown NAME [--json] [--root DIR]',
    summary: 'Show what destroying would remove and keep, from an inventory of the account; changes nothing.',
    load: async () => (await import('./deployment-commands.ts')).teardownCommand,
  },
  destroy: {
    usage: 'destroy NAME --confirm NAME [--json] [--root DIR]',
    summary: 'Tear a deployment down and print the receipt. The name must be given twice.',
    load: async () => (await import('./deployment-commands.ts')).destroyCommand,
  },
  sandbox: {
    usage: 'sandbox [--scale N]',
    summary: 'Serve AWS and GitHub on loopback and print the variables to export; Ctrl-C stops it.',
    load: async () => (await import('./sandbox-command.ts')).sandboxCommand,
  },
} satisfies Record<string, CommandEntry>;
