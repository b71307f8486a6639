/** What one sender process is to do. */
export interface ImageJob {
  readonly over: 'driver' | 'tls';
  readonly port: number;
  readonly serverName: string;
  /** Folder with the authority's and the client's PEM files. */
  readonly certificates: string;
  readonly file: string;
  readonly version: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** What it says when the receiver has confirmed every byte. */
export interface ImageSent {
  /** From the first byte offered to the receiver's confirmation; connecting is not counted. */
  readonly ms: number;
  /** Of the resident set, from right before the transfer to its highest sample, one each 100 ms. */
  readonly growthBytes: number;
}
