import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { channels } from '#adapters/index.ts';
import type { ChannelModule } from '#core/channel.ts';
import { AppError, errorMessage } from '#core/errors.ts';
import type { InboundEvent } from '#core/message.ts';
import { processSources, readConfig } from '#src/config.ts';

const modules: readonly Pick<ChannelModule, 'id' | 'config' | 'inspect'>[] = Object.values(channels);

export const inspect = (): Command =>
  new Command('inspect')
    .description('show what a channel makes of recorded payloads; no signature needed')
    .argument(
      '<channel>',
      modules
        .filter((module) => module.inspect !== undefined)
        .map((module) => module.id)
        .join(', '),
    )
    .argument('<file...>', 'recorded payloads')
    .option('--json', 'one JSON line per file')
    .action(async (channel: string, files: readonly string[], options: { readonly json?: boolean }) => {
      const decode = modules.find((module) => module.id === channel)?.inspect;
      if (decode === undefined)
        throw new AppError(
          'bad-request',
          `No recorded payloads of "${channel}" can be inspected; there is ${modules
            .filter((module) => module.inspect !== undefined)
            .map((module) => module.id)
            .join(', ')}.`,
        );
      const hints = knownSettings(channel);
      for (const file of files) {
        const line = await readFile(file).then(
          async (bytes) => {
            const { events, unsupported, quarantine } = await decode(bytes, hints);
            return {
              file,
              events: events.map(toLine),
              ...(unsupported === undefined ? {} : { unsupported }),
              ...(quarantine === undefined ? {} : { unsupported: quarantine }),
            };
          },
          (error: unknown) => ({
            file,
            events: [],
            unsupported: `This file cannot be read (${errorMessage(error)}). Check its name and permissions.`,
            unreadable: true,
          }),
        );
        if ('unreadable' in line) process.exitCode = 1;
        process.stdout.write(options.json === true ? `${JSON.stringify(line)}\n` : `${file}\n${toReading(line)}\n`);
      }
    });

/** What the settings say of this channel, if anything, without its secrets; a recorded payload is shown without any of it. */
const knownSettings = (channel: string): object => {
  const schema = modules.find((module) => module.id === channel)?.config;
  if (!(schema instanceof z.ZodObject)) return {};
  try {
    const config = readConfig({ ...processSources(), localSecret: () => 'unused' });
    const { desk } = config.channels;
    const section = new Map<string, unknown>(Object.entries(config)).get(channel) ?? {};
    const given = { ...section, ...(desk.channel === channel ? { deskChannel: desk.space } : {}) };
    const shape = new Map<string, z.core.$ZodType>(Object.entries(schema.shape));
    return Object.fromEntries(
      Object.entries(given).flatMap(([name, value]) => {
        const setting = shape.get(name);
        if (setting === undefined || value === undefined || config.secretValues.includes(String(value))) return [];
        const parsed = z.safeParse(setting, value);
        return parsed.success ? [[name, parsed.data]] : [];
      }),
    );
  } catch {
    return {};
  }
};

type Line = { readonly events: readonly ReturnType<typeof toLine>[]; readonly unsupported?: string };

/** One event in the documented shape. A report about our own mail is a message to whoever reads the list. */
const toLine = ({ body, author, address, dedupeKey, inspect: extra }: InboundEvent) => ({
  kind: body.kind === 'bounce' ? 'message' : body.kind,
  ...('content' in body ? { text: body.content.markdown } : {}),
  author: { role: author.role, id: author.externalId, ...(author.name === undefined ? {} : { name: author.name }) },
  address: { channel: address.channel, space: address.space, thread: address.thread },
  dedupeKey,
  ...extra,
});

const toReading = (line: Line): string =>
  [
    ...line.events.map((event) =>
      Object.entries(event)
        .map(
          ([name, value]) =>
            `  ${name.padEnd(12)} ${typeof value === 'string' ? value.replaceAll('\n', `\n${' '.repeat(15)}`) : JSON.stringify(value)}`,
        )
        .join('\n'),
    ),
    ...(line.unsupported === undefined ? [] : [`  not taken in: ${line.unsupported}`]),
  ].join('\n');
