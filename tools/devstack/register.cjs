/**
 * Lets plain Node run TypeScript sources: `node -C @vecino/source -r ./tools/devstack/register.cjs FILE.ts`.
 * The same transformation as in the tests, so that nothing has to be built first.
 */
'use strict';
const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const { transformSync } = require('@swc/core');

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const typescript = request.startsWith('.') && request.endsWith('.js') && parent?.filename?.endsWith('.ts');
  return resolve.call(this, typescript ? request.replace(/\.js$/, '.ts') : request, parent, ...rest);
};

Module._extensions['.ts'] = (module, filename) => {
  if (!existsSync(filename)) throw new Error(`no such source: ${filename}`);
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  });
  module._compile(code, filename);
};
