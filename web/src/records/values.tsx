import { Check, Minus } from 'lucide-react';

export function Tag({ name }: { readonly name: string }) {
  return (
    <bdi className="mr-1 inline-block max-w-full truncate rounded-sm bg-hover px-1.5 align-middle text-xs leading-5 ring-1 ring-line ring-inset">
      {name}
    </bdi>
  );
}

export function Flag({ isSet, label }: { readonly isSet: boolean; readonly label: string }) {
  return isSet ? (
    <Check aria-label={label} role="img" className="inline size-4" />
  ) : (
    <Minus aria-label={label} role="img" className="inline size-4 text-muted" />
  );
}

/** A link, if it leads where links may; anything else stays a text. */
export function WebLink({ address }: { readonly address: string }) {
  if (!/^(https?|mailto|tel):/i.test(address)) return <bdi>{address}</bdi>;
  return (
    <a href={address} tabIndex={-1} target="_blank" rel="noopener noreferrer" className="text-accent hover:underline">
      <bdi>{address.replace(/^https?:\/\/(www\.)?/, '')}</bdi>
    </a>
  );
}
