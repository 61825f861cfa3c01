/** Names of the record kinds of work plans. */
export const KIND = {
  period: 'skp_period',
  agreementItem: 'skp_agreement_item',
  plan: 'skp',
  lead: 'skp_lead',
  result: 'skp_rhk',
  indicator: 'skp_indicator',
  version: 'skp_version',
  log: 'skp_log',
  dialogue: 'skp_dialogue',
  realisation: 'skp_realisation',
  evidence: 'skp_evidence',
  evaluation: 'skp_evaluation',
  feedback: 'skp_feedback',
  objection: 'skp_objection',
} as const;
