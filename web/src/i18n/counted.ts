const rules = { en: new Intl.PluralRules('en'), ru: new Intl.PluralRules('ru') };
const numbers = { en: new Intl.NumberFormat('en'), ru: new Intl.NumberFormat('ru') };

export type Language = keyof typeof rules;

/** The form of a text for a number, with the number for its #. */
export function counted(
  language: Language,
  n: number,
  forms: { one: string; few?: string; many?: string; other: string },
) {
  const form = rules[language].select(n) as keyof typeof forms;
  return (forms[form] ?? forms.other).replace('#', numbers[language].format(n));
}
