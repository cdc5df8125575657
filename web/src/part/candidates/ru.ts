import type { CandidateTexts } from './en';

const ru: CandidateTexts = {
  step: { owner: 'ведёт лида', company: 'ведёт компанию', fallback: 'запасной пул' },
  eligible: 'мог',
  notEligible: 'не мог',
  why: {
    ok: '',
    disabled: 'учётная запись отключена',
    declined: 'отказ от лида',
    absent: 'отсутствие',
    off_duty: 'не на смене',
    closed: 'нерабочее время',
    level: 'не хватает уровня',
    product: 'другой продукт',
    region: 'другой регион',
    language: 'другой язык',
    full: 'нет свободного места',
    certificate: 'нет допуска к продукту',
    day_quota: 'дневная норма выбрана',
    hour_quota: 'часовая норма выбрана',
    visibility: 'таких лидов не показывают',
  },
};
export default ru;
