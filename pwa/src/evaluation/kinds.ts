/** Mutation kinds of the evaluation. What they change shows as waiting until the server has applied it. */
import type { MutationSpec } from '../sync';

export const evaluationKinds: Record<string, MutationSpec> = {
  'evaluation.obstacle': { record: 'evaluation_obstacle', rule: 'append' },
  'evaluation.withdraw': { record: 'evaluation_obstacle', rule: 'command' },
  'evaluation.open': { record: 'evaluation_report', rule: 'command' },
  'evaluation.write': { record: 'evaluation_report', rule: 'command' },
  'evaluation.finish': { record: 'evaluation_report', rule: 'command' },
  'evaluation.document': { record: 'service_document', rule: 'command' },
  'survey.answer': { record: 'service_survey', rule: 'append' },
  'survey.team': { record: 'service_survey', rule: 'append' },
  'visitors.month': { record: 'visitor_month', rule: 'command' },
  'visitors.cost': { record: 'journey_cost', rule: 'command' },
};
