import type { RefObject } from "react";

/** What a headless popup tells of why it opens or closes. */
interface OpenChange {
	readonly event: Event;
}

/**
 * Follows a popup that hangs on a button of its own. The button toggles by itself; closing for a press on it as well
 * would open again on its click.
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
