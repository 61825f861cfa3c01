/** Every mutation kind that this app can make, for the engine in the page and in the service worker. */
import { announcementKinds } from './announcements/kinds';
import { applicationKinds } from './applications/kinds';
import { evaluationKinds } from './evaluation/kinds';
import { identityKinds } from './identity/kinds';
import { doorKinds } from './questions/door_kinds';
import { knowledgeKinds } from './knowledge/kinds';
import { questionKinds } from './questions/kinds';
import { planKinds } from './performance/kinds';
import { codeKinds } from './ratings/code_kinds';
import { ratingKinds } from './ratings/kinds';
import { reportKinds } from './ratings/report_kinds';
import { visitorKinds } from './visitors/kinds';
import type { MutationSpec } from './sync';

export const kinds: Record<string, MutationSpec> = {
  ...identityKinds,
  ...questionKinds,
  ...evaluationKinds,
  ...doorKinds,
  ...visitorKinds,
  ...announcementKinds,
  ...knowledgeKinds,
  ...codeKinds,
  ...ratingKinds,
  ...reportKinds,
  ...planKinds,
  ...applicationKinds,
};
