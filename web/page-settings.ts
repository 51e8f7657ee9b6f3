/** What the operator has set for these pages; the server writes it into the page's head. */
export interface PageSettings {
  /** Empty when the operator gave no name. */
  readonly company: string;
  /** Questions that an empty chat suggests. */
  readonly suggestions: readonly string[];
}

const none: PageSettings = { company: '', suggestions: [] };

/** Reads `<meta name="frontdesk">`; nothing is set where there is none (tests, the development server). */
export const readPageSettings = (content: string | null | undefined): PageSettings => {
  if (content === null || content === undefined) return none;
  try {
    return { ...none, ...(JSON.parse(content) as Partial<PageSettings>) };
  } catch {
    return none;
  }
};

/** The page, where there is one: these words are also read by scripts and tests. */
const { document } = globalThis as {
  readonly document?: { querySelector(selector: string): { getAttribute(name: string): string | null } | null };
};

export const pageSettings = readPageSettings(
  document?.querySelector('meta[name="frontdesk"]')?.getAttribute('content'),
);
