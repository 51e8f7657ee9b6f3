import { useEffect } from 'react';

/**
 * Keeps `--visible-height` at the height that an on-screen keyboard leaves free. iOS draws its keyboard over the page
 * instead of resizing it; elsewhere this changes nothing.
 */
export const useVisibleHeight = (): void => {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (viewport === null) return;
    const root = document.documentElement;
    const update = () => {
      // Pinch-zoom also shrinks the visual viewport; that must not squeeze the page.
      if (viewport.scale > 1.01) return;
      root.style.setProperty('--visible-height', `${viewport.height}px`);
      window.scrollTo(0, 0);
    };
    update();
    viewport.addEventListener('resize', update);
    return () => {
      viewport.removeEventListener('resize', update);
      root.style.removeProperty('--visible-height');
    };
  }, []);
};
