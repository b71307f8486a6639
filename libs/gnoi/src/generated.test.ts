import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { ACTIVATE_ERROR_TYPES, INSTALL_ERROR_TYPES, RPC_CODES, STANDBY_STATES } from '@vecino/upgrade';
import { ActivateError_Type, InstallError_Type, StandbyState_State } from './gen/gnoi/os.js';

const library = join(__dirname, '..');
const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort();

describe('generated code', () => {
  it('is what the .proto files generate', () => {
    const fresh = mkdtempSync(join(tmpdir(), 'vecino-gen-'));
    try {
      const buf = join(dirname(require.resolve('@bufbuild/buf/package.json')), 'bin', 'buf');
      execFileSync(process.execPath, [buf, 'generate', '-o', fresh], { cwd: library });
      const generated = join(fresh, 'src', 'gen');
      const committed = join(library, 'src', 'gen');
      expect(filesIn(committed)).toEqual(filesIn(generated));
      for (const file of filesIn(generated)) {
        expect(readFileSync(join(committed, file), 'utf8')).toBe(readFileSync(join(generated, file), 'utf8'));
      }
    } finally {
      rmSync(fresh, { recursive: true });
    }
  });
});

describe('the core knows every member of', () => {
  it.each([
    ['InstallError.Type', INSTALL_ERROR_TYPES, InstallError_Type],
    ['ActivateError.Type', ACTIVATE_ERROR_TYPES, ActivateError_Type],
    ['StandbyState.State', STANDBY_STATES, StandbyState_State],
  ] as const)('%s', (_name, names, values) => {
    expect([...names]).toEqual(Object.keys(values));
  });

  it('the gRPC statuses', () => {
    const all = Object.keys(status).filter((name) => Number.isNaN(Number(name)) && name !== 'OK');
    expect([...RPC_CODES].sort()).toEqual(all.sort());
  });
});
