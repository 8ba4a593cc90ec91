import { type ComponentType, useEffect, useState } from 'react';
import { useLanguage } from '../i18n/language.tsx';
import { notify } from './toaster.tsx';

/** A part of a page that comes when it is needed. Where it does not come, that is told, and the page stays as it is. */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let known: ComponentType<Props> | undefined;
  return function LazyPart(props: Props) {
    const { t } = useLanguage();
    const [Part, setPart] = useState(() => known);
    useEffect(() => {
      let isShown = true;
      const come = async () => {
        try {
          known ??= await load();
          if (isShown) setPart(() => known);
        } catch {
          if (!isShown) return;
          notify({ text: t.error.offline, isError: true, action: { text: t.table.again, run: () => void come() } });
        }
      };
      if (!known) void come();
      return () => {
        isShown = false;
      };
    }, [t]);
    return Part ? <Part {...props} /> : null;
  };
}
