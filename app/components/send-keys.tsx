import { Command } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
import type { HeldInput } from "../viewer/held-input.ts";
import { RailButton } from "./rail-button.tsx";

const loadMenu = () => import("./send-keys-menu.tsx");
const SendKeysMenu = lazy(async () => ({ default: (await loadMenu()).SendKeysMenu }));

interface SendKeysProps {
	readonly input: HeldInput;
	/** The device takes fingers. */
	readonly touch: boolean;
	readonly disabled: boolean;
}

/** Offers the keys that the browser keeps for itself. The menu's code comes when a pointer or the focus comes near. */
export function SendKeys({ input, touch, disabled }: SendKeysProps) {
	const button = useRef<HTMLButtonElement>(null);
	const [wanted, setWanted] = useState(false);
	const [open, setOpen] = useState(false);
	const prepare = () => void loadMenu();
	return (
		<>
			<RailButton
				ref={button}
				icon={<Command aria-hidden size={20} strokeWidth={1.75} />}
				label="Keys"
				aria-label="Keys: send those that the browser keeps for itself"
				aria-haspopup="menu"
				aria-expanded={open}
				disabled={disabled}
				onPointerEnter={prepare}
				onFocus={prepare}
				onClick={() => {
					setWanted(true);
					setOpen(!open);
				}}
			/>
			{wanted && (
				<Suspense>
					<SendKeysMenu input={input} touch={touch} open={open} onOpen={setOpen} anchor={button} />
				</Suspense>
			)}
		</>
	);
}
