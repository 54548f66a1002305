/**
 * Calls back whenever the page stops hearing of keys and fingers: the window lost focus, was hidden or is going away.
 * Returns a function that stops it.
 */
export function guardRelease(release: () => void): () => void {
	const listening = new AbortController();
	const { signal } = listening;
	window.addEventListener("blur", release, { signal });
	window.addEventListener("pagehide", release, { signal });
	document.addEventListener("visibilitychange", () => document.hidden && release(), { signal });
	return () => listening.abort();
}
