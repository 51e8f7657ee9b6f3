/** The key that sends together with Enter, as this machine's keyboard names it. */
export const sendKey = (platform: string = navigator.platform): string => (/^(Mac|iP)/.test(platform) ? '⌘' : 'Ctrl');
