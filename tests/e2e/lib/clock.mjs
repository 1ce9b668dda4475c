// Waiting for a moment itself: worker and tests share this machine's clock.

/** Resolves just after `seconds` (UNIX time). */
export function clockReaches(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000 - Date.now() + 20));
}
