/** A gesture that is well formed and cannot be done on this device, or not now; its message goes to the client. */
export class GestureFailure extends Error {}
