import type { SetupTexts } from './en';

const ru: SetupTexts = {
  title: 'Первый запуск',
  steps: ['Администратор', 'Компания', 'Лиды'],
  name: 'Ваше имя',
  passwordHint: 'Не короче 8 знаков',
  company: 'Компания',
  currency: 'Валюта',
  next: 'Дальше',
  back: 'Назад',
  create: 'Создать компанию',
  sourceIntro: 'Компания готова. Откуда приходят лиды?',
  site: 'С сайта: сделать ключ',
  siteHow: 'Подходит любой SDK Segment. Для analytics.js на странице:',
  keyName: 'Сайт',
  copy: 'Скопировать',
  copied: 'Скопировано',
  file: 'Из файла CSV',
  look: 'Сначала осмотреться',
  demo: 'Компанию с демонстрационными данными открывает script/server --demo, в своей папке.',
};
export default ru;
