import { broken, type Check, held } from './check.js';
import { computeProjectGraph } from './project-graph.js';
import { runTool } from './tool.js';

interface LintResult {
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

/** Lints a forbidden import as if it stood in that file, and holds only when the rule refuses it. */
const refused = (title: string, file: string, code: string, rule: string): Check => ({
  section: 'boundaries',
  title,
  async run({ root }) {
    await computeProjectGraph(root);
    const args = ['--stdin', '--stdin-filename', file, '--format', 'json'];
    const { stdout, output } = await runTool(root, 'eslint/bin/eslint.js', args, { input: code });
    const rules = rulesThatComplain(stdout);
    return rules.includes(rule) ? held() : broken(`${rule} let it pass: ${code}${output}`);
  },
});

/** From ESLint's JSON report; plugins may have written lines of their own before it. */
export function rulesThatComplain(stdout: string): string[] {
  try {
    const results = JSON.parse(stdout.slice(stdout.indexOf('[{'))) as LintResult[];
    return results.flatMap(({ messages }) => messages.flatMap(({ ruleId }) => ruleId ?? []));
  } catch {
    return [];
  }
}

export const plantedLayer: Check = refused(
  'a core package that imports an adapter is refused',
  'libs/admission/src/index.ts',
  "import { connectKafka } from '@vecino/messaging';\nexport { connectKafka };\n",
  '@nx/enforce-module-boundaries',
);

export const plantedEffect: Check = refused(
  'a core package that reads files is refused',
  'libs/admission/src/index.ts',
  "export { readFileSync } from 'node:fs';\n",
  'no-restricted-imports',
);
