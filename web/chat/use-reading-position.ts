import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { ChatState } from './chat-state.ts';
import { laterId } from './timeline.ts';

/** This close to the end counts as reading the end (pixels). */
const nearEnd = 48;
/** Air above a message that was brought to the top. */
const air = 16;

export interface ReadingPosition {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly spacer: RefObject<HTMLDivElement | null>;
  /** Something lies below what the reader sees. */
  readonly below: boolean;
  /** The newest message that the reader had in view. */
  readonly seenId: string | undefined;
  jump(): void;
}

/**
 * The reader decides what is on the screen. A text that grows never moves it: a sent message is brought to the top with
 * free room below it, and the answer fills that room. Only somebody at the end is shown the next message, and never
 * further than its first line.
 */
export const useReadingPosition = (state: ChatState, sends: number): ReadingPosition => {
  const frame = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const [below, setBelow] = useState(false);
  const [seenId, setSeenId] = useState<string>();
  /** As it was before the present change was drawn. */
  const was = useRef({ atEnd: true, height: 0, firstId: '', lastId: '', sends, frameHeight: 0, placed: false });
  const anchored = useRef(false);
  const lastId = state.messages.at(-1)?.id ?? '';
  const firstId = state.messages[0]?.id ?? '';

  const distance = useCallback((): number => {
    if (frame.current === null || content.current === null) return 0;
    return content.current.getBoundingClientRect().bottom - frame.current.getBoundingClientRect().bottom;
  }, []);

  const note = useCallback(() => {
    const atEnd = distance() <= nearEnd;
    was.current.atEnd = atEnd;
    was.current.height = content.current?.offsetHeight ?? 0;
    was.current.frameHeight = frame.current?.clientHeight ?? 0;
    setBelow(!atEnd);
    const seen = atEnd ? was.current.lastId : lastBegun(frame.current, content.current);
    setSeenId((before) => laterId(before, seen));
  }, [distance]);

  /** Room below the last own message, so that it can stand at the top while its answer is short. */
  const makeRoom = useCallback(() => {
    if (frame.current === null || content.current === null || spacer.current === null) return;
    const own = anchored.current ? lastOwn(content.current) : undefined;
    const used = own ? content.current.getBoundingClientRect().bottom - own.getBoundingClientRect().top : 0;
    spacer.current.style.height = own ? `${Math.max(0, frame.current.clientHeight - used - air)}px` : '0';
  }, []);

  const toEnd = useCallback(() => {
    if (frame.current !== null) frame.current.scrollTop += Math.max(0, distance()) + air;
  }, [distance]);

  useLayoutEffect(() => {
    const before = was.current;
    const box = frame.current;
    const inner = content.current;
    if (box === null || inner === null) return;
    const sent = sends !== before.sends || (!before.placed && state.outbox.length > 0 && lastId === '');
    const grewAbove = before.firstId !== '' && firstId !== before.firstId;
    const arrived = lastId !== before.lastId && before.lastId !== '';
    if (sent) anchored.current = state.conversation.status === 'bot' || state.conversation.status === 'resolved';
    makeRoom();
    if (sent && anchored.current) bringToTop(box, lastOwn(inner));
    else if (sent || !before.placed) toEnd();
    else if (grewAbove) box.scrollTop += inner.offsetHeight - before.height;
    else if (arrived && before.atEnd) reveal(box, inner.querySelector(`[data-message-id="${CSS.escape(lastId)}"]`));
    was.current = { ...before, firstId, lastId, sends, placed: true };
    note();
  });

  useEffect(() => {
    const box = frame.current;
    if (box === null) return;
    const onResize = () => {
      // A keyboard came up: whoever read the end still sees it.
      const shrunk = box.clientHeight < was.current.frameHeight;
      const wasAtEnd = was.current.atEnd;
      makeRoom();
      if (shrunk && wasAtEnd) toEnd();
      note();
    };
    const observer = new ResizeObserver(onResize);
    observer.observe(box);
    if (content.current !== null) observer.observe(content.current);
    box.addEventListener('scroll', note, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', note);
    };
  }, [makeRoom, note, toEnd]);

  const jump = useCallback(() => {
    const unseen = seenId === undefined ? null : firstAfter(content.current, seenId);
    const box = frame.current;
    // To the first unseen message if it is not on the screen yet, else to the end.
    if (box !== null && unseen !== null && unseen.getBoundingClientRect().top > box.getBoundingClientRect().bottom) {
      bringToTop(box, unseen);
    } else toEnd();
  }, [seenId, toEnd]);

  return { frame, content, spacer, below, seenId, jump };
};

/** The id of the last message whose first line is on the screen or above it. */
const lastBegun = (box: HTMLElement | null, content: HTMLElement | null): string | undefined => {
  const end = box?.getBoundingClientRect().bottom ?? 0;
  return Array.from(content?.querySelectorAll<HTMLElement>('[data-message-id]') ?? []).findLast(
    (element) => element.getBoundingClientRect().top < end - air,
  )?.dataset.messageId;
};

const lastOwn = (content: HTMLElement): HTMLElement | undefined =>
  Array.from(content.querySelectorAll<HTMLElement>('[data-own]')).at(-1);

const firstAfter = (content: HTMLElement | null, id: string): HTMLElement | null => {
  const all = Array.from(content?.querySelectorAll<HTMLElement>('[data-message-id]') ?? []);
  return all[all.findIndex((element) => element.dataset.messageId === id) + 1] ?? null;
};

const bringToTop = (box: HTMLElement, element: HTMLElement | undefined): void => {
  if (element === undefined) return;
  box.scrollTop += element.getBoundingClientRect().top - box.getBoundingClientRect().top - air;
};

/** Scrolls down until the end of `element` is in view, at most until its top is at the top. */
const reveal = (box: HTMLElement, element: Element | null): void => {
  if (element === null) return;
  const own = element.getBoundingClientRect();
  const view = box.getBoundingClientRect();
  const by = Math.min(own.bottom - view.bottom + air, own.top - view.top - air);
  if (by > 0) box.scrollTop += by;
};
