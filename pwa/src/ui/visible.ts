import { signal } from '@preact/signals';

/** Whether the page is before somebody's eyes: not another tab, not a locked phone. */
export const visible = signal(document.visibilityState === 'visible');

document.addEventListener('visibilitychange', () => (visible.value = document.visibilityState === 'visible'));
