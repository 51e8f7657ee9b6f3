/**
 * A date and time as documents write them: ISO 8601, or as PDF writes it (`D:20240131120000+01'00'`, PDF 1.7, 7.9.4).
 * Without a time zone it is UTC. Nothing for what is no date, lies before 1980 or in the future: clocks that were never set.
 */
export const dateOf = (value: string | undefined, now = Date.now()): Date | undefined => {
  const parts =
    /^\s*(?:D:)?(\d{4})-?(\d\d)?-?(\d\d)?(?:[T\s]?(\d\d):?(\d\d)(?::?(\d\d)(?:\.\d+)?)?)?\s*(Z|[+-]\d\d'?:?(?:\d\d)?'?)?/i.exec(
      value ?? '',
    );
  if (!parts) return undefined;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', zone = 'Z'] = parts;
  const offset = /^z/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${/\d\d/.exec(zone.slice(3))?.[0] ?? '00'}`;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`);
  const at = date.getTime();
  return at >= Date.UTC(1980) && at <= now + 86_400_000 ? date : undefined;
};
