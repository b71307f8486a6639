// Writes docs/cli.md from the program as its sources have it, and the tables of other pages that the code knows:
// `npm run generate -w @vecino/cli`.
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
require('../../devstack/register.cjs');
const { toldVariables } = require('@vecino/lifecycle/config');
const { format, resolveConfig } = require('prettier');
const { cliPage } = require('../src/cli-page.ts');
const { configurationTables } = require('../src/configuration-tables.ts');
const { docsTables } = require('../src/docs-tables.ts');
const { withTables } = require('../src/generated-tables.ts');
const { createProgram } = require('../src/program.ts');
const { thisRepository } = require('../src/repository.ts');

const repository = thisRepository();
const pathOf = (page) => join(repository.root, 'docs', page);

/** By its path, as the stack starts it: no tool imports a service. */
const variablesOf = (service) =>
  toldVariables(require(join(repository.root, 'services', service, 'src', 'config.ts')).VARIABLES);

async function write(page, text) {
  const filepath = pathOf(page);
  writeFileSync(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
}

async function main() {
  await write('cli.md', cliPage(createProgram({ repository, exit: () => undefined })));
  const pages = { ...docsTables(), 'configuration.md': configurationTables(variablesOf) };
  for (const [page, tables] of Object.entries(pages))
    await write(page, withTables(readFileSync(pathOf(page), 'utf8'), tables));
}

void main();
