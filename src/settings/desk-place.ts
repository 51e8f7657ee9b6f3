import { z } from 'zod';

/** Where cards go, as people write it: `slack:C0123456789`. */
export const deskPlace = () =>
  z
    .string()
    .regex(/^(?:web|slack:.+|teams:.+|email:.+@.+)$/, {
      error: 'write web, slack:<channel id>, teams:<conversation id> or email:<address>',
      abort: true,
    })
    .refine(
      (value) => !value.startsWith('slack:') || /^slack:[CG]\w+$/.test(value),
      'name the Slack channel by its id, as in slack:C0123456789; Slack shows it at the end of the channel’s details',
    )
    .transform((value) => {
      const [channel = 'web', ...space] = value.split(':');
      return { channel: channel as 'web' | 'slack' | 'teams' | 'email', space: space.join(':') || 'desk' };
    });
