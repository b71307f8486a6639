/**
 * The process that starts, watches and ends the stack's processes on behalf of the one that asked for them.
 *
 * It outlives its parent just long enough to end every process group it started: the channel to the parent closes
 * however the parent ends, `kill -9` included. Plain JavaScript, because it must run from a source tree and from a build.
 *
 * Takes  { type: 'spawn', id, command, args, env, cwd, logPath, graceMs } | { type: 'signal', id, signal } | { type: 'sweep', path }
 * Gives  { type: 'spawned', id, pid } | { type: 'failed', id, message } | { type: 'exited', id, code, signal }
 */
'use strict';
const { spawn } = require('node:child_process');
const { closeSync, openSync, rmSync } = require('node:fs');

const running = new Map();
const sweepPaths = new Set();
let closing = false;

function tell(message) {
  if (process.connected) process.send(message, () => undefined);
}

function start({ id, command, args, env, cwd, logPath, graceMs }) {
  let log;
  let child;
  try {
    log = openSync(logPath, 'a');
    child = spawn(command, args, { env, cwd, stdio: ['ignore', log, log], detached: true });
  } catch (error) {
    return tell({ type: 'failed', id, message: String(error) });
  } finally {
    if (log !== undefined) closeSync(log);
  }
  child.once('error', (error) => {
    running.delete(id);
    tell({ type: 'failed', id, message: error.message });
    endWhenEmpty();
  });
  child.once('exit', (code, signal) => {
    signalGroup(child.pid, 'SIGKILL'); // what it left behind in its own group
    running.delete(id);
    tell({ type: 'exited', id, code, signal });
    endWhenEmpty();
  });
  if (child.pid === undefined) return;
  running.set(id, { pid: child.pid, graceMs });
  tell({ type: 'spawned', id, pid: child.pid });
}

function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // already gone
  }
}

function endEverything() {
  if (closing) return;
  closing = true;
  for (const { pid, graceMs } of running.values()) {
    signalGroup(pid, graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
    setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
  }
  endWhenEmpty();
}

function endWhenEmpty() {
  if (!closing || running.size > 0) return;
  for (const path of sweepPaths) rmSync(path, { recursive: true, force: true });
  process.exit(0);
}

process.on('message', (message) => {
  if (message.type === 'spawn') start(message);
  else if (message.type === 'sweep') sweepPaths.add(message.path);
  else if (running.has(message.id)) signalGroup(running.get(message.id).pid, message.signal);
});
process.on('disconnect', endEverything);
process.on('SIGTERM', endEverything);
// A terminal's Ctrl-C and hang-up are for the parent to act on.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
