import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { Language } from './counted.ts';
import { en, type Messages } from './en.ts';
import { ru } from './ru.ts';

const messages: Readonly<Record<Language, Messages>> = { en, ru };

/** Each in itself. */
export const languages: readonly (readonly [Language, string])[] = [
  ['ru', 'Русский'],
  ['en', 'English'],
];

interface Spoken {
  readonly language: Language;
  readonly t: Messages;
  /** Unix seconds as people read them; '' for none. */
  readonly date: (seconds: number) => string;
  readonly dateTime: (seconds: number) => string;
  readonly time: (seconds: number) => string;
  readonly number: (n: number) => string;
  readonly speak: (language: Language) => void;
}

const LanguageContext = createContext<Spoken | undefined>(undefined);

/** The texts of the chosen language, and how it writes numbers and dates. */
export function useLanguage(): Spoken {
  return useContext(LanguageContext)!;
}

/** The texts that a part which is loaded when needed brings along; those of `en.ts` are in the first page. */
export function useTexts<Texts>(texts: Readonly<Record<Language, Texts>>): Texts {
  return texts[useLanguage().language];
}

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(initialLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const spoken = useMemo((): Spoken => {
    const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
    const both = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
    const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
    const digits = new Intl.NumberFormat(language);
    const write = (format: Intl.DateTimeFormat) => (seconds: number) =>
      seconds > 0 ? format.format(seconds * 1000) : '';
    return {
      language,
      t: messages[language],
      date: write(day),
      dateTime: write(both),
      time: write(time),
      number: (n) => digits.format(n),
      speak(next) {
        localStorage.setItem('language', next);
        setLanguage(next);
      },
    };
  }, [language]);
  return <LanguageContext value={spoken}>{children}</LanguageContext>;
}

function initialLanguage(): Language {
  const chosen = localStorage.getItem('language');
  if (chosen === 'en' || chosen === 'ru') return chosen;
  return navigator.languages.some((tag) => /^(ru|be|uk|kk)\b/.test(tag)) ? 'ru' : 'en';
}
