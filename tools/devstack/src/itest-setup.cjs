/**
 * Jest's global setup of the integration tests: one real Kafka and one real Temporal server for the whole run, in a process
 * of their own that ends with this one. Where KAFKA_BROKERS and TEMPORAL_ADDRESS are set, those servers are used.
 */
'use strict';
const { fork } = require('node:child_process');
const { join } = require('node:path');

module.exports = async () => {
  const stack = fork(join(__dirname, 'test-stack.ts'), [], {
    execArgv: ['-C', '@vecino/source', '-r', join(__dirname, '..', 'register.cjs')],
    detached: true,
  });
  globalThis.__VECINO_STACK__ = stack;
  const answer = await new Promise((resolve, reject) => {
    stack.once('message', resolve);
    stack.once('exit', (code) => reject(new Error(`the stack for the tests ended with exit code ${code}`)));
  });
  if (answer.failed) throw new Error(answer.failed);
  Object.assign(process.env, answer.env);
};
