export * from './judge.js';
export * from './ledger.js';
