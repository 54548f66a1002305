import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { RefObject } from "react";

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
		<AlertDialog.Root open={open} onOpenChange={(next) => onOpen(next)}>
			<AlertDialog.Portal>
				<AlertDialog.Backdrop className="fixed inset-0 z-30 animate-appear bg-veil" />
				<AlertDialog.Popup
					data-testid="power-dialog"
					finalFocus={opener}
					className="fixed inset-x-4 top-1/2 z-30 mx-auto flex max-w-sm -translate-y-1/2 animate-appear flex-col gap-2 rounded-box border border-line bg-raised p-5 text-ink shadow-float outline-none"
				>
					<AlertDialog.Title className="font-semibold text-large">Shut down {name}?</AlertDialog.Title>
					<AlertDialog.Description className="text-pretty text-soft">
						{others === 0
							? "What is open on it may be lost. You can switch it on again here."
							: `${others === 1 ? "Somebody else watches it" : `${others} others watch it`} now. What is open on it may be lost.`}
					</AlertDialog.Description>
					<p className="mt-3 flex justify-end gap-2">
						<AlertDialog.Close className="eased rounded-box border border-line px-4 py-2 font-medium hover:bg-hover">
							Leave it on
						</AlertDialog.Close>
						<AlertDialog.Close
							data-testid="shut-down"
							onClick={onShutDown}
							className="eased rounded-box bg-danger px-4 py-2 font-medium text-on-danger hover:opacity-90"
						>
							Shut down
						</AlertDialog.Close>
					</p>
				</AlertDialog.Popup>
			</AlertDialog.Portal>
		</AlertDialog.Root>
	);
}
