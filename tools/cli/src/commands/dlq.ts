import { type RegisterCommand } from '../command.js';
import { registerDlqList } from './dlq/list.js';
import { registerDlqReplay } from './dlq/replay.js';
import { registerDlqShow } from './dlq/show.js';

export const registerDlq: RegisterCommand = (program, context) => {
  const dlq = program.command('dlq').description('dead letters: orders that could not be carried out');
  registerDlqList(dlq, context);
  registerDlqShow(dlq, context);
  registerDlqReplay(dlq, context);
};
