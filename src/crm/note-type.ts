interface NoteType {
  readonly id: number;
  readonly code: string;
  /** What a client may write: a text, or params. Absent: only the server makes such notes. */
  readonly write?: 'text' | 'params';
}

/** doc: account, note types; notes, which of them can be written. Calls: clients send them, source: reference §12.1 */
export const noteTypes: readonly NoteType[] = [
  { id: 1, code: 'DEAL_CREATED' },
  { id: 2, code: 'CONTACT_CREATED' },
  { id: 3, code: 'DEAL_STATUS_CHANGED' },
  { id: 4, code: 'COMMON', write: 'text' },
  { id: 5, code: 'ATTACHEMENT' },
  { id: 6, code: 'CALL' },
  { id: 7, code: 'MAIL_MESSAGE' },
  { id: 8, code: 'MAIL_MESSAGE_ATTACHMENT' },
  { id: 9, code: 'EXTERNAL_ATTACH' },
  { id: 10, code: 'CALL_IN', write: 'params' },
  { id: 11, code: 'CALL_OUT', write: 'params' },
  { id: 12, code: 'COMPANY_CREATED' },
  { id: 13, code: 'TASK_RESULT', write: 'text' },
  { id: 17, code: 'CHAT' },
  { id: 22, code: 'CUSTOMER_CREATED' },
  { id: 25, code: 'SYSTEM', write: 'params' },
  { id: 99, code: 'MAX_SYSTEM' },
  { id: 101, code: 'DROPBOX' },
  { id: 102, code: 'SMS_IN', write: 'params' },
  { id: 103, code: 'SMS_OUT', write: 'params' },
];
