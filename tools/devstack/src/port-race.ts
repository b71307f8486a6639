import { isDevstackError } from './fault.js';
import { saysPortTaken } from './ports.js';

const PORT_RACES = 5;

/** Between the choice of a port and its use somebody else may take it: then the next ports are tried. */
export async function racingForPorts<T>(attempt: () => Promise<T>): Promise<T> {
  for (let race = 1; ; race += 1) {
    try {
      return await attempt();
    } catch (error) {
      const lost = isDevstackError(error, 'PROCESS_DIED') && saysPortTaken(error.message);
      if (!lost || race === PORT_RACES) throw error;
    }
  }
}
