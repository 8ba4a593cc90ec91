/** What is wrong with a request or with its sender, by meaning. The wire chooses number and text (v2/errors.ts). */
export type Reason =
  | 'wrong_credentials'
  | 'too_many_failures'
  | 'user_inactive'
  | 'account_not_found'
  | 'ip_not_allowed'
  | 'add_not_allowed'
  | 'lead_add_not_allowed'
  | 'customer_add_not_allowed'
  | 'name_required'
  | 'bad_value'
  | 'field_not_found'
  | 'enum_not_found'
  | 'user_not_found'
  | 'pipeline_not_found'
  | 'status_not_found'
  | 'too_many_links'
  | 'task_element_not_found'
  | 'task_lead_not_found'
  | 'note_element_not_found'
  | 'note_contact_not_found'
  | 'note_lead_not_found'
  | 'task_type_not_found'
  | 'note_type_wrong'
  | 'text_required'
  | 'administrators_only'
  | 'options_required'
  | 'options_fixed'
  | 'options_stay'
  | 'field_fixed'
  | 'login_wrong'
  | 'login_taken'
  | 'group_not_found'
  | 'group_taken'
  | 'group_fixed'
  | 'last_administrator'
  | 'own_access'
  | 'too_many_settings'
  | 'tag_not_found'
  | 'tag_taken'
  | 'integration_not_found'
  | 'redirect_uri_wrong'
  | 'password_weak'
  | 'old_password_wrong'
  | 'old_password_locked'
  | 'password_link_over';

/** The whole request fails and nothing of it is written. `path` names the place in the request, as in `add/0/custom_fields/1`. */
export class CrmError extends Error {
  readonly reason: Reason;
  readonly path: string | undefined;

  constructor(reason: Reason, path?: string, detail = '') {
    super(detail);
    this.reason = reason;
    this.path = path;
  }
}

/** Why one item of an update was refused while the rest of the batch went on. */
export type Issue = 'not_found' | 'no_right' | 'stale';
