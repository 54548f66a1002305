import { AlertDialog } from "@base-ui/react/alert-dialog";
import type { ReactNode, RefObject } from "react";

interface ConfirmDialogProps {
	readonly title: string;
	readonly open: boolean;
	onOpen(open: boolean): void;
	/** What will be lost, or how it is to be done. */
	readonly children: ReactNode;
	/** Leaves things as they are. */
	readonly cancel: string;
	readonly action: string;
	onAction(): void;
	/** Gets the focus back. */
	readonly opener?: RefObject<HTMLElement | null> | undefined;
	readonly testId: string;
	readonly actionTestId: string;
}

/** Asks once before something that cannot be taken back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
	return (
		<AlertDialog.Root open={props.open} onOpenChange={(open) => props.onOpen(open)}>
			<AlertDialog.Portal>
				<AlertDialog.Backdrop className="fixed inset-0 z-30 animate-appear bg-veil" />
				<AlertDialog.Popup
					data-testid={props.testId}
					finalFocus={props.opener}
					className="fixed inset-x-4 top-1/2 z-30 mx-auto flex max-w-sm -translate-y-1/2 animate-appear flex-col gap-2 rounded-box border border-line bg-raised p-5 text-ink shadow-float outline-none"
				>
					<AlertDialog.Title className="font-semibold text-large">{props.title}</AlertDialog.Title>
					{props.children}
					<p className="mt-3 flex justify-end gap-2">
						<AlertDialog.Close className="eased rounded-box border border-line px-4 py-2 font-medium hover:bg-hover">
							{props.cancel}
						</AlertDialog.Close>
						<AlertDialog.Close
							data-testid={props.actionTestId}
							onClick={props.onAction}
							className="eased rounded-box bg-danger px-4 py-2 font-medium text-on-danger hover:opacity-90"
						>
							{props.action}
						</AlertDialog.Close>
					</p>
				</AlertDialog.Popup>
			</AlertDialog.Portal>
		</AlertDialog.Root>
	);
}
