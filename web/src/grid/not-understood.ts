/** A text is no value of a column; the message says what is. */
export class NotUnderstood extends Error {}
