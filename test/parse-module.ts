import { posix } from 'node:path';
import { parseSync } from 'vite';

/** One request for another module. */
export interface ModuleImport {
  readonly specifier: string;
  /** Whether it asks for types alone, so that nothing of it is left at run time. */
  readonly typesOnly: boolean;
}

/** What a module asks of others, read from its syntax tree: a comment or a string is never mistaken for code. */
export interface ParsedModule {
  /** Every import, re-export, dynamic import and `import('…')` type. */
  readonly imports: readonly ModuleImport[];
  /** Whether the code reads the environment: `process.env` in any spelling. */
  readonly readsEnvironment: boolean;
}

/** Parses TypeScript (or TSX, by the file's name). A syntax error throws with the path. */
export function parseModule(path: string, source: string): ParsedModule {
  const { module, program, errors } = parseSync(path, source, { astType: 'ts' });
  const [error] = errors;
  if (error) throw new Error(`${path} does not parse: ${error.message}`);

  const imports: ModuleImport[] = [];
  let readsEnvironment = false;
  for (const { moduleRequest, entries } of module.staticImports) {
    const typesOnly = entries.length > 0 && entries.every((entry) => entry.isType);
    imports.push({ specifier: moduleRequest.value, typesOnly });
    const fromProcess = /^(node:)?process$/.test(moduleRequest.value);
    if (fromProcess && entries.some((entry) => entry.importName.name === 'env')) readsEnvironment = true;
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest) imports.push({ specifier: moduleRequest.value, typesOnly: isType });
    }
  }
  visit(program, (node) => {
    const specifier = requestedBy(node);
    if (specifier !== undefined) imports.push({ specifier, typesOnly: node.type === 'TSImportType' });
    if (isEnvironment(node)) readsEnvironment = true;
  });
  return { imports, readsEnvironment };
}

/**
 * Where an import of `from` leads: a path relative to the root for our own files, the name of the package for others
 * (`node:fs` stays `node:fs`).
 */
export function resolveImport(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  const alias = /^#(core|src|adapters|knowledge|test)\/(.*)$/.exec(specifier);
  if (alias) return `${alias[1] === 'core' ? 'src/core' : alias[1]}/${alias[2]}`;
  if (specifier.startsWith('node:')) return specifier;
  const [first, second] = specifier.split('/');
  return specifier.startsWith('@') ? `${first}/${second}` : `${first}`;
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

function visit(value: unknown, see: (node: Node) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (isNode(value)) see(value);
  for (const child of Object.values(value)) visit(child, see);
}

/** The module that `import('…')` names, as an expression or as a type. */
function requestedBy(node: Node): string | undefined {
  if (node.type !== 'ImportExpression' && node.type !== 'TSImportType') return undefined;
  const literal = node.source ?? node.argument;
  return isNode(literal) && typeof literal.value === 'string' ? literal.value : undefined;
}

/** `process.env`, `globalThis.process['env']`, `const { env } = process`. */
function isEnvironment(node: Node): boolean {
  if (node.type === 'MemberExpression') {
    return nameOf(node.property) === 'env' && nameOf(node.object) === 'process';
  }
  const pattern = node.type === 'VariableDeclarator' && nameOf(node.init) === 'process' ? node.id : undefined;
  const properties = isNode(pattern) ? pattern.properties : undefined;
  return Array.isArray(properties) && properties.some((property) => isNode(property) && nameOf(property.key) === 'env');
}

function nameOf(value: unknown): string {
  if (!isNode(value)) return '';
  if (value.type === 'MemberExpression') return nameOf(value.property);
  return String(value.name ?? value.value ?? '');
}
