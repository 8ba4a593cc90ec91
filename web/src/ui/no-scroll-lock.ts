import type { ReactNode } from 'react';

/**
 * In place of the package that Radix locks scrolling with (vite.config.ts): it would add a style element, which the content security policy
 * forbids. Nothing of ours asks for it.
 */
export function RemoveScroll({ children }: { readonly children?: ReactNode }): ReactNode {
  return children;
}
