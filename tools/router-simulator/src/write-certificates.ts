import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CertificateAuthority, type KeyAndCertificate } from './certificate-authority.js';

/** Where a laboratory's certificates lie. The simulator issues the routers' own from the authority when it starts. */
export interface CertificateFiles {
  readonly ca: string;
  readonly caKey: string;
  readonly clientCert: string;
  readonly clientKey: string;
}

export const certificateFiles = (dir: string): CertificateFiles => ({
  ca: join(dir, 'ca.pem'),
  caKey: join(dir, 'ca-key.pem'),
  clientCert: join(dir, 'client.pem'),
  clientKey: join(dir, 'client-key.pem'),
});

/** Makes an authority and a client certificate in `dir`, or keeps those that are there. */
export async function writeCertificates(
  dir: string,
  clientName = 'vecino-worker',
): Promise<CertificateFiles> {
  const files = certificateFiles(dir);
  if (Object.values(files).every((file: string) => existsSync(file))) return files;
  await mkdir(dir, { recursive: true });
  const authority = await CertificateAuthority.create();
  await writePair(authority.identity, files.ca, files.caKey);
  await writePair(await authority.issueClient(clientName), files.clientCert, files.clientKey);
  return files;
}

/** The authority `writeCertificates` left in `dir`. */
export async function readAuthority(dir: string): Promise<CertificateAuthority> {
  const files = certificateFiles(dir);
  return CertificateAuthority.load({
    certificate: await readFile(files.ca, 'utf8'),
    key: await readFile(files.caKey, 'utf8'),
  });
}

async function writePair(pair: KeyAndCertificate, certFile: string, keyFile: string): Promise<void> {
  await writeFile(keyFile, pair.key, { mode: 0o600 });
  await writeFile(certFile, pair.certificate);
}
