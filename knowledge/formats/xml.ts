import { XMLParser } from 'fast-xml-parser';
import { decodeText } from './decode-text.ts';

/** An element of XML, its name without a prefix, as those differ between the programs that write documents. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text and that of everything in it. */
  readonly text: string;
}

/** More nesting than any document has. */
const deepest = 200;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: deepest,
});

type Raw = Readonly<Record<string, unknown>>;

/** The root of an XML file. Throws `DamagedDocument` for what is none. */
export const parseXml = (bytes: Uint8Array | undefined): XmlElement => {
  if (!bytes) throw new DamagedDocument('a part of it is missing');
  refuseEntities(bytes);
  const decoded = decodeText(bytes);
  if (!decoded.ok) throw new DamagedDocument('a part of it is not text');
  let roots: unknown;
  try {
    roots = parser.parse(decoded.text);
  } catch {
    throw new DamagedDocument('a part of it is not well-formed XML');
  }
  const [root] = elements(roots);
  if (!root) throw new DamagedDocument('a part of it is empty');
  return root;
};

/** Throws for entities of a file's own: no program writes them into documents, and they can grow to any size. */
export const refuseEntities = (xml: Uint8Array): void => {
  const bytes = Buffer.from(xml.buffer, xml.byteOffset, xml.byteLength);
  if (bytes.includes('<!ENTITY') || bytes.includes('<!ENTITY', 0, 'utf16le')) {
    throw new DamagedDocument('it declares XML entities, which no program does that writes documents');
  }
};

/** What is wrong with the inside of a document; reported as the reason. */
export class DamagedDocument extends Error {}

const elements = (nodes: unknown): XmlElement[] =>
  (Array.isArray(nodes) ? (nodes as Raw[]) : []).flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ':@');
    if (name === undefined || name === '#text') return [];
    const attributes = (node[':@'] ?? {}) as Readonly<Record<string, string>>;
    return { name, attributes, children: elements(node[name]), text: textOf(node[name]) };
  });

const textOf = (nodes: unknown): string =>
  (Array.isArray(nodes) ? (nodes as Raw[]) : [])
    .map((node) => {
      const name = Object.keys(node).find((key) => key !== ':@');
      return name === '#text' ? String(node['#text']) : name === undefined ? '' : textOf(node[name]);
    })
    .join('');

export const childrenNamed = (element: XmlElement | undefined, name: string): XmlElement[] =>
  element?.children.filter((child) => child.name === name) ?? [];

/** The first child on each step of a path such as `p/pPr/lvl`. */
export const childAt = (element: XmlElement | undefined, path: string): XmlElement | undefined =>
  path
    .split('/')
    .reduce<XmlElement | undefined>((at, name) => at?.children.find((child) => child.name === name), element);

/** Every element of that name below, in document order. */
export const descendants = (element: XmlElement, name: string): XmlElement[] =>
  element.children.flatMap((child) => (child.name === name ? [child] : descendants(child, name)));
