import { Check, Minus } from 'lucide-react';
import type { KindName } from '../api.ts';

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

/** Leads to a record's card, by a plain link: there are many in a table, which sees to the clicks itself. */
export function RecordLink({
  kind,
  id,
  name,
}: {
  readonly kind: KindName;
  readonly id: number;
  readonly name: string;
}) {
  return (
    <a href={`/${kind}/${id}`} tabIndex={-1} draggable={false} className="hover:underline">
      <bdi>{name}</bdi>
    </a>
  );
}

/** A text whose addresses of the web are links. */
export function LinkedText({ text }: { readonly text: string }) {
  const parts = text.split(/(https?:\/\/[^\s<>"«»]*[^\s<>"«».,:;!?)\]'])/i);
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text keep their places
  return parts.map((part, index) => (index % 2 ? <WebLink key={index} address={part} text={part} isInOrder /> : part));
}

interface WebLinkProps {
  readonly address: string;
  readonly text?: string;
  /** Reached by Tab; in a table, cells are. */
  readonly isInOrder?: boolean;
}

/** A link, if it leads where links may; anything else stays a text. */
export function WebLink({ address, text, isInOrder = false }: WebLinkProps) {
  if (!/^(https?|mailto|tel):/i.test(address)) return <bdi>{text ?? address}</bdi>;
  return (
    <a
      href={address}
      tabIndex={isInOrder ? 0 : -1}
      target="_blank"
      rel="noopener noreferrer"
      className="text-accent hover:underline"
    >
      <bdi>{text ?? address.replace(/^https?:\/\/(www\.)?/, '')}</bdi>
    </a>
  );
}
