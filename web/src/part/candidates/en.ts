const en = {
  step: { owner: 'has the lead', company: 'has the company', fallback: 'fallback pool' },
  eligible: 'could',
  notEligible: 'could not',
  why: {
    ok: '',
    disabled: 'switched off',
    declined: 'declined this lead',
    absent: 'away',
    off_duty: 'off duty',
    closed: 'outside working hours',
    level: 'level too low',
    product: 'another product',
    region: 'another region',
    language: 'another language',
    full: 'no free capacity',
    certificate: 'no certificate for the product',
    day_quota: 'quota of the day reached',
    hour_quota: 'quota of the hour reached',
    visibility: 'is not shown such leads',
  } as Record<string, string>,
};
export type CandidateTexts = typeof en;
export default en;
