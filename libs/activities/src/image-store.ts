/** An OS image as its manifest describes it. */
export interface StoredImage {
  readonly version: string;
  readonly bytes: number;
  /** Hex SHA-256. */
  readonly sha256: string;
  /** Hardware it is made for, where the manifest says so. */
  readonly platform?: string;
  /** The content from its beginning. */
  open(): AsyncIterable<Buffer>;
}

export type ImageLookup =
  | { readonly kind: 'found'; readonly image: StoredImage }
  | { readonly kind: 'unknown' }
  /** The image is there, but not what its manifest says, or its manifest cannot be read. */
  | { readonly kind: 'damaged'; readonly text: string }
  /** No key that the platform trusts has signed the manifest. */
  | { readonly kind: 'untrusted'; readonly text: string };

/** Where images lie. The file system is the first adapter; others come behind the same port. */
export interface ImageStore {
  /** Reads the manifest, not the content. */
  find(version: string): Promise<ImageLookup>;
  /** All that are there, in order. */
  versions(): Promise<readonly string[]>;
  /** Reads the whole content and compares it with the manifest. `fresh`: even if it was found right before. */
  check(
    image: StoredImage,
    options?: { readonly fresh?: boolean; readonly signal?: AbortSignal },
  ): Promise<ImageCheck>;
}

export type ImageCheck =
  | { readonly kind: 'intact' }
  | { readonly kind: 'damaged'; readonly text: string }
  /** The store does not give it out now, or was told to stop. */
  | { readonly kind: 'unreadable'; readonly text: string };
