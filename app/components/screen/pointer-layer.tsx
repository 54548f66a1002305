import { useEffect, useRef } from "react";
import type { ParticipantInfo } from "../../../signaling/protocol/messages.ts";
import type { FingerPair } from "../../viewer/input/mirrored-fingers.ts";
import { type OtherPointers, RESTS_FOR } from "../../viewer/input/other-pointers.ts";
import { colourOf } from "../../viewer/participants.ts";
import { type Turn, toPagePlace } from "../../viewer/screen/frame-rotation.ts";
import type { Place } from "../../viewer/screen/geometry.ts";
import type { Store } from "../../viewer/store.ts";
import { useStore } from "../use-store.ts";

interface PointerLayerProps {
	readonly pointers: OtherPointers;
	readonly participants: readonly ParticipantInfo[];
	/** By how much the picture is turned. */
	readonly turn: Turn;
}

/** Pointers of the other participants over the screen. */
export function PointerLayer({ pointers, participants, turn }: PointerLayerProps) {
	const numbers = useStore(pointers.numbers);
	return (
		<div aria-hidden className="pointer-events-none absolute inset-0 overflow-hidden">
			{numbers.map((number) => {
				const place = pointers.place(number);
				const participant = participants.find((candidate) => candidate.number === number);
				return (
					place &&
					participant && (
						<Arrow key={number} place={place} turn={turn} number={number} name={participant.name} />
					)
				);
			})}
		</div>
	);
}

interface ArrowProps {
	/** 0..1 of the picture. */
	readonly place: Store<Place>;
	readonly turn: Turn;
	readonly number: number;
	readonly name: string;
}

/**
 * One pointer. It moves up to thirty times a second, so it bypasses React and uses transforms alone, which need no
 * layout: percentages of a box as large as the screen.
 */
function Arrow({ place, turn, number, name }: ArrowProps) {
	const box = useRef<HTMLDivElement>(null);
	useEffect(() => {
		let timer: ReturnType<typeof setTimeout> | undefined;
		const follow = () => {
			const element = box.current;
			if (!element) return;
			const { x, y } = toPagePlace(place.get(), turn);
			element.style.transform = `translate(${x * 100}%, ${y * 100}%)`;
			element.style.opacity = "1";
			clearTimeout(timer);
			timer = setTimeout(() => {
				element.style.opacity = "0";
			}, RESTS_FOR);
		};
		follow();
		const unsubscribe = place.subscribe(follow);
		return () => {
			clearTimeout(timer);
			unsubscribe();
		};
	}, [place, turn]);
	return (
		<div
			ref={box}
			data-testid="other-pointer"
			data-number={number}
			className="absolute inset-0 transition-[transform,opacity] duration-75 ease-linear will-change-transform"
			style={{ color: colourOf(number) }}
		>
			<svg width="18" height="18" viewBox="0 0 18 18" className="drop-shadow-sm">
				<title>{name}</title>
				<path d="M1 1l5.500 15 2.600-6.400L15.500 7z" fill="currentColor" stroke="#fff" strokeWidth="1.250" />
			</svg>
			<span
				className="absolute top-4 left-3 max-w-40 truncate rounded-full px-2 py-0.5 font-medium text-small text-paper"
				style={{ background: colourOf(number) }}
			>
				{name}
			</span>
		</div>
	);
}

/** The two fingers that a mouse simulates. */
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
			<Mark at={toPagePlace(pair.first, turn)} pressed={pair.pressed} />
			<Mark at={toPagePlace(pair.second, turn)} pressed={pair.pressed} />
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
