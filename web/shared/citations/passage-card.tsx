import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { CitationWire } from '#src/http/wire.ts';
import { citationWords } from '../../words.ts';
import { Icon } from '../icons/icon.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { safeHref } from '../markdown/safe-href.ts';
import { placeCard } from './place-card.ts';

/**
 * The passage behind a mark, beside the mark (on a phone: a sheet at the bottom). Lives in the browser's top layer, so
 * nothing clips it; takes the focus and gives it back. Escape, a press elsewhere or scrolling closes it.
 */
export const PassageCard = ({
  citation,
  anchor,
  onClose,
}: {
  readonly citation: CitationWire;
  readonly anchor: HTMLElement;
  readonly onClose: () => void;
}) => {
  const card = useRef<HTMLDivElement>(null);
  const heading = useId();
  const [place, setPlace] = useState<{ left: number; top: number }>();
  const href = safeHref(citation.url);

  useLayoutEffect(() => {
    const element = card.current;
    if (element === null) return;
    const putBesideAnchor = () =>
      setPlace(
        placeCard(
          anchor.getBoundingClientRect(),
          { width: element.offsetWidth, height: element.offsetHeight },
          { width: window.innerWidth, height: window.innerHeight },
        ),
      );
    element.showPopover();
    putBesideAnchor();
    // Until it has its place it is transparent, not hidden: what is hidden takes no focus.
    element.focus({ preventScroll: true });
    // Taking the focus also puts an on-screen keyboard away, which resizes the window.
    window.addEventListener('resize', putBesideAnchor);
    return () => {
      window.removeEventListener('resize', putBesideAnchor);
      const hadFocus = element.contains(document.activeElement);
      element.hidePopover();
      if (hadFocus) anchor.focus({ preventScroll: true });
    };
  }, [anchor]);

  useEffect(() => {
    const onPress = (event: PointerEvent) => {
      const target = event.target as Node;
      // The anchor toggles by its own click.
      if (!card.current?.contains(target) && !anchor.contains(target)) onClose();
    };
    const onScroll = (event: Event) => {
      if (!card.current?.contains(event.target as Node)) onClose();
    };
    document.addEventListener('pointerdown', onPress);
    document.addEventListener('scroll', onScroll, { capture: true, passive: true });
    return () => {
      document.removeEventListener('pointerdown', onPress);
      document.removeEventListener('scroll', onScroll, { capture: true });
    };
  }, [anchor, onClose]);

  return (
    <div
      ref={card}
      popover="manual"
      role="dialog"
      aria-labelledby={heading}
      tabIndex={-1}
      className="passage-card"
      style={place ?? { opacity: 0 }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <div className="passage-card__head">
        <span className="source-list__n">{citation.n}</span>
        <h2 id={heading}>{citation.title}</h2>
        <button
          type="button"
          className="icon-button icon-button--small"
          aria-label={citationWords.close}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long passage is scrolled with the arrow keys */}
      <div className="passage-card__text" tabIndex={0}>
        <Markdown text={citation.text} />
      </div>
      {href === undefined ? undefined : (
        <a className="passage-card__link" href={href} target="_blank" rel="noopener noreferrer nofollow">
          {citationWords.openArticle}
        </a>
      )}
    </div>
  );
};
