'use strict';

/** Jest's global teardown of the integration tests. */
module.exports = async () => {
  const stack = globalThis.__VECINO_STACK__;
  if (stack === undefined || stack.exitCode !== null) return;
  await new Promise((resolve) => {
    stack.once('exit', resolve);
    stack.disconnect();
  });
};
