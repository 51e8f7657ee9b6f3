/** How much of a web site is read. What lies beyond a limit is reported as incomplete. */
export interface SiteLimits {
  /** Documents. */
  readonly pages: number;
  /** Links between the start and a page. */
  readonly depth: number;
  /** Of all bodies together, unpacked. */
  readonly bytes: number;
  /** Pages of one path that differ in their query or in the date at their end. */
  readonly variants: number;
  /** For the whole site. */
  readonly minutes: number;
}

export const defaultSiteLimits: SiteLimits = { pages: 1_000, depth: 10, bytes: 500_000_000, variants: 20, minutes: 60 };
