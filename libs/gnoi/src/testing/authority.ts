import { randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { DeviceTls } from '../device-tls.js';

cryptoProvider.set(webcrypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const HOUR_MS = 60 * 60_000;

type Pem = Pick<DeviceTls, 'cert' | 'key'>;

export interface Authority {
  readonly ca: string;
  /** A certificate for these DNS names and addresses; valid for an hour around `at`. */
  issue(names: readonly string[], at?: Date): Promise<Pem>;
}

/** An authority of one test. */
export async function createAuthority(name = 'test authority'): Promise<Authority> {
  const keys = await newKeys();
  const root = await X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: `CN=${name}`,
    ...validAt(new Date()),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new BasicConstraintsExtension(true, 0, true)],
  });
  const issue = async (names: readonly string[], at = new Date()): Promise<Pem> => {
    const own = await newKeys();
    const alternatives = names.map((value) => ({
      type: /^[\d.]+$|:/.test(value) ? ('ip' as const) : ('dns' as const),
      value,
    }));
    const certificate = await X509CertificateGenerator.create({
      serialNumber: newSerial(),
      subject: 'CN=test',
      issuer: root.subject,
      ...validAt(at),
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [new SubjectAlternativeNameExtension(alternatives)],
    });
    return { cert: certificate.toString('pem'), key: await pem(own.privateKey) };
  };
  return { ca: root.toString('pem'), issue };
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const pem = async (key: webcrypto.CryptoKey): Promise<string> =>
  PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

const newSerial = (): string => `40${randomBytes(8).toString('hex')}`;

const validAt = (at: Date): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(at.getTime() - HOUR_MS),
  notAfter: new Date(at.getTime() + HOUR_MS),
});
