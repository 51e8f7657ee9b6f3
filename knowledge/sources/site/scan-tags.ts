/** An opening tag, in lower case, with its first attribute of each name. */
export interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Elements whose content is text, whatever it looks like. */
const rawText = /^(script|style|textarea|title|xmp|iframe|noembed|noframes)$/;

/**
 * The opening tags of an HTML page, as a browser would read them, without building a tree: a page from anywhere is read
 * once from start to end, in time and memory that its nesting does not change.
 */
export function* scanTags(html: string): Generator<Tag> {
  const opening = /[a-z][^\s/>]*/iy;
  const attribute = /[\s/]*([^\s=>/][^\s=>/]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)))?/y;
  let at = html.indexOf('<');
  const skipTo = (end: string): void => {
    const found = html.indexOf(end, at);
    at = found === -1 ? html.length : found + end.length;
  };
  for (; at !== -1; at = html.indexOf('<', at)) {
    at += 1;
    opening.lastIndex = at;
    const name = opening.exec(html)?.[0].toLowerCase();
    if (name === undefined) {
      if (html.startsWith('!--', at)) skipTo('-->');
      else if (/[!?/]/.test(html.charAt(at))) skipTo('>');
      continue;
    }
    at += name.length;
    const attributes = new Map<string, string>();
    while (at < html.length && html.charAt(at) !== '>') {
      attribute.lastIndex = at;
      const match = attribute.exec(html);
      const [whole = '', key = '', double, single, bare] = match ?? [];
      if (match && !attributes.has(key.toLowerCase())) {
        attributes.set(key.toLowerCase(), decodeEntities(double ?? single ?? bare ?? ''));
      }
      at += Math.max(1, whole.length);
    }
    yield { name, attributes };
    if (rawText.test(name)) {
      const closing = new RegExp(`</${name}`, 'gi');
      closing.lastIndex = at;
      at = closing.exec(html)?.index ?? html.length;
    }
  }
}

const named: Readonly<Record<string, string>> = { amp: '&', quot: '"', apos: "'", lt: '<', gt: '>' };

/** The entities that occur in addresses: numbers, and the five that every writer knows. */
const decodeEntities = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|quot|apos|lt|gt));/gi, (entity, decimal, hex, name) => {
    if (name) return named[String(name).toLowerCase()] ?? entity;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
