/** Keyboard Lock, where the browser has it. https://wicg.github.io/keyboard-lock/ */
interface LockingNavigator {
	readonly keyboard?: { lock?(codes?: readonly string[]): Promise<void>; unlock?(): void };
}

/**
 * Shows an element alone on the screen, with the keys that the browser would keep for itself where it gives them up.
 * False where the browser cannot; the page then only hides its own bars.
 */
export async function enterFullScreen(element: HTMLElement): Promise<boolean> {
	try {
		await element.requestFullscreen({ navigationUI: "hide" });
	} catch {
		return false;
	}
	await (navigator as LockingNavigator).keyboard?.lock?.().catch(() => {});
	return true;
}

/** Back to the page with its bars. */
export function leaveFullScreen(): void {
	(navigator as LockingNavigator).keyboard?.unlock?.();
	if (document.fullscreenElement) void document.exitFullscreen();
}
