import type { TeamsConfig } from './config.ts';

/**
 * Where Microsoft keeps the files of chats, in its public and national clouds: SharePoint, OneDrive and their media services
 * (https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges, "SharePoint Online and OneDrive").
 */
const storage = [
  'sharepoint.com',
  'sharepoint.us',
  'sharepoint-mil.us',
  'sharepoint.cn',
  'svc.ms',
  'onedrive.com',
  'onedrive.live.com',
  'storage.live.com',
  '1drv.com',
  'livefilestore.com',
];

/**
 * Whether an address that came in a message may be asked for a file, or given one: https at Microsoft's file storage, so that
 * nobody makes us reach what only we can reach, or the origin of a connector that the settings name themselves (tests, proxies).
 * Our token goes to none of them.
 */
export const createMayReach = ({ serviceUrls }: Pick<TeamsConfig, 'serviceUrls'>) => {
  const origins = new Set(serviceUrls.map((url) => new URL(url).origin));
  return (address: string): boolean => {
    const url = URL.parse(address);
    if (url === null || url.username !== '' || url.password !== '') return false;
    if (origins.has(url.origin)) return true;
    const host = url.hostname.toLowerCase();
    return (
      url.protocol === 'https:' &&
      url.port === '' &&
      storage.some((known) => host === known || host.endsWith(`.${known}`))
    );
  };
};
export type MayReach = ReturnType<typeof createMayReach>;
