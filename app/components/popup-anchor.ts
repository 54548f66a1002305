import type { RefObject } from "react";

/** Why a headless popup opens or closes. */
interface OpenChange {
	readonly event: Event;
}

/**
 * Handles a popup that is opened by its own button. The button toggles by itself; if a press on it also counted as one
 * outside, the popup would close and open again on the click.
 */
export function ignoresAnchor(
	anchor: RefObject<HTMLElement | null>,
	onOpen: (open: boolean) => void,
): (open: boolean, change: OpenChange) => void {
	return (open, { event }) => {
		if (!open && event.target instanceof Node && anchor.current?.contains(event.target)) return;
		onOpen(open);
	};
}
