import type { FastifyHelmetOptions } from '@fastify/helmet';
import type { HttpSettings } from './ports.ts';

/**
 * Headers of every response. Pages load scripts, styles and data from this server alone; nothing may frame them.
 * HTTPS is remembered for half a year once it is how the product is reached.
 */
export const securityHeaders = (settings: Pick<HttpSettings, 'publicUrl'>): FastifyHelmetOptions => {
  const url = new URL(settings.publicUrl);
  const https = url.protocol === 'https:';
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        fontSrc: ["'self'"],
        // Older browsers do not count ws: as 'self'.
        connectSrc: ["'self'", `${https ? 'wss' : 'ws'}://${url.host}`],
        manifestSrc: ["'self'"],
        workerSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: https ? { maxAge: 15_552_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  };
};
