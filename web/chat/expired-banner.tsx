import { Icon } from '../shared/icons/icon.tsx';
import { chatWords } from '../words.ts';

/** Tells that the earlier conversation is over and this is a new one. */
export const ExpiredBanner = ({ onDismiss }: { readonly onDismiss: () => void }) => (
  <div className="banner" data-quiet role="status">
    <p>{chatWords.expired}</p>
    <button type="button" className="icon-button icon-button--small" aria-label={chatWords.dismiss} onClick={onDismiss}>
      <Icon name="close" />
    </button>
  </div>
);
