import {
	CloudOff,
	DoorClosed,
	History,
	KeyRound,
	LoaderCircle,
	type LucideIcon,
	MonitorOff,
	MonitorX,
	PowerOff,
	Unplug,
} from "lucide-react";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import type { Phase } from "../../viewer/state.ts";
import type { StatusText } from "../../viewer/status-text.ts";
import type { PowerSwitch } from "../devices/use-power.tsx";

const icons: Readonly<Partial<Record<Phase, LucideIcon>>> = {
	waiting: DoorClosed,
	stale: History,
	unanswered: CloudOff,
	"no-picture": MonitorOff,
	off: PowerOff,
	offline: CloudOff,
	ended: Unplug,
	refused: MonitorX,
	unsupported: MonitorX,
};

/** States in which the power switch is the next step, or may be. */
const WITH_POWER: readonly Phase[] = ["off", "starting", "no-picture"];

interface StatePanelProps {
	readonly status: StatusText;
	onRetry(): void;
	/** For owners of a device that has a power switch. */
	readonly power: PowerSwitch | undefined;
	onPin(pin: string): Promise<void>;
}

/**
 * The status text while no video is shown, always with a next step. States that usually pass in a blink show only after
 * 400 ms.
 */
export function StatePanel({ status, onRetry, power, onPin }: StatePanelProps) {
	const { phase, title, detail, retry } = status;
	const busy = phase === "connecting" || phase === "reconnecting" || phase === "starting";
	const offer = WITH_POWER.includes(phase) ? power?.offer : undefined;
	const Icon = status.pin ? KeyRound : (icons[phase] ?? LoaderCircle);
	return (
		<div
			data-testid="state"
			data-state={phase}
			role="status"
			className="pointer-events-none absolute inset-x-0 top-0 bottom-8 grid place-items-center p-4"
		>
			{title === "" ? (
				<span className="sr-only">{status.label}</span>
			) : (
				<div
					key={phase}
					className={`pointer-events-auto flex min-h-52 w-full max-w-80 flex-col items-center justify-center gap-2 rounded-box border border-line bg-raised p-6 text-center shadow-float ${busy ? "animate-late" : "animate-appear"}`}
				>
					<Icon
						aria-hidden
						size={28}
						strokeWidth={1.75}
						className={busy ? "animate-spin text-accent motion-reduce:animate-none" : "text-soft"}
					/>
					<p className="mt-1 text-balance font-semibold text-large">{title}</p>
					<p className="min-h-10 text-pretty text-soft">{detail}</p>
					{status.pin && <PinForm wrong={status.pin === "wrong"} onPin={onPin} />}
					<p className="mt-2 flex gap-2">
						{retry && (
							<button
								type="button"
								data-testid="try-again"
								onClick={onRetry}
								className="eased rounded-box bg-accent px-4 py-2 font-medium text-on-accent hover:opacity-90"
							>
								Try again
							</button>
						)}
						{offer && (
							<button
								type="button"
								data-testid="power"
								onClick={() => power?.act()}
								className={`eased rounded-box px-4 py-2 font-medium ${offer === "on" ? "bg-accent text-on-accent hover:opacity-90" : "border border-line hover:bg-hover"}`}
							>
								{offer === "on" ? "Switch on" : "Shut down"}
							</button>
						)}
						<a
							href="../"
							className="eased rounded-box border border-line px-4 py-2 font-medium hover:bg-hover"
						>
							All devices
						</a>
					</p>
				</div>
			)}
		</div>
	);
}

interface PinFormProps {
	/** The last PIN was wrong. */
	readonly wrong: boolean;
	/** Settles with the server's answer. */
	onPin(pin: string): Promise<void>;
}

/** Asks for the PIN of a link. */
function PinForm({ wrong, onPin }: PinFormProps) {
	const [pin, setPin] = useState("");
	const [busy, setBusy] = useState(false);
	const field = useId();
	const input = useRef<HTMLInputElement>(null);
	// Moving the focus is fine: the page asks for nothing else.
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
