import { type RefObject, useState } from "react";

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

/** A popup whose code is loaded when a pointer or the focus comes near the button that opens it. */
export function useLazyPopup(load: () => Promise<unknown>) {
	const [wanted, setWanted] = useState(false);
	const [open, setOpen] = useState(false);
	const prepare = () => void load();
	return {
		/** It has been opened once, so it is to be rendered. */
		wanted,
		open,
		setOpen,
		toggle() {
			setWanted(true);
			setOpen(!open);
		},
		/** Handlers for the button. */
		prepares: { onPointerEnter: prepare, onFocus: prepare },
	};
}
