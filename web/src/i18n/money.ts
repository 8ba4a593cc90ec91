import { useMemo } from 'react';
import { useLanguage } from './language.tsx';

/** Amounts in the account's currency, without a fraction: that is how budgets are kept. */
export function useMoney(currency: string): (n: number) => string {
  const { language, number } = useLanguage();
  return useMemo(() => {
    // Any text may stand there; what is no currency is left out.
    if (!/^[A-Z]{3}$/.test(currency)) return number;
    const format = new Intl.NumberFormat(language, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      maximumFractionDigits: 0,
    });
    return (n) => format.format(n);
  }, [currency, language, number]);
}
