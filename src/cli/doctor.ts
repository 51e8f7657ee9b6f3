import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { errorMessage } from '#core/errors.ts';
import { openLog } from '#src/compose-foundation.ts';
import { checkDependencies } from '#src/compose-health.ts';
import { connectControl } from './control.ts';
import { loadSettings } from './settings.ts';

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export const doctor = (): Command =>
  new Command('doctor')
    .description('check every configured dependency and say what to fix; shows the settings with secrets masked')
    .option('--json', 'print JSON')
    .action(async (options: { readonly json?: boolean }) => {
      const { config } = loadSettings();
      // The findings say it all; the settings are shown as they are in force.
      const log = openLog({ ...config, server: { ...config.server, logLevel: 'silent' } });
      const running = config.database.url === undefined ? await connectControl(config.server.home) : undefined;
      const findings: Finding[] = [
        {
          name: 'node',
          ok: Number(process.versions.node.split('.')[0]) >= 24,
          detail: `${process.version}${Number(process.versions.node.split('.')[0]) >= 24 ? '' : ': run through npm or npx, which bring Node 24'}`,
        },
        {
          name: 'web page',
          ok: existsSync(new URL('../../web/dist/index.html', import.meta.url)),
          detail: 'built by npm ci; "npm run build" builds it again',
        },
        ...(running === undefined
          ? await checkDependencies(config, log).catch((error: unknown): Finding[] => [
              { name: 'database', ok: false, detail: errorMessage(error) },
            ])
          : [
              {
                name: 'server',
                ok: true,
                detail: `running in ${config.server.home}; see its /health for each dependency`,
              },
            ]),
      ];
      if (options.json === true)
        process.stdout.write(
          `${JSON.stringify({ ok: findings.every((finding) => finding.ok), findings, settings: config.safe }, null, 2)}\n`,
        );
      else {
        const width = Math.max(...config.safe.map((entry) => entry.name.length));
        process.stdout.write(
          `Settings (${config.server.profile})\n${config.safe.map((entry) => `  ${entry.name.padEnd(width)}  ${entry.value}`.trimEnd()).join('\n')}\n\nChecks\n${findings.map((finding) => `  ${finding.ok ? 'ok  ' : 'FIX '} ${finding.name}: ${finding.detail}`).join('\n')}\n`,
        );
      }
      if (findings.some((finding) => !finding.ok)) process.exitCode = 1;
    });
