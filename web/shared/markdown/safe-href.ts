const allowed: readonly string[] = ['http:', 'https:', 'mailto:'];

/**
 * The address when a link may point there: the web or a mailbox, written out in full. Anything else (scripts, files,
 * paths that would resolve against our own page) is shown as text.
 */
export const safeHref = (href: unknown): string | undefined => {
  if (typeof href !== 'string') return undefined;
  try {
    const url = new URL(href);
    return allowed.includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
};
