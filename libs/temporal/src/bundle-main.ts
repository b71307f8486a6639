import { bundleWorkflows, writeWorkflowBundle } from './workflow-bundle.js';

/** Part of the build: writes both variants of the workflow bundle, so that no Worker compiles anything when it starts. */
async function main(): Promise<void> {
  for (const tracing of [false, true]) {
    const bundle = await bundleWorkflows({ tracing });
    const file = writeWorkflowBundle(bundle, tracing);
    console.log(`${file} ${(bundle.code.length / 1024 / 1024).toFixed(1)} MB`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
