const en = {
  step: { owner: 'has the lead', company: 'has the company', fallback: 'fallback pool' },
  eligible: 'could',
  notEligible: 'could not',
  /* The one table of why somebody cannot have a lead: of a person, of a plan, of what is long past. */
  why: {
    ok: '',
    disabled: 'account off',
    declined: 'declined the lead',
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
    visibility: 'not shown such leads',
  } as Record<string, string>,
};
export type CandidateTexts = typeof en;
export default en;
