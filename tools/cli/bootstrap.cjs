/**
 * Installs the dependencies and builds the sources where either changed, then becomes the command line.
 * Plain JavaScript with Node's own modules only: it runs before anything is installed or built.
 */
'use strict';
const { spawn, spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..', '..');
const stateDir = join(root, '.vecino');
const WORKSPACE_FOLDERS = ['libs', 'services', 'tools'];
/** Where Workers look for the bundled workflows, with and without tracing, and the packages that go into it. */
const BUNDLES = ['workflows.bundle.js', 'workflows.traced.bundle.js'].map((name) =>
  join('libs', 'temporal', 'dist', name),
);
const BUNDLED = [
  'libs/foundation',
  'libs/tenancy',
  'libs/admission',
  'libs/upgrade',
  'libs/workflows',
  'libs/temporal',
];

const packages = () =>
  WORKSPACE_FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name)),
  ).filter((path) => existsSync(join(root, path, 'package.json')));

/** Every file below a folder, as paths from the root. */
function filesBelow(folder, found = []) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) filesBelow(path, found);
    else found.push(path);
  }
  return found;
}

/** Installed dependencies are older than the lock file, or there are none. npm writes the hidden one last. */
function needsInstall() {
  const installed = statSync(join(root, 'node_modules', '.package-lock.json'), { throwIfNoEntry: false });
  return installed === undefined || installed.mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs;
}

const isSource = (file) => !/\.i?test\.ts$/.test(file);

/** Changes with every source that is added, edited or removed, at the cost of one stat each. */
function fingerprint(packagePaths, built) {
  const hash = createHash('sha256');
  const files = packagePaths.flatMap((path) => [
    ...filesBelow(join(path, 'src')).filter(isSource),
    join(path, 'package.json'),
    join(path, 'tsconfig.lib.json'),
  ]);
  for (const file of ['tsconfig.base.json', 'package-lock.json', ...files.sort()]) {
    const found = statSync(join(root, file), { throwIfNoEntry: false });
    hash.update(`${file} ${found?.size} ${found?.mtimeMs}\n`);
  }
  for (const file of built) hash.update(String(existsSync(join(root, file))));
  return hash.digest('hex');
}

const buildFingerprint = () =>
  fingerprint(
    packages(),
    packages().map((path) => join(path, 'dist', 'index.js')),
  );
const bundleFingerprint = () => fingerprint(BUNDLED, BUNDLES);

const stampPath = (name) => join(stateDir, `${name}.stamp`);
const isStamped = (name, value) =>
  existsSync(stampPath(name)) && readFileSync(stampPath(name), 'utf8') === value;
const stamp = (name, value) => writeFileSync(stampPath(name), value);

/** Runs a step in silence but for what takes long; its output is shown when it fails. */
async function step(title, command, args) {
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  console.error(`… ${title}`);
  const reminder = setInterval(() => console.error(`… ${title} (${seconds()})`), 10_000);
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const pass = (signal) => child.kill(signal);
  process.on('SIGINT', pass);
  process.on('SIGTERM', pass);
  const failure = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
  });
  process.off('SIGINT', pass);
  process.off('SIGTERM', pass);
  clearInterval(reminder);
  if (failure !== undefined) {
    console.error(`${excerpt(output)}\n✗ ${title}: ${failure} (${seconds()})`);
    process.exit(1);
  }
  console.error(`✓ ${title} (${seconds()})`);
}

/** A tool's first lines say what is wrong. */
function excerpt(output) {
  const lines = output.trimEnd().split('\n');
  return lines.length <= 40
    ? lines.join('\n')
    : [...lines.slice(0, 40), `… and ${lines.length - 40} lines more`].join('\n');
}

/** Only one process of a clone prepares it; the others wait. A lock whose owner is gone is taken over. */
async function alone(work) {
  mkdirSync(stateDir, { recursive: true });
  const lock = join(stateDir, 'prepare.lock');
  for (let told = false; ; told = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!isAlive(Number(existsSync(lock) ? readFileSync(lock, 'utf8') : 0))) rmSync(lock, { force: true });
    else if (!told) console.error('… another vecino prepares this clone: waiting for it');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  process.once('exit', () => rmSync(lock, { force: true }));
  await work();
  rmSync(lock, { force: true });
}

function isAlive(pid) {
  if (!pid) return true; // being written
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function install() {
  if (!needsInstall()) return;
  if (spawnSync('npm', ['--version']).error) {
    console.error('vecino: needs npm, which comes with Node.js: install it from https://nodejs.org');
    process.exit(1);
  }
  await step('installing the dependencies with npm', 'npm', [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
}

async function build() {
  if (!isStamped('build', buildFingerprint())) {
    const projects = packages().map((path) => join(path, 'tsconfig.lib.json'));
    const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
    await step('building', process.execPath, [tsc, '--build', ...projects]);
  }
  const bundler = join('libs', 'temporal', 'dist', 'bundle-main.js');
  if (existsSync(join(root, bundler)) && !isStamped('bundle', bundleFingerprint())) {
    await step('bundling the workflows', process.execPath, [bundler]);
  }
  stamp('bundle', bundleFingerprint());
  stamp('build', buildFingerprint());
}

async function main() {
  const ready =
    !needsInstall() && isStamped('build', buildFingerprint()) && isStamped('bundle', bundleFingerprint());
  if (!ready) {
    await alone(async () => {
      await install();
      await build();
    });
  }
  process.argv[1] = join(root, 'tools', 'cli', 'dist', 'main.js');
  require(process.argv[1]);
}

main();
