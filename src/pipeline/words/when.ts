/** Five-minute steps below an hour, whole hours above: nobody believes more. */
export const duration = (minutes: number, minuteWord: string, hourWord: string): string =>
  minutes < 60
    ? `${Math.max(5, Math.ceil(minutes / 5) * 5)} ${minuteWord}`
    : `${Math.max(2, Math.ceil(minutes / 60))} ${hourWord}`;

/** A weekday alone is a promise for the days until it comes round again. */
const weekMs = 6 * 86_400_000;

/**
 * A day and a time as people say them, with the zone that they are in: `Monday 09:00 (Europe/Berlin)`; with its date when it is not
 * the next day of that name, as seen from `asked`.
 */
export const dayAndTime = (
  { opensAt, timeZone, asked }: { readonly opensAt: Date; readonly timeZone: string; readonly asked: Date },
  locale: string,
): string => {
  const isFar = opensAt.getTime() - asked.getTime() > weekMs;
  const date: Intl.DateTimeFormatOptions = isFar ? { day: 'numeric', month: 'long' } : {};
  const day = new Intl.DateTimeFormat(locale, { weekday: 'long', ...date, timeZone }).format(opensAt);
  const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone };
  return `${day} ${new Intl.DateTimeFormat(locale, clock).format(opensAt)} (${timeZone})`;
};
