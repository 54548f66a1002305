import { Menu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import { type RefObject, useState } from "react";
import type { InputSender } from "../../viewer/input/input-sender.ts";
import { keysGoByPosition, rememberKeysByPosition } from "../../viewer/storage.ts";
import { ignoresAnchor } from "../popup.ts";

interface SendKeysMenuProps {
	readonly input: InputSender;
	/** The device takes fingers. */
	readonly touch: boolean;
	readonly open: boolean;
	onOpen(open: boolean): void;
	readonly anchor: RefObject<HTMLButtonElement | null>;
}

/** The menu of `SendKeys`, hung on its button. */
export function SendKeysMenu({ input, touch, open, onOpen, anchor }: SendKeysMenuProps) {
	// Where the rail is a bar at the bottom, the menu goes above it.
	const [byPosition, setByPosition] = useState(keysGoByPosition);
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
						<Menu.Separator className="my-1 border-line border-t" />
						<Menu.CheckboxItem
							checked={byPosition}
							onCheckedChange={(checked) => {
								setByPosition(checked);
								rememberKeysByPosition(checked);
							}}
							data-testid="keys-by-position"
							className="flex max-w-60 items-start gap-2 rounded-[0.375rem] px-3 py-1.5 outline-none data-highlighted:bg-hover"
						>
							<span className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-[0.25rem] border border-line">
								<Menu.CheckboxItemIndicator>
									<Check aria-hidden="true" className="size-3.5" />
								</Menu.CheckboxItemIndicator>
							</span>
							<span>
								Keys by position
								<span className="block text-pretty text-small text-soft">
									For games: the device’s layout decides what a key gives.
								</span>
							</span>
						</Menu.CheckboxItem>
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

/** Keys pressed together, by `KeyboardEvent.code`, in the order they go down. */
export interface KeyChord {
	readonly name: string;
	readonly codes: readonly string[];
}

/** What browsers and systems keep for themselves. */
export const keyChords: readonly KeyChord[] = [
	{ name: "Ctrl + Alt + Del", codes: ["ControlLeft", "AltLeft", "Delete"] },
	{ name: "Alt + Tab", codes: ["AltLeft", "Tab"] },
	{ name: "Alt + F4", codes: ["AltLeft", "F4"] },
	{ name: "Super", codes: ["MetaLeft"] },
	{ name: "Esc", codes: ["Escape"] },
	{ name: "Ctrl + W", codes: ["ControlLeft", "KeyW"] },
	{ name: "Ctrl + T", codes: ["ControlLeft", "KeyT"] },
	{ name: "F11", codes: ["F11"] },
	{ name: "Print screen", codes: ["PrintScreen"] },
];

/** Presses and releases a chord on the device. */
export function pressChord(input: InputSender, { codes }: KeyChord): void {
	for (const code of codes) input.send({ type: "key", code, down: true });
	for (const code of codes.toReversed()) input.send({ type: "key", code, down: false });
}
