import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { preparePython } from '@vecino/devstack';

/** pygnmi and what it stands on, all with versions: BSD-3-Clause, Apache-2.0, BSD-3-Clause, Apache-2.0 or BSD, MIT. */
const PACKAGES = [
  'pygnmi==0.8.15',
  'grpcio==1.85.1',
  'protobuf==7.36.2',
  'cryptography==50.0.2',
  'dictdiffer==0.10.0',
];
const SCRIPT = resolve(__dirname, '..', '..', 'foreign', 'gnmi_client.py');

export interface PythonTarget {
  readonly address: string;
  readonly port: number;
  readonly serverName: string;
  /** PEM files. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface PythonQuestion {
  readonly encoding: 'json' | 'json_ietf' | 'proto' | 'ascii' | 'bytes';
  readonly paths: readonly string[];
  readonly prefix?: string;
  readonly target?: string;
  readonly datatype?: 'all' | 'config' | 'state' | 'operational';
}

/** What pygnmi makes of the replies. */
export interface PythonAnswer {
  readonly capabilities: {
    readonly supported_models: readonly { name: string; organization: string; version: string }[];
    readonly supported_encodings: readonly string[];
    readonly gnmi_version: string;
  };
  readonly get: {
    readonly notification: readonly {
      readonly timestamp: number;
      readonly prefix: string | null;
      readonly update?: readonly { readonly path: string; readonly val: unknown }[];
    }[];
  };
}

/** Asks a target through pygnmi; rejects with what the client printed when it fails. */
export async function askWithPython(target: PythonTarget, question: PythonQuestion): Promise<PythonAnswer> {
  const python = await preparePython(PACKAGES);
  const { address, port, serverName, ca, cert, key } = target;
  const child = spawn(python, [SCRIPT, address, String(port), serverName, ca, cert, key]);
  child.stdin.end(JSON.stringify(question));
  const [out, error, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (code !== 0) throw new Error(`the Python client ended with ${code}:\n${error}`);
  return JSON.parse(out) as PythonAnswer;
}
