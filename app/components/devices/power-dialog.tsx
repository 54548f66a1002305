import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { RefObject } from "react";
import { ConfirmDialog } from "../confirm-dialog.tsx";

interface PowerDialogProps {
	/** The device's name. */
	readonly name: string;
	/** How many others watch it. */
	readonly others: number;
	readonly open: boolean;
	onOpen(open: boolean): void;
	onShutDown(): void;
	/** Gets the focus back. */
	readonly opener?: RefObject<HTMLElement | null>;
}

/** Asks before a device is shut down. */
export function PowerDialog({ name, others, open, onOpen, onShutDown, opener }: PowerDialogProps) {
	return (
		<ConfirmDialog
			title={`Shut down ${name}?`}
			open={open}
			onOpen={onOpen}
			cancel="Leave it on"
			action="Shut down"
			onAction={onShutDown}
			opener={opener}
			testId="power-dialog"
			actionTestId="shut-down"
		>
			<AlertDialog.Description className="text-pretty text-soft">
				{others === 0
					? "What is open on it may be lost. You can switch it on again here."
					: `${others === 1 ? "Somebody else watches it" : `${others} others watch it`} now. What is open on it may be lost.`}
			</AlertDialog.Description>
		</ConfirmDialog>
	);
}
