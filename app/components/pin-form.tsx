import { type FormEvent, useEffect, useId, useRef, useState } from "react";

interface PinFormProps {
	/** The PIN before was wrong. */
	readonly wrong: boolean;
	/** Settles when the PIN was looked at. */
	onPin(pin: string): Promise<void>;
}

/** Asks for the PIN of a link. */
export function PinForm({ wrong, onPin }: PinFormProps) {
	const [pin, setPin] = useState("");
	const [busy, setBusy] = useState(false);
	const field = useId();
	const input = useRef<HTMLInputElement>(null);
	// The page wants nothing else, and says so right above.
	useEffect(() => input.current?.focus(), []);
	async function submit(event: FormEvent) {
		event.preventDefault();
		if (pin === "" || busy) return;
		setBusy(true);
		await onPin(pin);
		setBusy(false);
		setPin("");
	}
	return (
		<form onSubmit={(event) => void submit(event)} className="mt-2 flex w-full gap-2">
			<label htmlFor={field} className="sr-only">
				PIN
			</label>
			<input
				id={field}
				ref={input}
				data-testid="pin"
				value={pin}
				onChange={(event) => setPin(event.target.value.replace(/\D/g, ""))}
				aria-invalid={wrong && pin === ""}
				placeholder="PIN"
				maxLength={12}
				inputMode="numeric"
				autoComplete="one-time-code"
				className="h-10 min-w-0 flex-1 rounded-box border border-line bg-surface px-3 text-center text-large tabular-nums tracking-[0.25em] aria-invalid:border-danger"
			/>
			<button
				type="submit"
				disabled={pin.length < 4 || busy}
				className="eased h-10 shrink-0 rounded-box bg-accent px-4 font-medium text-on-accent enabled:hover:opacity-90 disabled:opacity-50"
			>
				Open
			</button>
		</form>
	);
}
