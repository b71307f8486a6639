import { runTool } from './tool.js';

const computed = new Map<string, Promise<void>>();

/**
 * Leaves Nx's project graph where the lint rule on layers looks for it, once per process.
 * Without it, as in a fresh clone, that rule lets everything pass with no more than a warning.
 */
export function computeProjectGraph(root: string): Promise<void> {
  const computing = computed.get(root) ?? compute(root);
  computed.set(root, computing);
  return computing;
}

async function compute(root: string): Promise<void> {
  const { ok, output } = await runTool(root, 'nx/dist/bin/nx.js', ['show', 'projects']);
  if (!ok) throw new Error(`nx could not read the projects:\n${output}`);
}
