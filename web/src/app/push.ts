/* This browser, told of what happens also when no page is open. */
import { api } from '../api/client';

export const canPush = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && typeof Notification !== 'undefined';

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));

const named = (): string => {
  const ua = navigator.userAgent;
  const browser = /Firefox|Edg|OPR|YaBrowser|Chrome|Safari/.exec(ua)?.[0] ?? 'Browser';
  const system = /Windows|Android|iPhone|iPad|Mac OS|Linux/.exec(ua)?.[0] ?? '';
  return [browser === 'Edg' ? 'Edge' : browser, system].filter(Boolean).join(', ');
};

/* 'denied': the person has said no to this site's notices. */
export async function addBrowser(key: string): Promise<'added' | 'denied'> {
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  const worker = await navigator.serviceWorker.register('/push.js');
  await navigator.serviceWorker.ready;
  const had = await worker.pushManager.getSubscription();
  const sub =
    had ?? (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }));
  const { endpoint, keys } = sub.toJSON();
  await api.post('/me/notifications/push', {
    endpoint,
    p256dh: keys?.p256dh,
    auth: keys?.auth,
    name: named(),
  });
  return 'added';
}
