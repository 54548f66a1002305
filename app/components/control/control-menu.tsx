import { Menu } from "@base-ui/react/menu";
import type { RefObject } from "react";
import type { ControlChoice } from "../../viewer/control-view.ts";
import { ignoresAnchor } from "../popup.ts";

interface ControlMenuProps {
	readonly choices: readonly ControlChoice[];
	readonly open: boolean;
	onOpen(open: boolean): void;
	onChoice(choice: ControlChoice): void;
	readonly anchor: RefObject<HTMLElement | null>;
}

/** The menu of the control pill, hung on it. */
export function ControlMenu({ choices, open, onOpen, onChoice, anchor }: ControlMenuProps) {
	const pill = () => anchor.current?.querySelector("button") ?? null;
	return (
		<Menu.Root modal={false} open={open && choices.length > 0} onOpenChange={ignoresAnchor(anchor, onOpen)}>
			<Menu.Portal>
				<Menu.Positioner anchor={anchor} side="bottom" align="end" sideOffset={8} className="z-20">
					<Menu.Popup
						aria-label="Control"
						finalFocus={pill}
						className="min-w-48 max-w-80 animate-appear rounded-box border border-line bg-raised p-1 text-ink shadow-float outline-none"
					>
						{choices.map((choice) => (
							<Menu.Item
								key={`${choice.action} ${choice.viewerId ?? ""}`}
								data-testid={`floor-${choice.action}`}
								onClick={() => onChoice(choice)}
								className="truncate rounded-[0.375rem] px-3 py-1.5 outline-none data-highlighted:bg-hover"
							>
								{choice.text}
							</Menu.Item>
						))}
					</Menu.Popup>
				</Menu.Positioner>
			</Menu.Portal>
		</Menu.Root>
	);
}
