import { type RefObject, useLayoutEffect } from 'react';

/** Lets a text field grow with its text; CSS `max-height` bounds it, then it scrolls. */
export const useAutosize = (field: RefObject<HTMLTextAreaElement | null>, text: string): void => {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + element.offsetHeight - element.clientHeight}px`;
  }, [field, text]);
};
