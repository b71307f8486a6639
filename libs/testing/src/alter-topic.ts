import { type Admin, ConfigResourceTypes } from 'kafkajs';

/**
 * Gives a topic another configuration; what is left out goes back to the broker's default. Resolves when the controller has it: a
 * broker goes by it some time later.
 */
export const alterTopic = (
  admin: Pick<Admin, 'alterConfigs'>,
  name: string,
  config: Readonly<Record<string, string>>,
): Promise<unknown> =>
  admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: ConfigResourceTypes.TOPIC,
        name,
        configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
      },
    ],
  });
