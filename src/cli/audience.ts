import { Option } from 'commander';
import type { Audience } from '#core/turn.ts';

/** Whose knowledge a command sees: public, or an organisation's too, or everything. */
export const asOption = (): Option => new Option('--as <org>', 'see what this organisation sees');
export const internalOption = (): Option => new Option('--internal', 'see internal documents too');

export const audienceOf = (options: { readonly as?: string; readonly internal?: boolean }): Audience => ({
  organizations: options.as === undefined ? [] : [options.as],
  shared: false,
  identity: options.as === undefined ? 'anonymous' : 'verified',
  ...(options.internal === true ? { internal: true } : {}),
});
