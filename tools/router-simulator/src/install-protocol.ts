/** Where one Install stands, by the messages that may come next. */
export type InstallState =
  /** Opened; only a TransferRequest may come. */
  | { readonly kind: 'opened' }
  /** TransferReady was sent; content may come, or TransferEnd. */
  | { readonly kind: 'receiving'; readonly bytes: number }
  /** Nothing more may come: the router checks, copies between its supervisors, or has answered. */
  | { readonly kind: 'deaf' };

export type InstallMessage =
  | { readonly kind: 'request' }
  | { readonly kind: 'content'; readonly bytes: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'empty' };

export type InstallStep =
  | { readonly kind: 'admit' }
  | { readonly kind: 'store'; readonly state: InstallState }
  | { readonly kind: 'check'; readonly state: InstallState }
  /** What was sent is against the protocol of `gnoi.os.OS/Install`. */
  | { readonly kind: 'violation'; readonly text: string };

/** What a message means in a state. The router moves on from `admit` by itself: to `receiving` only with TransferReady. */
export function nextInstallStep(state: InstallState, message: InstallMessage): InstallStep {
  switch (message.kind) {
    case 'empty':
      return { kind: 'violation', text: 'an empty InstallRequest' };
    case 'request':
      return state.kind === 'opened'
        ? { kind: 'admit' }
        : { kind: 'violation', text: 'a second TransferRequest' };
    case 'content':
      return state.kind === 'receiving'
        ? { kind: 'store', state: { kind: 'receiving', bytes: state.bytes + message.bytes } }
        : { kind: 'violation', text: 'content without TransferReady' };
    case 'end':
      return state.kind === 'receiving'
        ? { kind: 'check', state: { kind: 'deaf' } }
        : { kind: 'violation', text: 'TransferEnd without TransferReady' };
  }
}
