/** Messages and service definitions generated from `proto/`: for targets; clients use `connectDevice`. */
export * as gnmiWire from './gen/gnmi/gnmi.js';
export * as osWire from './gen/gnoi/os.js';
export * as systemWire from './gen/gnoi/system.js';
