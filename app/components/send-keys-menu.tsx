import { Menu } from "@base-ui/react/menu";
import type { RefObject } from "react";
import type { HeldInput } from "../viewer/held-input.ts";
import { keyChords, pressChord } from "../viewer/key-chords.ts";

interface SendKeysMenuProps {
	readonly input: HeldInput;
	readonly open: boolean;
	onOpen(open: boolean): void;
	readonly anchor: RefObject<HTMLButtonElement | null>;
}

/** The menu of `SendKeys`, hung on its button. */
export function SendKeysMenu({ input, open, onOpen, anchor }: SendKeysMenuProps) {
	// Where the rail is a bar at the bottom, the menu goes above it.
	const beside = matchMedia("(min-width: 40rem)").matches;
	return (
		<Menu.Root
			modal={false}
			open={open}
			onOpenChange={(next, { event }) => {
				// The button toggles by itself; closing here as well would open again on its click.
				if (!next && event.target instanceof Node && anchor.current?.contains(event.target)) return;
				onOpen(next);
			}}
		>
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
					</Menu.Popup>
				</Menu.Positioner>
			</Menu.Portal>
		</Menu.Root>
	);
}
