/** What is used of the tree that linkedom makes; the types of a browser are not those of a server. */
export interface HtmlElement {
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly parentElement: HtmlElement | null;
  readonly nextElementSibling: HtmlElement | null;
  readonly children: Iterable<HtmlElement>;
  getAttribute(name: string): string | null;
  querySelector(selector: string): HtmlElement | null;
  querySelectorAll(selector: string): ArrayLike<HtmlElement> & Iterable<HtmlElement>;
  remove(): void;
}

export interface HtmlDocument extends Pick<HtmlElement, 'querySelector' | 'querySelectorAll'> {
  readonly documentElement: HtmlElement | null;
  readonly body: HtmlElement;
  toString(): string;
}
