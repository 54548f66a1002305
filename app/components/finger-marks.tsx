import type { Place } from "../viewer/geometry.ts";
import type { FingerPair } from "../viewer/mirrored-fingers.ts";
import { seenPlace, type Turn } from "../viewer/picture-turn.ts";
import type { Store } from "../viewer/store.ts";
import { useStore } from "./use-store.ts";

/** Where two fingers are that one mouse stands for. */
export function FingerMarks({
	fingers,
	turn,
}: {
	fingers: Store<FingerPair | undefined>;
	/** By how much the picture is turned. */
	turn: Turn;
}) {
	const pair = useStore(fingers);
	if (!pair) return null;
	return (
		<div
			aria-hidden
			data-testid="finger-marks"
			data-pressed={pair.pressed || undefined}
			className="pointer-events-none absolute inset-0"
		>
			<Mark at={seenPlace(pair.first, turn)} pressed={pair.pressed} />
			<Mark at={seenPlace(pair.second, turn)} pressed={pair.pressed} />
		</div>
	);
}

function Mark({ at, pressed }: { at: Place; pressed: boolean }) {
	return (
		<span
			className={`absolute -mt-4 -ml-4 size-8 rounded-full border-2 border-paper shadow-float outline-1 outline-veil ${pressed ? "bg-accent/60" : "bg-veil"}`}
			style={{ left: `${at.x * 100}%`, top: `${at.y * 100}%` }}
		/>
	);
}
