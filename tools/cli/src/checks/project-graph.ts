import { runTool } from './tool.js';

/**
 * Leaves Nx's project graph where the lint rule on layers looks for it.
 * Without it, as in a fresh clone, that rule lets everything pass with no more than a warning.
 */
export async function computeProjectGraph(root: string): Promise<void> {
  const { ok, output } = await runTool(root, 'nx/dist/bin/nx.js', ['show', 'projects']);
  if (!ok) throw new Error(`nx could not read the projects:\n${output}`);
}
