import { type RouterSnapshot } from '@vecino/router-simulator';
import { askSimulator } from './ask-simulator.js';
import { type PathPlatform } from './path-platform.js';

/** Every router as it is at this moment. */
export const routerStates = (path: PathPlatform): Promise<RouterSnapshot[]> =>
  askSimulator(path, 'GET', '/routers');
