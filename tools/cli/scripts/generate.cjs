// Writes docs/cli.md from the program as its sources have it, and into docs/configuration.md the tables of what services read, from
// their schemas: `npm run generate -w @vecino/cli`.
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
require('../../devstack/register.cjs');
const { toldVariables } = require('@vecino/lifecycle/config');
const { format, resolveConfig } = require('prettier');
const { cliPage } = require('../src/cli-page.ts');
const { configurationPage } = require('../src/configuration-page.ts');
const { createProgram } = require('../src/program.ts');
const { thisRepository } = require('../src/repository.ts');

const repository = thisRepository();

/** By its path, as the stack starts it: no tool imports a service. */
const variablesOf = (service) =>
  toldVariables(require(join(repository.root, 'services', service, 'src', 'config.ts')).VARIABLES);

async function write(name, page) {
  const file = join(repository.root, 'docs', name);
  writeFileSync(file, await format(page, { ...(await resolveConfig(file)), filepath: file }));
}

async function main() {
  await write('cli.md', cliPage(createProgram({ repository, exit: () => undefined })));
  const configuration = readFileSync(join(repository.root, 'docs', 'configuration.md'), 'utf8');
  await write('configuration.md', configurationPage(configuration, variablesOf));
}

void main();
