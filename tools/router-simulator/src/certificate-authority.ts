import { randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type Extension,
} from '@peculiar/x509';

type CryptoKey = webcrypto.CryptoKey;
type CryptoKeyPair = webcrypto.CryptoKeyPair;

cryptoProvider.set(webcrypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 60 * 60_000;
const VALID_MS = 3650 * DAY_MS;
/** Upper bound of X.520 for a common name; longer router ids stand in the alternative names alone. */
const MAX_COMMON_NAME = 64;

/** PEM texts. */
export interface KeyAndCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Issues the identities of a laboratory: routers by id and address, clients by name. */
export class CertificateAuthority {
  readonly identity: KeyAndCertificate;
  readonly #certificate: X509Certificate;
  readonly #key: CryptoKey;

  private constructor(identity: KeyAndCertificate, certificate: X509Certificate, key: CryptoKey) {
    this.identity = identity;
    this.#certificate = certificate;
    this.#key = key;
  }

  static async create(name = 'Vecino laboratory CA'): Promise<CertificateAuthority> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      serialNumber: newSerial(),
      name: `CN=${name}`,
      ...validity(),
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    const identity = { certificate: certificate.toString('pem'), key: await privatePem(keys.privateKey) };
    return new CertificateAuthority(identity, certificate, keys.privateKey);
  }

  static async load(identity: KeyAndCertificate): Promise<CertificateAuthority> {
    const der = PemConverter.decodeFirst(identity.key);
    const key = await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
    return new CertificateAuthority(identity, new X509Certificate(identity.certificate), key);
  }

  /** For a router: its id and its address are the alternative names. */
  issueServer(routerId: string, address: string): Promise<KeyAndCertificate> {
    return this.#issue(routerId, ExtendedKeyUsage.serverAuth, [
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: routerId },
        { type: 'ip', value: address },
      ]),
    ]);
  }

  issueClient(name: string): Promise<KeyAndCertificate> {
    return this.#issue(name, ExtendedKeyUsage.clientAuth, []);
  }

  async #issue(name: string, usage: ExtendedKeyUsage, extra: Extension[]): Promise<KeyAndCertificate> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.create({
      serialNumber: newSerial(),
      subject: [{ CN: [name.slice(0, MAX_COMMON_NAME)] }],
      issuer: this.#certificate.subject,
      ...validity(),
      publicKey: keys.publicKey,
      signingKey: this.#key,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new BasicConstraintsExtension(false),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([usage]),
        await AuthorityKeyIdentifierExtension.create(this.#certificate.publicKey),
        ...extra,
      ],
    });
    return { certificate: certificate.toString('pem'), key: await privatePem(keys.privateKey) };
  }
}

const newKeys = (): Promise<CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const privatePem = async (key: CryptoKey): Promise<string> =>
  PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

/** Positive and 16 bytes long, as RFC 5280 wants it. */
const newSerial = (): string => {
  const bytes = randomBytes(16);
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes.toString('hex');
};

const validity = (): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(Date.now() - DAY_MS),
  notAfter: new Date(Date.now() + VALID_MS),
});
