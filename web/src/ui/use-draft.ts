import { type RefObject, useEffect } from 'react';

/** What is typed into a box outlives a page that is left, or a session that ends; sent with its form, or cleared, it is kept no more. */
export function useDraft(box: RefObject<HTMLTextAreaElement | null>, name: string | undefined): void {
  useEffect(() => {
    const element = box.current;
    const form = element?.form;
    if (!element || !form || name === undefined) return;
    const key = `draft ${name}`;
    const keep = () => {
      if (element.value === '') sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, element.value);
    };
    const forget = () => sessionStorage.removeItem(key);
    // Not its default value: a form that is reset would show it again.
    element.value = sessionStorage.getItem(key) ?? element.value;
    element.addEventListener('input', keep);
    form.addEventListener('reset', forget);
    return () => {
      element.removeEventListener('input', keep);
      form.removeEventListener('reset', forget);
    };
  }, [box, name]);
}
