/** Mutation kinds of reports. The next state is the server's to say: an act shows as waiting until it is applied. */
import type { MutationSpec } from '../sync';

const step: MutationSpec = { record: 'rating_report', rule: 'command' };

export const reportKinds: Record<string, MutationSpec> = {
  'rating.report_open': step,
  'rating.report_tick': step,
  'rating.report_pull': step,
  'rating.report_draw': step,
  'rating.report_verify': step,
  'rating.report_return': step,
  'rating.report_final': step,
  'rating.report_publish': step,
  'ikm.paper': { record: 'ikm_answer', rule: 'append' },
  'ikm.report': { record: 'ikm_report', rule: 'command' },
  'ikm.publish': { record: 'ikm_report', rule: 'command' },
};
