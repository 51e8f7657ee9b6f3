import { Command } from 'commander';
import { serveControl } from './control.ts';
import { loadSettings } from './settings.ts';

export const serve = (): Command =>
  new Command('serve')
    .description('run Frontdesk')
    .option('--role <roles>', 'web, worker or all; several separated by commas')
    .action(async (options: { readonly role?: string }) => {
      const started = performance.now();
      const { config, log } = loadSettings(
        options.role === undefined ? {} : { overrides: { FRONTDESK_ROLE: options.role } },
      );
      for (const warning of config.warnings) log.warn({ profile: config.server.profile }, warning);
      // The other commands need none of what a server is made of.
      const { composeService } = await import('#src/compose.ts');
      const service = await composeService(config, log);
      const control =
        config.database.url === undefined ? await serveControl(config.server.home, service.operations) : undefined;
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      log.info({ url: service.url, role: config.server.role, seconds: Number(seconds) }, 'ready');
      if (config.server.role.some((role) => role !== 'worker')) {
        process.stderr.write(
          `\n  Frontdesk is ready after ${seconds} s\n\n  Chat      ${service.url}/\n  Console   ${service.url}/console\n  API       ${service.url}/docs\n\n  Stop with Ctrl+C.\n\n`,
        );
      }
      await untilAsked();
      log.info({}, 'stopping: finishing what is under way');
      await control?.[Symbol.asyncDispose]();
      await service.stop();
      log.info({}, 'stopped');
    });

/** Resolves on the first SIGINT or SIGTERM; a second one ends the process at once. */
const untilAsked = (): Promise<void> =>
  new Promise((resolve) => {
    let asked = false;
    const ask = (): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve();
    };
    process.on('SIGINT', ask);
    process.on('SIGTERM', ask);
  });
