import type { CodeEntry } from './code-entry.ts';

/** OSL00x and OSL02x: what is wrong with a file before its fields are looked at. */
export const readingCodes = {
  OSL001: {
    severity: 'error',
    rule: 'A declaration has at most 256 KiB.',
    cause: 'Larger files are not read, so that nobody can stall the check. Usually something was pasted by mistake.',
    remedy: 'Look for what got into the file and remove it.',
  },
  OSL002: {
    severity: 'error',
    rule: 'The file is YAML.',
    cause: 'A missing colon or comma, brackets or quotes that stay open, or indentation that differs among neighbours.',
    remedy:
      'Correct the line. Values with a colon and a space in them, or with one of @ ` % [ { at their start, need quotes.',
  },
  OSL003: {
    severity: 'error',
    rule: 'Each key is there once.',
    cause: 'A block was copied and its key left as it was. YAML forbids it; most tools silently use the last one.',
    remedy: 'Keep one of the two.',
  },
  OSL004: {
    severity: 'error',
    rule: 'A file is one YAML document.',
    cause:
      'A line --- in the middle of a file starts another document. Each deployment has a folder and a file of its own.',
    remedy: 'Remove the line, or move what follows into another folder.',
  },
  OSL005: {
    severity: 'error',
    rule: 'Each folder below deployments/ has an opensarlab.yaml.',
    cause: 'The file was forgotten, or has another name or ending.',
    remedy: 'Add the file, or remove the folder.',
  },
  OSL006: {
    severity: 'error',
    rule: 'Lists and groups nest at most 20 levels deep, and there are at most 20,000 keys and values, aliases filled in.',
    cause: 'Brackets that are not closed, an alias inside of its own anchor, or an attempt to stall the check.',
    remedy: 'Close the brackets, or write out what the aliases stand for.',
  },
  OSL007: {
    severity: 'error',
    rule: 'Lines are indented with spaces.',
    cause: 'YAML forbids tabs in indentation, because editors show them differently.',
    remedy: 'Replace each tab by two spaces, and let the editor insert spaces.',
  },
  OSL008: {
    severity: 'error',
    rule: 'The file is UTF-8.',
    cause: 'The file was saved with another encoding, such as UTF-16 or Latin-1.',
    remedy: 'Save it as UTF-8.',
  },
  OSL009: {
    severity: 'error',
    rule: 'The file declares something.',
    cause: 'The file is empty or has nothing but comments.',
    remedy: 'Copy deployments/_example/opensarlab.yaml into it and go through the fields.',
  },
  OSL020: {
    severity: 'warning',
    rule: 'The file starts with its first letter, not with a byte-order mark.',
    cause: 'Some editors on Windows write this invisible character; shells and other readers trip over it.',
    remedy: 'Save the file as UTF-8 without a byte-order mark.',
  },
  OSL021: {
    severity: 'warning',
    rule: 'Lines end with a line feed alone.',
    cause: 'Editors on Windows end lines with carriage return and line feed. Reviews then show every line as changed.',
    remedy: 'Save the file with line ends of Unix (LF).',
  },
  OSL022: {
    severity: 'error',
    rule: 'An alias comes after its anchor, in the same document.',
    cause: 'An anchor (&name) was removed or misspelt, comes later, or is in another document.',
    remedy: 'Write the value itself, or put the anchor before the alias.',
  },
  OSL023: {
    severity: 'error',
    rule: 'There are no merge keys (<<).',
    cause: 'Merge keys belong to YAML 1.1; YAML 1.2 reads << as the name of a field.',
    remedy: 'Write the fields out where they are needed.',
  },
  OSL024: {
    severity: 'warning',
    rule: 'The text is what it looks like.',
    cause: 'Invisible characters come with text copied from web pages, or are meant to mislead a reviewer.',
    remedy: 'Delete them and type the text again.',
  },
  OSL026: {
    severity: 'error',
    rule: 'opensarlab.yaml is a readable file of the repository.',
    cause:
      'It or its folder is a link, which could lead anywhere, or it is a folder or something else that is not a file.',
    remedy: 'Commit the folder and the file themselves.',
  },
  OSL027: {
    severity: 'error',
    rule: 'Values have no tags that only some tools know.',
    cause: 'A tag such as !!binary or !Ref comes from another kind of file.',
    remedy: 'Leave the tag out; quotes make a text of anything.',
  },
  OSL028: {
    severity: 'error',
    rule: 'Texts have no control characters.',
    cause:
      'An escape in double quotes, such as \\e or \\0, stands for a character that no page, log or template can show.',
    remedy: 'Remove the escape. For a backslash itself, use single quotes.',
  },
  OSL029: {
    severity: 'error',
    rule: 'A file has at most 500 findings.',
    cause: 'So many findings have few causes, often a part in the wrong place; the rest is not shown.',
    remedy: 'Correct the first ones and check again.',
  },
  OSL030: {
    severity: 'error',
    rule: 'Each declaration is an opensarlab.yaml in a folder of its own.',
    cause: 'A YAML file lies directly below deployments/, where nothing reads it.',
    remedy: 'Move it to deployments/<name>/opensarlab.yaml.',
  },
  OSL031: {
    severity: 'error',
    rule: 'What a proposal adds to the mirrored repositories are regular files of sensible names and sizes.',
    cause:
      'A folder, or a list of it, is a link; a file is larger than 32 MiB, a device, a pipe or a repository of its own; all together are too much; or a name cannot be read safely.',
    remedy: 'Commit regular files, with names of letters, digits and . _ -.',
  },
  OSL032: {
    severity: 'error',
    rule: 'A .overlay.yaml lists what to delete, rename and ignore, and nothing else.',
    cause: 'A key is misspelt, a list is something else, or a path leads out of the repository.',
    remedy: 'See docs/mirror.md for what it holds.',
  },
  OSL033: {
    severity: 'error',
    rule: 'Hook scripts and magics can be installed and started.',
    cause: 'A first line names no shell, lines end as on Windows, or there are too many or too large ones.',
    remedy: 'Begin hooks with #!/usr/bin/env bash, and keep them small.',
  },
  OSL034: {
    severity: 'error',
    rule: 'The folder of a profile’s image has a Dockerfile.',
    cause:
      'The file is missing, is called dockerfile, or is a link that leads out of the folder. images/build.sh refuses the folder, after the merge.',
    remedy: 'Commit images/NAME/Dockerfile; `npx opensarlab new-image NAME` makes a folder to start from.',
  },
  OSL035: {
    severity: 'error',
    rule: 'The Dockerfile of a profile’s image has the stages release and testing.',
    cause:
      'The Dockerfile comes from a repository that builds without tests. images/build.sh refuses it, after the merge.',
    remedy: 'Give it both stages, as images/helloworld/Dockerfile has them.',
  },
  OSL036: {
    severity: 'error',
    rule: 'A profile’s image has the test tests/NAME.sh in its folder, and its Dockerfile runs it.',
    cause:
      'The test lies beside the image’s folder, where Docker does not see it, or is missing. images/build.sh refuses the image, after the merge.',
    remedy: 'Put the test there and run it in the stage testing, as images/helloworld does.',
  },
  OSL037: {
    severity: 'error',
    rule: 'The templates of a deployment fit into what CloudFormation takes.',
    cause:
      'Each node type, group, image and service account adds to a template, which may have 51,200 bytes; the size is that of the template as it would be sent.',
    remedy: 'Declare fewer node types, groups or profiles, or split the deployment.',
  },
} as const satisfies Record<string, CodeEntry>;
