import { runInBackground } from '../background.js';
import { type RegisterCommand } from '../command.js';

/** The process that `up` leaves behind; not for people. */
export const BACKGROUND = 'background';

export const registerBackground: RegisterCommand = (program, { repository, exit }) => {
  program.command(BACKGROUND, { hidden: true }).action(async () => exit(await runInBackground(repository)));
};
