import { broken, type Check, type CheckOutcome, held } from './check.js';
import { computeProjectGraph } from './project-graph.js';
import { runTool, type ToolRun } from './tool.js';

const outcome = ({ ok, output }: ToolRun): CheckOutcome => (ok ? held() : broken(output));

export const format: Check = {
  section: 'format',
  title: 'prettier',
  run: async ({ root }) =>
    outcome(await runTool(root, 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.'])),
};

export const lint: Check = {
  section: 'lint',
  title: 'eslint, layer boundaries included',
  async run({ root }) {
    await computeProjectGraph(root);
    return outcome(await runTool(root, 'eslint/bin/eslint.js', ['--max-warnings', '0', '.']));
  },
};

export const types: Check = {
  section: 'types',
  title: 'tsc over sources and tests',
  run: async ({ root }) => outcome(await runTool(root, 'typescript/bin/tsc', ['--build', 'tsconfig.json'])),
};
