/* What a push service brings while no page is open: a notice of the system, and the lead when it is pressed. */
self.addEventListener('push', (e) => {
  let letter;
  try {
    letter = e.data.json();
  } catch {
    return;
  }
  e.waitUntil(
    self.registration.showNotification(letter.title, {
      body: letter.body,
      tag: letter.id,
      icon: '/icon.svg',
      requireInteraction: letter.kind === 'hot',
      data: { path: letter.path },
    }),
  );
});
self.addEventListener('notificationclick', (e) => {
  e.notification.close();
  const path = e.notification.data?.path || '/';
  e.waitUntil(
    self.clients.matchAll({ type: 'window', includeUncontrolled: true }).then(async (open) => {
      const page = open[0];
      if (!page) return self.clients.openWindow(path);
      await page.focus();
      return page.navigate ? page.navigate(path).catch(() => self.clients.openWindow(path)) : undefined;
    }),
  );
});
