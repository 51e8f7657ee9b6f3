import type { TeamsConfig } from './config.ts';

/**
 * Connectors of Teams in its public and government clouds
 * (https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages). The host is
 * the same in every region; the region is in the path.
 */
const connectorsOfTeams = [
  'https://smba.trafficmanager.net/teams/',
  'https://smba.infra.gcc.teams.microsoft.com/teams/',
  'https://smba.infra.gov.teams.microsoft.us/teams/',
  'https://smba.infra.dod.teams.microsoft.us/teams/',
] as const;

/** Longest address that is looked at, with the path and query of a call. */
const maxChars = 4_000;

/** Which connectors we talk to: our token goes nowhere else. */
export interface ServiceUrlPolicy {
  /** Whether an address is one of them: of an activity, of a stored reference, or of a call that we are about to make. */
  allows(url: string): boolean;
  /** Where to write when nothing has been heard from a tenant yet. Ends in a slash. */
  readonly fallback: string;
}

/**
 * Compares scheme, host and port with those of the allow-list: the setting's, else those of Teams. The address must be written
 * plainly (ASCII, no user, port or fragment that is not needed, the host as it is): what parsers could read in two ways is no
 * address of Teams.
 */
export const createServiceUrlPolicy = ({ serviceUrls }: Pick<TeamsConfig, 'serviceUrls'>): ServiceUrlPolicy => {
  const listed = serviceUrls.length === 0 ? connectorsOfTeams : serviceUrls;
  const origins = new Set(listed.map((url) => new URL(url).origin));
  const [first = connectorsOfTeams[0]] = listed;

  return {
    allows(url) {
      if (url.length > maxChars || !/^[!-~]+$/.test(url) || /[\\#]/.test(url) || !URL.canParse(url)) return false;
      const { origin } = new URL(url);
      if (!origins.has(origin)) return false;
      // The parser forgives (`https:smba…`, `SMBA%2E…`, `:443`); whoever signs addresses for Teams writes them as they are.
      const written = url.toLowerCase();
      return written === origin || written.startsWith(`${origin}/`);
    },
    fallback: first.endsWith('/') ? first : `${first}/`,
  };
};
