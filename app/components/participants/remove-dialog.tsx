import { AlertDialog } from "@base-ui/react/alert-dialog";
import { useId, useState } from "react";
import type { KickEnd, ParticipantInfo } from "../../../signaling/protocol/messages.ts";

interface RemoveDialogProps {
	/** Who is to be removed; nothing is asked without one. */
	readonly participant: ParticipantInfo | undefined;
	onClose(): void;
	onRemove(and: KickEnd): void;
}

const ends: readonly { and: KickEnd; title: string; detail: string }[] = [
	{
		and: "end-link",
		title: "And end the link",
		detail: "Nobody comes in by it any more. Others who came by it leave too.",
	},
	{ and: "ten-minutes", title: "For 10 minutes", detail: "Then the link lets them in again." },
];

/** Asks once before somebody is removed, and what keeps them out. */
export function RemoveDialog({ participant, onClose, onRemove }: RemoveDialogProps) {
	const [and, setAnd] = useState<KickEnd>("end-link");
	const group = useId();
	return (
		<AlertDialog.Root open={participant !== undefined} onOpenChange={(open) => !open && onClose()}>
			<AlertDialog.Portal>
				<AlertDialog.Backdrop className="fixed inset-0 z-30 animate-appear bg-veil" />
				<AlertDialog.Popup
					data-testid="remove-dialog"
					className="fixed inset-x-4 top-1/2 z-30 mx-auto max-w-sm -translate-y-1/2 animate-appear rounded-box border border-line bg-raised p-5 text-ink shadow-float outline-none"
				>
					<AlertDialog.Title className="font-semibold text-large">
						Remove {participant?.name}?
					</AlertDialog.Title>
					<fieldset className="mt-3 flex flex-col gap-2">
						<legend className="sr-only">What keeps them out</legend>
						{ends.map((end) => (
							<label
								key={end.and}
								className="flex cursor-pointer items-start gap-3 rounded-box border border-line p-3 hover:bg-hover has-checked:border-accent"
							>
								<input
									type="radio"
									name={group}
									value={end.and}
									checked={and === end.and}
									onChange={() => setAnd(end.and)}
									className="mt-1 accent-accent"
								/>
								<span>
									<span className="block font-medium">{end.title}</span>
									<span className="block text-pretty text-small text-soft">{end.detail}</span>
								</span>
							</label>
						))}
					</fieldset>
					<p className="mt-4 flex justify-end gap-2">
						<AlertDialog.Close className="eased rounded-box border border-line px-4 py-2 font-medium hover:bg-hover">
							Cancel
						</AlertDialog.Close>
						<button
							type="button"
							data-testid="remove-confirm"
							onClick={() => {
								onRemove(and);
								onClose();
							}}
							className="eased rounded-box bg-danger px-4 py-2 font-medium text-on-danger hover:opacity-90"
						>
							Remove
						</button>
					</p>
				</AlertDialog.Popup>
			</AlertDialog.Portal>
		</AlertDialog.Root>
	);
}
