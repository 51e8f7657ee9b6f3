import type { Audience } from '#core/turn.ts';

/** Who may find a document: everyone, the support team alone, or one organisation. */
export type DocumentVisibility = 'public' | 'internal' | `org:${string}`;

/**
 * What `audience` may find. Public documents always; an organisation's own only when it is the single outside
 * organisation present and the platform vouches for the writer; internal ones only in the team's own searches.
 */
export const visibleTo = (audience: Audience): DocumentVisibility[] => {
  const visible: DocumentVisibility[] = ['public'];
  const [organization, ...others] = audience.organizations;
  if (organization && others.length === 0 && audience.identity === 'verified') visible.push(`org:${organization}`);
  if (audience.internal === true) visible.push('internal');
  return visible;
};

/** Reads what a user typed as visibility; `undefined` when it is none of `public`, `internal`, `org:<id>`. */
export const parseVisibility = (text: string): DocumentVisibility | undefined => {
  if (text === 'public' || text === 'internal') return text;
  return /^org:\S+$/.test(text) ? (text as `org:${string}`) : undefined;
};
