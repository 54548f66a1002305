import { Minimize } from "lucide-react";
import { useEffect, useState } from "react";

interface FullScreenBarProps {
	/** The device's. */
	readonly name: string;
	onLeave(): void;
}

/** How long the bar shows on entering, and after the pointer has left the edge, ms. */
const STAYS = 3000;
/** How near to the upper edge a pointer calls the bar, CSS pixels. */
const EDGE = 6;

/**
 * The way out of full screen: shown for three seconds on entering, and again whenever a pointer comes to the upper edge
 * or a finger taps there.
 */
export function FullScreenBar({ name, onLeave }: FullScreenBarProps) {
	const [shown, setShown] = useState(true);
	const [calls, setCalls] = useState(0);
	// Each call begins the time anew.
	useEffect(() => {
		if (!shown) return;
		const timer = setTimeout(() => setShown(false), STAYS);
		return () => clearTimeout(timer);
	}, [shown, calls]);
	useEffect(() => {
		const listening = new AbortController();
		const call = ({ clientY }: PointerEvent) => {
			if (clientY > EDGE) return;
			setShown(true);
			setCalls((count) => count + 1);
		};
		// Before the screen sees them, which takes all pointers.
		for (const type of ["pointermove", "pointerdown"] as const)
			window.addEventListener(type, call, { capture: true, signal: listening.signal });
		return () => listening.abort();
	}, []);
	return (
		<div
			data-testid="full-screen-bar"
			data-shown={shown || undefined}
			onPointerMove={() => setCalls((count) => count + 1)}
			className="eased -translate-y-full absolute inset-x-0 top-0 z-10 mx-auto flex w-fit max-w-full items-center gap-3 rounded-b-box border border-line border-t-0 bg-raised py-1 pr-1 pl-4 opacity-0 shadow-float focus-within:translate-y-0 focus-within:opacity-100 data-shown:translate-y-0 data-shown:opacity-100"
		>
			<span className="min-w-0 truncate font-medium">{name}</span>
			<span className="text-small text-soft max-sm:hidden">Hold Esc to leave</span>
			<button
				type="button"
				data-testid="leave-full-screen"
				onClick={onLeave}
				className="eased flex h-9 shrink-0 items-center gap-1.5 rounded-box px-3 font-medium hover:bg-hover focus-visible:-outline-offset-2"
			>
				<Minimize aria-hidden size={16} />
				Leave full screen
			</button>
		</div>
	);
}
