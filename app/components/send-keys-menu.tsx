import { Menu } from "@base-ui/react/menu";
import type { RefObject } from "react";
import type { HeldInput } from "../viewer/held-input.ts";
import { keyChords, pressChord } from "../viewer/key-chords.ts";
import { ignoresAnchor } from "./popup-anchor.ts";

interface SendKeysMenuProps {
	readonly input: HeldInput;
	/** The device takes fingers. */
	readonly touch: boolean;
	readonly open: boolean;
	onOpen(open: boolean): void;
	readonly anchor: RefObject<HTMLButtonElement | null>;
}

/** The menu of `SendKeys`, hung on its button. */
export function SendKeysMenu({ input, touch, open, onOpen, anchor }: SendKeysMenuProps) {
	// Where the rail is a bar at the bottom, the menu goes above it.
	const beside = matchMedia("(min-width: 40rem)").matches;
	return (
		<Menu.Root modal={false} open={open} onOpenChange={ignoresAnchor(anchor, onOpen)}>
			<Menu.Portal>
				<Menu.Positioner
					anchor={anchor}
					side={beside ? "left" : "top"}
					align="start"
					sideOffset={8}
					className="z-20"
				>
					<Menu.Popup
						aria-label="Send keys"
						finalFocus={anchor}
						className="min-w-44 animate-appear rounded-box border border-line bg-raised p-1 text-ink shadow-float outline-none"
					>
						{keyChords.map((chord) => (
							<Menu.Item
								key={chord.name}
								onClick={() => pressChord(input, chord)}
								className="rounded-[0.375rem] px-3 py-1.5 outline-none data-highlighted:bg-hover"
							>
								{chord.name}
							</Menu.Item>
						))}
						{touch && (
							<p className="mt-1 max-w-52 text-pretty border-line border-t px-3 pt-2 pb-1 text-small text-soft">
								Two fingers with a mouse: hold Alt (Option) over the screen and drag to pinch; with Shift too,
								both move alike.
							</p>
						)}
					</Menu.Popup>
				</Menu.Positioner>
			</Menu.Portal>
		</Menu.Root>
	);
}
