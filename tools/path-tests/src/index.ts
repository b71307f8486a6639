export * from './group-by.js';
export * from './judge.js';
export * from './ledger.js';
