// Chromium without its maker's push service cannot subscribe. This stands in the place of that service, and of nothing
// else: what the app does with a subscription, and what the server sends to it, is real.
(() => {
  if (!('PushManager' in self)) return;
  const given = SUBSCRIPTION;
  const key = 'test.push';
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0)).buffer;
  const make = () => ({
    endpoint: given.endpoint,
    expirationTime: null,
    options: { userVisibleOnly: true },
    getKey: (name) => bytes(given.keys[name]),
    toJSON: () => given,
    unsubscribe: async () => {
      localStorage.removeItem(key);
      return true;
    },
  });
  PushManager.prototype.subscribe = async function subscribe() {
    localStorage.setItem(key, '1');
    return make();
  };
  PushManager.prototype.getSubscription = async function getSubscription() {
    return localStorage.getItem(key) ? make() : null;
  };
})();
