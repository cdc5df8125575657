/* Dials: the telephone of the device, or whatever program answers to tel: links. */
export function dial(phone: string | null | undefined): boolean {
  if (!phone) return false;
  const a = document.createElement('a');
  a.href = 'tel:' + phone;
  a.click();
  return true;
}
