// Writes docs/cli.md from the program as its sources have it: `npm run generate -w @vecino/cli`.
'use strict';
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
require('../../devstack/register.cjs');
const { format, resolveConfig } = require('prettier');
const { cliPage } = require('../src/cli-page.ts');
const { createProgram } = require('../src/program.ts');
const { thisRepository } = require('../src/repository.ts');

async function main() {
  const repository = thisRepository();
  const file = join(repository.root, 'docs', 'cli.md');
  const page = cliPage(createProgram({ repository, exit: () => undefined }));
  writeFileSync(file, await format(page, { ...(await resolveConfig(file)), filepath: file }));
}

void main();
