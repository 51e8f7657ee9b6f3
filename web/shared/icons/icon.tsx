/** Line drawings on a 20 × 20 grid. They accompany words or carry a label on their button, never stand alone. */
const paths = {
  attach: 'M16.5 9.5 10 16a4 4 0 0 1-5.7-5.7l6.7-6.6a2.6 2.6 0 0 1 3.7 3.7l-6.5 6.5a1.2 1.2 0 0 1-1.8-1.7l6-6',
  send: 'M10 16.5v-13M4.5 9 10 3.5 15.5 9',
  close: 'm5 5 10 10M15 5 5 15',
  plus: 'M10 4v12M4 10h12',
  up: 'M6.5 9v8H4a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1zl3-6a2 2 0 0 1 2 2v3h3.8a1.6 1.6 0 0 1 1.6 1.9l-1.1 5.8a1.6 1.6 0 0 1-1.6 1.3H6.5',
  down: 'M13.5 11V3H16a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1zl-3 6a2 2 0 0 1-2-2v-3H4.7a1.6 1.6 0 0 1-1.6-1.9l1.1-5.8A1.6 1.6 0 0 1 5.8 3h7.7',
  arrowDown: 'M10 4v12m-5-5 5 5 5-5',
  back: 'M16 10H4m5-5-5 5 5 5',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11Zm4-1.5 4 4',
  file: 'M11.5 2.5H6A1.5 1.5 0 0 0 4.5 4v12A1.5 1.5 0 0 0 6 17.5h8a1.5 1.5 0 0 0 1.5-1.5V6.5zm0 0v4h4',
  person: 'M10 10a3.2 3.2 0 1 0 0-6.5 3.2 3.2 0 0 0 0 6.5Zm-6.5 7a6.5 6.5 0 0 1 13 0',
  details: 'M3.5 4h13v12h-13zM12 4v12',
  note: 'M4 3.5h12v9L12.5 16H4zM16 12.5h-3.5V16',
  reply: 'M8 5 3.5 9.5 8 14M4 9.5h7a5.5 5.5 0 0 1 5.5 5.5v1',
  check: 'm4 10.5 4 4 8-9',
  warning: 'M10 3 2.5 16.5h15zM10 8v4m0 2.3v.1',
  more: 'M4.6 9.4a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2Zm5.4 0a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2Zm5.4 0a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2Z',
} as const;

export type IconName = keyof typeof paths;

export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);
